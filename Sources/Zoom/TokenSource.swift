import AsyncHTTPClient
import FoundationEssentials
import NIOCore

/// The only token of a process, fetched when first needed, before it expires, and after it was refused.
///
/// However many requests wait for it, there is only one fetch at a time: one vendor warns that a second token can
/// invalidate the first.
actor TokenSource {
    /// Fetches a token, or says why not.
    typealias Fetch = @Sendable () async -> Result<AccessToken, RequestFailure>

    private enum State {
        /// No token, or only one that was refused or has expired.
        case none
        /// A fetch is under way; these callers wait for it.
        case fetching(waiting: [CheckedContinuation<Result<AccessToken, RequestFailure>?, Never>])
        /// A token, and when to stop using it.
        case ready(AccessToken, until: Date?)
    }

    /// How long before its expiry to stop using a token, in seconds: longer than a request may take, but no more than a
    /// fifth of a short life.
    static func margin(ofLife life: TimeInterval) -> TimeInterval {
        min(120, life / 5)
    }

    private var state: State
    private let fetch: Fetch?
    private let now: @Sendable () -> Date

    init(now: @escaping @Sendable () -> Date = { Date() }, fetch: @escaping Fetch) {
        state = .none
        self.fetch = fetch
        self.now = now
    }

    /// A source of a token that can't be renewed.
    init(fixed token: Secret) {
        state = .ready(AccessToken(secret: token), until: nil)
        fetch = nil
        now = { Date() }
    }

    /// A token to send now.
    func token() async throws(RequestFailure) -> AccessToken {
        while true {
            switch state {
            case .ready(let token, let until) where until.map({ now() < $0 }) ?? true:
                return token
            case .fetching(let waiting):
                let result = await withCheckedContinuation { state = .fetching(waiting: waiting + [$0]) }
                // Nil: the fetch was given up with the request that started it, so one of the waiting callers starts
                // again.
                if let result { return try result.get() }
            case .none, .ready:
                return try await fetchedToken().get()
            }
        }
    }

    /// Forgets a token that Zoom refused, unless a newer one has replaced it. A token that can't be renewed stays.
    func forget(_ token: AccessToken) {
        guard fetch != nil, case .ready(let current, _) = state, current.secret == token.secret else { return }
        state = .none
    }

    private func fetchedToken() async -> Result<AccessToken, RequestFailure> {
        guard let fetch else { return .failure(RequestFailure(cause: .tokenUnavailable, detail: "There is no token.")) }
        state = .fetching(waiting: [])
        let result = await fetch()
        guard case .fetching(let waiting) = state else { return result }
        switch result {
        case .success(let token): state = .ready(token, until: token.expiry.map(lastUse))
        case .failure: state = .none
        }
        let givenUp = Task.isCancelled
        for continuation in waiting {
            if case .failure = result, givenUp {
                continuation.resume(returning: nil)
            } else {
                continuation.resume(returning: result)
            }
        }
        return result
    }

    private func lastUse(before expiry: Date) -> Date {
        expiry.addingTimeInterval(-Self.margin(ofLife: expiry.timeIntervalSince(now())))
    }
}

/// The request for a token of a Server-to-Server OAuth app.
///
/// `POST {url}?grant_type=account_credentials&account_id=…` with the client's id and secret as Basic credentials.
/// Zoom's answer may hold an `api_url`; it is not used, because the token goes only to the configured host.
/// Source: Zoom's page "Server-to-Server OAuth".
struct TokenRequest: Sendable {
    let url: BaseURL
    let accountID: String
    let clientID: String
    let clientSecret: Secret

    func token(over transport: Transport, now: @Sendable () -> Date) async -> Result<AccessToken, RequestFailure> {
        var request = HTTPClientRequest(
            url: "\(url)?grant_type=account_credentials&account_id=\(PercentEncoding.encode(accountID))"
        )
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.headers.add(name: "Authorization", value: "Basic \(basic.value)")
        let asked = now()
        switch await transport.exchange(request, to: url.host, bodyLimit: 64 * 1_024) {
        case .failure(let failure):
            // Nothing of the actual request was sent. A TLS failure keeps its cause, because it stops the run.
            let cause: RequestFailure.Cause = failure.cause == .tls ? .tls : .tokenUnavailable
            return .failure(RequestFailure(cause: cause, detail: failure.detail, ranOutOfTime: failure.ranOutOfTime))
        case .success(let raw):
            return read(raw, asked: asked)
        }
    }

    /// The secrets in the request.
    var secrets: [Secret] { [clientSecret, basic] }

    private var basic: Secret { Secret(Data("\(clientID):\(clientSecret.value)".utf8).base64EncodedString()) }

    func read(_ raw: RawAnswer, asked: Date) -> Result<AccessToken, RequestFailure> {
        if raw.status == 200, raw.isWhole, let granted = try? JSONDecoder().decode(Granted.self, from: Data(raw.body)),
            granted.isUsable
        {
            return .success(
                AccessToken(
                    secret: Secret(granted.access_token),
                    // Counted from the request, so that a slow answer doesn't make the token look newer.
                    expiry: granted.expires_in.map { asked.addingTimeInterval(Double($0)) },
                    scopes: granted.scope.map {
                        Set($0.split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init))
                    }
                )
            )
        }
        // A server that repeats the request must not get a secret into a message.
        let answer = Answer(raw.masking(secrets))
        switch raw.status {
        case 400, 401, 403, 404:
            guard answer.form != .html else { break }
            let said = answer.message.map { ": \($0)" } ?? "."
            return .failure(
                RequestFailure(
                    cause: .credentialsRefused,
                    detail: "\(url.host) refused the credentials, HTTP \(raw.status)\(said)"
                )
            )
        case 300...399:
            return .failure(
                RequestFailure(
                    cause: .credentialsRefused,
                    detail:
                        "\(url.host) sent the request for a token elsewhere (HTTP \(raw.status)), which is not followed."
                )
            )
        default:
            break
        }
        return .failure(
            RequestFailure(cause: .tokenUnavailable, detail: "\(url.host) gave no token (HTTP \(raw.status)).")
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

        /// Whether the token fits into a header as it is.
        var isUsable: Bool {
            !access_token.isEmpty && access_token.utf8.count <= 16_384
                && access_token.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && (expires_in ?? 1) > 0
        }
    }
}
