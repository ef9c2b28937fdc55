/// A registrant as Zoom lists it.
package struct ListedRegistrant: Sendable, Hashable {
    /// Zoom's id of the registrant.
    package let id: String
    /// The email address.
    package let email: String
    /// The status as Zoom wrote it, usually the one that was asked for.
    package let status: String

    package init(id: String, email: String, status: String) {
        self.id = id
        self.email = email
        self.status = status
    }
}
