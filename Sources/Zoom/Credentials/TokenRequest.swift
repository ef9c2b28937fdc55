import AsyncHTTPClient
import FoundationEssentials
import NIOCore

/// The request for a token of a Server-to-Server OAuth app.
///
/// `POST {url}?grant_type=account_credentials&account_id=…` with the client's id and secret as Basic credentials.
/// Zoom's answer may hold an `api_url`; it is not used, for the token goes to the configured host alone.
/// Source: Zoom's page "Server-to-Server OAuth".
struct TokenRequest: Sendable {
    let url: BaseURL
    let accountID: String
    let clientID: String
    let clientSecret: Secret

    /// Fetches a token.
    func token(over transport: Transport, now: @Sendable () -> Date) async -> Result<AccessToken, NoAnswer> {
        var request = HTTPClientRequest(
            url: "\(url)?grant_type=account_credentials&account_id=\(PercentEncoding.encode(accountID))"
        )
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.headers.add(name: "Authorization", value: "Basic \(basic.value)")
        let asked = now()
        switch await transport.exchange(request, to: url.host, bodyLimit: 64 * 1_024) {
        case .failure(let failure):
            // Nothing of the actual request was sent; a wrong certificate stays what it is, for it stops the run.
            let cause: NoAnswer.Cause = failure.cause == .tls ? .tls : .tokenUnavailable
            return .failure(NoAnswer(cause: cause, detail: failure.detail, ranOutOfTime: failure.ranOutOfTime))
        case .success(let raw):
            return read(raw, asked: asked)
        }
    }

    /// What the request holds that nobody may read.
    var secrets: [Secret] { [clientSecret, basic] }

    private var basic: Secret { Secret(Data("\(clientID):\(clientSecret.value)".utf8).base64EncodedString()) }

    /// Reads Zoom's answer.
    func read(_ raw: RawAnswer, asked: Date) -> Result<AccessToken, NoAnswer> {
        if raw.status == 200, raw.isWhole, let granted = try? JSONDecoder().decode(Granted.self, from: Data(raw.body)),
            granted.isUsable
        {
            return .success(
                AccessToken(
                    secret: Secret(granted.access_token),
                    // Counted from the question, so that a slow answer doesn't make the token look younger.
                    expiry: granted.expires_in.map { asked.addingTimeInterval(Double($0)) },
                    scopes: granted.scope.map {
                        Set($0.split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init))
                    }
                )
            )
        }
        // A server that repeats what it was sent must not bring a secret into a message.
        let answer = Answer(raw.masking(secrets))
        switch raw.status {
        case 400, 401, 403, 404:
            guard answer.form != .html else { break }
            let said = answer.message.map { ": \($0)" } ?? "."
            return .failure(
                NoAnswer(
                    cause: .credentialsRefused,
                    detail: "\(url.host) refused the credentials, HTTP \(raw.status)\(said)"
                )
            )
        case 300...399:
            return .failure(
                NoAnswer(
                    cause: .credentialsRefused,
                    detail:
                        "\(url.host) sent the request for a token elsewhere (HTTP \(raw.status)), which is not followed."
                )
            )
        default:
            break
        }
        return .failure(
            NoAnswer(cause: .tokenUnavailable, detail: "\(url.host) gave no token (HTTP \(raw.status)).")
        )
    }

    private struct Granted: Decodable {
        let access_token: String
        let expires_in: Int?
        let scope: String?

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            access_token = try fields.decode(String.self, forKey: .access_token)
            expires_in =
                (try? fields.decode(Int.self, forKey: .expires_in))
                ?? (try? fields.decode(String.self, forKey: .expires_in)).flatMap { Int($0) }
            scope = try? fields.decode(String.self, forKey: .scope)
        }

        enum Key: String, CodingKey { case access_token, expires_in, scope }

        /// A token must fit into a header as it is.
        var isUsable: Bool {
            !access_token.isEmpty && access_token.utf8.count <= 16_384
                && access_token.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && (expires_in ?? 1) > 0
        }
    }
}
