/// A registrant as a request names it.
package struct NamedRegistrant: Sendable, Hashable, Codable {
    /// Zoom's id.
    package let id: String?
    /// The email address.
    package let email: String?

    package init(id: String? = nil, email: String? = nil) {
        self.id = id
        self.email = email
    }

    /// The id, or without one the email.
    package var key: String { id ?? email ?? "" }
}
