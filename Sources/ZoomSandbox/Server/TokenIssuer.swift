import ZoomModel

/// Issues tokens and knows which are valid.
struct TokenIssuer {
    private let app: SandboxApp
    private let fixed: Set<String>
    private let life: Int
    private let keepsOne: Bool
    private var given: [String: Double] = [:]
    private(set) var count = 0

    init(_ options: SandboxOptions) {
        app = options.app
        fixed = options.tokens
        life = options.tokenLife
        keepsOne = options.keepsOneToken
    }

    /// The scopes of a bearer token; nil if it is invalid.
    func scopes(of token: String, at now: Double) -> Set<String>? {
        if fixed.contains(token) { return SandboxApp().scopes.union(app.scopes) }
        guard let expiry = given[token], now < expiry else { return nil }
        return app.scopes
    }

    /// Issues a token, like `POST /oauth/token`.
    mutating func give(_ request: TokenForm, at now: Double) -> SandboxAnswer {
        guard request.grantType == "account_credentials" else {
            return Self.refusal("unsupported_grant_type", "Unsupported grant type")
        }
        guard request.clientID == app.clientID, request.clientSecret == app.clientSecret else {
            return Self.refusal("invalid_client", "Invalid client_id or client_secret", status: 401)
        }
        guard request.accountID == app.accountID else {
            return Self.refusal("invalid_request", "Bad Request: invalid account_id")
        }
        count += 1
        if keepsOne { given.removeAll() }
        let token = "sandbox-\(count)-\(String(RandomDraw.hash("\(app.clientSecret)\(count)\(now)".utf8), radix: 16))"
        given[token] = now + Double(life)
        let body = Token(access_token: token, expires_in: life, scope: app.scopes.sorted().joined(separator: " "))
        return SandboxAnswer(status: 200, json: body)
    }

    private struct Token: Encodable {
        let access_token: String
        var token_type = "bearer"
        let expires_in: Int
        let scope: String
        var api_url = "https://api.zoom.us"
    }

    private static func refusal(_ error: String, _ reason: String, status: Int = 400) -> SandboxAnswer {
        SandboxAnswer(status: status, json: ["reason": reason, "error": error])
    }
}
