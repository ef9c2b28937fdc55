/// A registrant as Zoom lists it.
public struct ListedRegistrant: Sendable, Hashable {
    /// Zoom's id of the registrant.
    public let id: String
    /// The email address.
    public let email: String
    /// The status as Zoom wrote it, usually the one that was asked for.
    public let status: String

    /// Makes a listed registrant.
    public init(id: String, email: String, status: String) {
        self.id = id
        self.email = email
        self.status = status
    }
}
