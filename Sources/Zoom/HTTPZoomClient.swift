import AsyncHTTPClient
import Decisions
package import FoundationEssentials
import NIOCore

/// The one door to Zoom: what the rest of Usher may ask of it.
///
/// Implementations send each call at most once. Retrying, pacing and what an answer means for a job are the caller's.
/// After a 401 the implementation forgets the token it had sent, so that sending again (remedy
/// ``Disposition/NextStep/refreshToken``) uses a new one; the caller need not, and cannot, renew it itself.
package protocol ZoomClient: Sendable {
    /// Sends one request of "Update registrant's status" and returns what came back, whatever it was.
    ///
    /// Returns in bounded time. If the calling task is cancelled, the connection is dropped and the answer is
    /// `.noAnswer` with cause `.cut`.
    func send(_ update: StatusUpdate) async -> SendResult

    /// Gets ready what the first request would otherwise wait for.
    ///
    /// Returns why nothing can be sent, if the time for it ran out: a first request would only wait as long again. Whatever
    /// else fails shows when something is sent.
    func prepare() async -> RequestFailure?
}

extension ZoomClient {
    /// Nothing is needed.
    package func prepare() async -> RequestFailure? { nil }
}

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
    package func token() async throws(RequestFailure) -> AccessToken {
        try await tokens.token()
    }

    /// Fetches a token: requests that waited for it together would leave together, faster than the rate allows.
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

    /// 128 random bits, so that no registrant's name can hold it.
    private static func boundary() -> String {
        "usher-" + String(UInt64.random(in: .min ... .max), radix: 16)
            + String(UInt64.random(in: .min ... .max), radix: 16)
    }
}

extension HTTPZoomClient {
    /// Where to send to, and how.
    package struct Configuration: Sendable, Hashable {
        /// The part before `/meetings`.
        package var baseURL: BaseURL
        package var tokenURL: BaseURL
        package var encoding: BodyEncoding
        package var version: String
        /// How long, how wide and how large.
        package var limits: Limits
        /// Files of certificates (PEM) that are trusted beside those of the system, for a company's own proxy.
        ///
        /// They add to what is verified; nothing can switch verification off.
        package var trustedRoots: [String]

        package init(
            version: String,
            baseURL: BaseURL = .zoom,
            tokenURL: BaseURL = .zoomToken,
            encoding: BodyEncoding = .json,
            limits: Limits = Limits(),
            trustedRoots: [String] = []
        ) {
            self.version = version
            self.baseURL = baseURL
            self.tokenURL = tokenURL
            self.encoding = encoding
            self.limits = limits
            self.trustedRoots = trustedRoots
        }
    }
}

extension HTTPZoomClient {
    /// How long, how wide and how large.
    package struct Limits: Sendable, Hashable {
        /// The most connections kept to one host; more requests at once wait for one.
        package var width: Int
        /// How long making a connection may take.
        package var connectTime: Duration
        /// How long one request may take, from the connection to the end of the answer.
        package var answerTime: Duration
        /// The most bytes of an answer's head that are read.
        package var headBytes: Int
        /// The most bytes of an answer's body that are read; what is beyond is dropped.
        package var bodyBytes: Int
        /// The same for a page of registrants.
        package var pageBytes: Int

        /// Connections to Zoom, and so requests under way in all: one that waited for a connection would count as lost.
        package static let standardWidth = 128

        package init(
            width: Int = Self.standardWidth,
            connectTime: Duration = .seconds(10),
            answerTime: Duration = .seconds(60),
            headBytes: Int = 64 * 1_024,
            bodyBytes: Int = 64 * 1_024,
            pageBytes: Int = 1_024 * 1_024
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
    /// Asks for the base URL itself, once and without a token: whether the API can be reached and trusted, and what time it
    /// has. Whatever it answers is good news.
    package func probe() async -> SendResult {
        let request = HTTPClientRequest(url: configuration.baseURL.description)
        let host = configuration.baseURL.host
        switch await transport.exchange(request, to: host, bodyLimit: configuration.limits.bodyBytes) {
        case .success(let raw): return .answer(Answer(raw))
        case .failure(let failure): return .noAnswer(failure)
        }
    }
}
