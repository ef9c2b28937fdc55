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
