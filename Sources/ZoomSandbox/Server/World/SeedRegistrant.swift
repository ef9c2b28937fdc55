package struct SeedRegistrant: Sendable, Codable {
    /// Zoom's id.
    package var id: String
    /// The email address.
    package var email: String?
    /// The status; without it, pending.
    package var status: SandboxStatus?
    /// Status requests that named this registrant already today.
    package var changesToday: Int?
    /// Whether Zoom answers "Validation Failed." to any request that names this registrant.
    package var invalid: Bool?
    /// What Zoom answers to any request that names this registrant.
    package var refuse: PersonRefusal?
    /// Whether Zoom confirms changes of this registrant's status and makes none.
    /// Source: users' reports of an approval that was confirmed and left one person as they were.
    package var stuck: Bool?

    package init(
        id: String,
        email: String? = nil,
        status: SandboxStatus? = nil,
        changesToday: Int? = nil,
        invalid: Bool? = nil,
        refuse: PersonRefusal? = nil,
        stuck: Bool? = nil
    ) {
        self.id = id
        self.email = email
        self.status = status
        self.changesToday = changesToday
        self.invalid = invalid
        self.refuse = refuse
        self.stuck = stuck
    }
}

/// Why Zoom refuses a registrant, as a seed names it.
package enum PersonRefusal: String, Sendable, Hashable, CaseIterable, Codable {
    /// HTTP 400, code 3027: the host's own address.
    case host = "3027"
    /// HTTP 400, code 3000: the registrant was not found.
    case missing = "3000"
    /// HTTP 400, code 300: "Validation Failed."
    case invalid = "validation"
}
