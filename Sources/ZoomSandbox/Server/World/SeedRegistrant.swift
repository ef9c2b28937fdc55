/// A registrant of a seed.
public struct SeedRegistrant: Sendable, Codable {
    /// Zoom's id.
    public var id: String
    /// The email address.
    public var email: String?
    /// The status; without it, pending.
    public var status: SandboxStatus?
    /// Status requests that named this registrant already today.
    public var changesToday: Int?
    /// Whether Zoom answers "Validation Failed." to any request that names this registrant.
    public var invalid: Bool?
    /// Whether Zoom confirms changes of this registrant's status and makes none.
    /// Source: users' reports of an approval that was confirmed and left one person as they were.
    public var stuck: Bool?

    /// Makes a registrant.
    public init(
        id: String,
        email: String? = nil,
        status: SandboxStatus? = nil,
        changesToday: Int? = nil,
        invalid: Bool? = nil,
        stuck: Bool? = nil
    ) {
        self.id = id
        self.email = email
        self.status = status
        self.changesToday = changesToday
        self.invalid = invalid
        self.stuck = stuck
    }
}
