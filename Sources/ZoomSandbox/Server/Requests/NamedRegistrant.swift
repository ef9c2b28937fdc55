/// A registrant as a request names it.
public struct NamedRegistrant: Sendable, Hashable, Codable {
    /// Zoom's id.
    public let id: String?
    /// The email address.
    public let email: String?

    /// Makes a name.
    public init(id: String? = nil, email: String? = nil) {
        self.id = id
        self.email = email
    }

    /// The id, or without one the email.
    public var key: String { id ?? email ?? "" }
}
