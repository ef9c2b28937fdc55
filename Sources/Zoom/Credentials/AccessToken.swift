package import FoundationEssentials

/// A token that Zoom gave, and what it said of it.
package struct AccessToken: Sendable, Hashable {
    /// The token.
    package let secret: Secret
    /// When it stops to be good, or nil if that is unknown.
    package let expiry: Date?
    /// The scopes it has, or nil if that is unknown.
    package let scopes: Set<String>?

    package init(secret: Secret, expiry: Date? = nil, scopes: Set<String>? = nil) {
        self.secret = secret
        self.expiry = expiry
        self.scopes = scopes
    }
}
