public import FoundationEssentials

/// A token that Zoom gave, and what it said of it.
public struct AccessToken: Sendable, Hashable {
    /// The token.
    public let secret: Secret
    /// When it stops to be good, or nil if that is unknown.
    public let expiry: Date?
    /// The scopes it has, or nil if that is unknown.
    public let scopes: Set<String>?

    /// Makes a token.
    public init(secret: Secret, expiry: Date? = nil, scopes: Set<String>? = nil) {
        self.secret = secret
        self.expiry = expiry
        self.scopes = scopes
    }
}
