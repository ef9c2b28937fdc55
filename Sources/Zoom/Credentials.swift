package import FoundationEssentials

/// How Usher proves to Zoom who it is. Never shows its secrets.
package enum Credentials: Sendable, Hashable, CustomStringConvertible {
    /// A token from elsewhere (`ZOOM_ACCESS_TOKEN`), which can't be renewed.
    case token(Secret)
    /// A Server-to-Server OAuth app. Source: Zoom's page "Server-to-Server OAuth".
    case serverToServer(accountID: String, clientID: String, clientSecret: Secret)

    /// What kind it is, and nothing that must stay secret.
    package var description: String {
        switch self {
        case .token: "access token"
        case .serverToServer(let accountID, let clientID, _):
            "Server-to-Server OAuth app \(clientID) of account \(accountID)"
        }
    }
}

/// Text that must not show up anywhere: its description, its debug description and its mirror say nothing.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself, for the one place that sends it.
    let value: String

    package init(_ value: String) {
        self.value = value
    }

    /// Whether there is nothing in it.
    package var isEmpty: Bool { value.isEmpty }
    /// Always the same words.
    package var description: String { "(secret)" }
    /// Always the same words.
    package var debugDescription: String { "(secret)" }
    /// Empty, so that `dump` and string interpolation of what holds it show nothing either.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// A token that Zoom gave, and what it said of it.
package struct AccessToken: Sendable, Hashable {
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
