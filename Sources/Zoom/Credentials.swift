package import FoundationEssentials

/// How Usher authenticates to Zoom. Never shows its secrets.
package enum Credentials: Sendable, Hashable, CustomStringConvertible {
    /// A token from elsewhere (`ZOOM_ACCESS_TOKEN`), which can't be renewed.
    case token(Secret)
    /// A Server-to-Server OAuth app. Source: Zoom's page "Server-to-Server OAuth".
    case serverToServer(accountID: String, clientID: String, clientSecret: Secret)

    /// The kind, without secrets.
    package var description: String {
        switch self {
        case .token: "access token"
        case .serverToServer(let accountID, let clientID, _):
            "Server-to-Server OAuth app \(clientID) of account \(accountID)"
        }
    }
}

/// Text that must not show up anywhere: its description, debug description and mirror reveal nothing.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself, for the one place that sends it.
    let value: String

    package init(_ value: String) {
        self.value = value
    }

    /// Whether the text is empty.
    package var isEmpty: Bool { value.isEmpty }
    /// Always the same words.
    package var description: String { "(secret)" }
    /// Always the same words.
    package var debugDescription: String { "(secret)" }
    /// Empty, so that `dump` and string interpolation of a value that holds it show nothing either.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// A token that Zoom gave, and what Zoom said about it.
package struct AccessToken: Sendable, Hashable {
    package let secret: Secret
    /// When it expires; nil if unknown.
    package let expiry: Date?
    /// Its scopes; nil if unknown.
    package let scopes: Set<String>?

    package init(secret: Secret, expiry: Date? = nil, scopes: Set<String>? = nil) {
        self.secret = secret
        self.expiry = expiry
        self.scopes = scopes
    }
}
