import AsyncHTTPClient
import Decisions
package import FoundationEssentials
import NIOCore

/// Zoom over HTTP: one pool of connections and one token for the whole process.
///
/// Each call sends at most one request of its own (and, if there is no good token, one for a token before it).
package final class HTTPZoomClient: ZoomClient, RegistrantLister {
    /// Where it sends to, and how.
    package let configuration: Configuration
    let transport: Transport
    let tokens: TokenSource
    /// What got the token: the server that gave it may be the one that is asked.
    private let secrets: [Secret]

    /// Makes a client. Nothing is sent before the first call, not even for a token.
    ///
    /// - Parameter now: The clock by which a token's expiry is told.
    package init(
        _ configuration: Configuration,
        credentials: Credentials,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.configuration = configuration
        let transport = Transport(
            userAgent: "usher/\(configuration.version)",
            limits: configuration.limits,
            trustedRoots: configuration.trustedRoots
        )
        self.transport = transport
        switch credentials {
        case .token(let token):
            tokens = TokenSource(fixed: token)
            secrets = []
        case .serverToServer(let accountID, let clientID, let clientSecret):
            let request = TokenRequest(
                url: configuration.tokenURL,
                accountID: accountID,
                clientID: clientID,
                clientSecret: clientSecret
            )
            tokens = TokenSource(now: now) { await request.token(over: transport, now: now) }
            secrets = request.secrets
        }
    }

    /// Closes all connections. Must be called once, when nothing is to be sent any more.
    package func shutdown() async {
        await transport.shutdown()
    }

    /// Fetches a token if there is none, and returns it: for a check of the credentials and their scopes.
    package func token() async throws(NoAnswer) -> AccessToken {
        try await tokens.token()
    }

    /// Fetches a token: requests that waited for it together would leave together, faster than the rate allows.
    package func prepare() async -> NoAnswer? {
        do {
            _ = try await tokens.token()
            return nil
        } catch {
            return error.ranOutOfTime ? error : nil
        }
    }

    /// Sends one status update, once, and returns what came back.
    package func send(_ update: StatusUpdate) async -> Reply {
        do {
            let body = update.body(configuration.encoding, boundary: Self.boundary())
            var request = HTTPClientRequest(url: configuration.baseURL.description + update.path)
            request.method = .PUT
            request.headers.add(name: "Content-Type", value: body.contentType)
            request.body = .bytes(ByteBuffer(bytes: body.bytes))
            let raw = try await sendWithToken(request, bodyLimit: configuration.limits.bodyBytes)
            return .answer(Answer(raw))
        } catch {
            return .noAnswer(NoAnswer(error, host: configuration.baseURL.host))
        }
    }

    /// Sends a request with the token; if it is refused, forgets the token, so that the next request gets a new one.
    func sendWithToken(_ request: HTTPClientRequest, bodyLimit: Int) async throws(NoAnswer) -> RawAnswer {
        let token = try await tokens.token()
        var request = request
        request.headers.add(name: "Authorization", value: "Bearer \(token.secret.value)")
        let answer = try await transport.exchange(request, to: configuration.baseURL.host, bodyLimit: bodyLimit).get()
        if answer.status == 401 { await tokens.forget(token) }
        return answer.masking([token.secret] + secrets)
    }

    /// 128 random bits, so that no registrant's name can hold it.
    private static func boundary() -> String {
        "usher-" + String(UInt64.random(in: .min ... .max), radix: 16)
            + String(UInt64.random(in: .min ... .max), radix: 16)
    }
}
