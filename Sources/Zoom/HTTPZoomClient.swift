import AsyncHTTPClient
import Decisions
package import FoundationEssentials
import NIOCore

/// The only way to Zoom: what the rest of Usher may ask of it.
///
/// Implementations send each call at most once. Retrying, pacing and interpreting answers for a job are up to the
/// caller. After a 401 the implementation forgets the token it sent, so that sending again (remedy
/// ``Disposition/NextStep/refreshToken``) uses a new one; the caller need not, and cannot, renew it.
package protocol ZoomClient: Sendable {
    /// Sends one request of "Update registrant's status" and returns what came back, whatever it was.
    ///
    /// Returns in bounded time. If the calling task is cancelled, the connection is dropped and the answer is
    /// `.noAnswer` with cause `.cut`.
    func send(_ update: StatusUpdate) async -> SendResult

    /// Prepares what the first request would otherwise wait for.
    ///
    /// Returns why nothing can be sent if it ran out of time: a first request would only wait as long again. Any other
    /// failure shows when something is sent.
    func prepare() async -> RequestFailure?
}

extension ZoomClient {
    /// Does nothing.
    package func prepare() async -> RequestFailure? { nil }
}

/// Zoom over HTTP: one pool of connections and one token for the whole process.
///
/// Each call sends at most one request of its own (preceded by one for a token if there is no valid token).
package final class HTTPZoomClient: ZoomClient, RegistrantLister {
    /// Where and how it sends.
    package let configuration: Configuration
    let transport: Transport
    let tokens: TokenSource
    /// The secrets used to get the token: the API and token servers may be the same.
    private let secrets: [Secret]

    /// Makes a client. Nothing is sent before the first call, not even for a token.
    ///
    /// - Parameter now: The clock for a token's expiry.
    package init(
        _ configuration: Configuration,
        credentials: Credentials,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.configuration = configuration
        let transport = Transport(
            userAgent: "usher/\(configuration.version)",
            limits: configuration.limits,
            network: configuration.network
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

    /// Closes all connections. Must be called once, when nothing more will be sent.
    package func shutdown() async {
        await transport.shutdown()
    }

    /// Fetches a token if there is none, and returns it, for checking the credentials and their scopes.
    package func token() async throws(RequestFailure) -> AccessToken {
        try await tokens.token()
    }

    /// Fetches a token, because requests that waited for one would leave together, faster than the rate allows.
    package func prepare() async -> RequestFailure? {
        do {
            _ = try await tokens.token()
            return nil
        } catch {
            return error.ranOutOfTime ? error : nil
        }
    }

    /// Sends one status update, once, and returns what came back.
    package func send(_ update: StatusUpdate) async -> SendResult {
        do {
            let body = update.body(configuration.encoding, boundary: Self.boundary())
            var request = HTTPClientRequest(url: configuration.baseURL.description + update.path)
            request.method = .PUT
            request.headers.add(name: "Content-Type", value: body.contentType)
            request.body = .bytes(ByteBuffer(bytes: body.bytes))
            let raw = try await sendWithToken(request, bodyLimit: configuration.limits.bodyBytes)
            return .answer(Answer(raw))
        } catch {
            return .noAnswer(RequestFailure(error, host: configuration.baseURL.host))
        }
    }

    /// Sends a request with the token; if it is refused, forgets the token, so that the next request gets a new one.
    func sendWithToken(_ request: HTTPClientRequest, bodyLimit: Int) async throws(RequestFailure) -> RawAnswer {
        let token = try await tokens.token()
        var request = request
        request.headers.add(name: "Authorization", value: "Bearer \(token.secret.value)")
        let answer = try await transport.exchange(request, to: configuration.baseURL.host, bodyLimit: bodyLimit).get()
        if answer.status == 401 { await tokens.forget(token) }
        return answer.masking([token.secret] + secrets)
    }

    /// 128 random bits, so that no registrant's name contains it.
    private static func boundary() -> String {
        "usher-" + String(UInt64.random(in: .min ... .max), radix: 16)
            + String(UInt64.random(in: .min ... .max), radix: 16)
    }
}

extension HTTPZoomClient {
    /// Where and how to send.
    package struct Configuration: Sendable, Hashable {
        /// The part before `/meetings`.
        package var baseURL: BaseURL
        package var tokenURL: BaseURL
        package var encoding: BodyEncoding
        package var version: String
        /// Limits of time, connections and sizes.
        package var limits: Limits
        /// The way there. It may add trusted roots; nothing can switch verification off.
        package var network: Network

        package init(
            version: String,
            baseURL: BaseURL = .zoom,
            tokenURL: BaseURL = .zoomToken,
            encoding: BodyEncoding = .json,
            limits: Limits = Limits(),
            network: Network = Network()
        ) {
            self.version = version
            self.baseURL = baseURL
            self.tokenURL = tokenURL
            self.encoding = encoding
            self.limits = limits
            self.network = network
        }
    }
}

extension HTTPZoomClient {
    /// Limits of time, connections and sizes.
    package struct Limits: Sendable, Hashable {
        /// The most connections kept to one host; more requests at once wait for one.
        package var width: Int
        /// How long making a connection may take.
        package var connectTime: Duration
        /// How long one request may take, from the connection to the end of the answer.
        package var answerTime: Duration
        /// The most bytes of an answer's head to read.
        package var headBytes: Int
        /// The most bytes of an answer's body to read; the rest is dropped.
        package var bodyBytes: Int
        /// The same for a page of registrants.
        package var pageBytes: Int

        /// The most connections to Zoom, and so requests in flight: one that waited for a connection would count as
        /// lost.
        package static let standardWidth = 128

        package init(
            width: Int = Self.standardWidth,
            connectTime: Duration = .seconds(10),
            answerTime: Duration = .seconds(60),
            headBytes: Int = 64 * 1_024,
            bodyBytes: Int = 64 * 1_024,
            pageBytes: Int = 4 * 1_024 * 1_024
        ) {
            self.width = width
            self.connectTime = connectTime
            self.answerTime = answerTime
            self.headBytes = headBytes
            self.bodyBytes = bodyBytes
            self.pageBytes = pageBytes
        }
    }
}

extension HTTPZoomClient {
    /// Requests the base URL itself, once and without a token, to check whether the API can be reached and trusted, and
    /// what time it has. Any answer means success.
    package func probe() async -> SendResult {
        let request = HTTPClientRequest(url: configuration.baseURL.description)
        let host = configuration.baseURL.host
        switch await transport.exchange(request, to: host, bodyLimit: configuration.limits.bodyBytes) {
        case .success(let raw): return .answer(Answer(raw))
        case .failure(let failure): return .noAnswer(failure)
        }
    }
}
