import AsyncHTTPClient
import Files
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// The HTTP client, bounded in every respect: time, size of head and body, and number of sends (one).
///
/// - No redirect is followed, so a token goes only to the configured host.
/// - A proxy is asked for a tunnel only, and only for https: what is not encrypted never goes there.
/// - HTTP/1.1 only: with one request per connection at a time, a broken connection costs one answer, not all of them.
/// - Compression is never requested, and answers are never decompressed.
/// - async-http-client never sends a request twice by itself: if a kept connection turns out to be closed, the request
///   fails (`remoteConnectionClosed`). Its retries only concern making connections, and are switched off so that an
///   unreachable server is noticed at once.
package final class Transport: Sendable {
    /// One thread serves all connections: Zoom's highest rate leaves it idle, and each further one costs wakes.
    private static let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    private let client: HTTPClient
    /// The same by way of a proxy.
    private let tunnel: (client: HTTPClient, proxy: HTTPProxy)?
    private let limits: HTTPZoomClient.Limits
    private let userAgent: String

    init(userAgent: String, limits: HTTPZoomClient.Limits, network: Network) {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        tls.additionalTrustRoots = network.trustedRoots.map { .file($0) }
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls,
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(limits.connectTime)),
            decompression: .disabled
        )
        configuration.httpVersion = .http1Only
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = limits.width
        // Describing a request for a tracer that does nothing costs as much as writing its body.
        configuration.tracing.tracer = nil
        let headLimit = limits.headBytes
        configuration.http1_1ConnectionDebugInitializer = { channel in
            channel.eventLoop.makeCompletedFuture {
                let pipeline = channel.pipeline.syncOperations
                let decoder = try pipeline.context(handlerType: ByteToMessageHandler<HTTPResponseDecoder>.self).handler
                try pipeline.addHandler(HeadBound(limit: headLimit), position: .before(decoder))
            }
        }
        client = HTTPClient(eventLoopGroupProvider: .shared(Self.loop), configuration: configuration)
        tunnel = network.proxy.map { proxy in
            configuration.proxy = proxy.forClient
            return (HTTPClient(eventLoopGroupProvider: .shared(Self.loop), configuration: configuration), proxy)
        }
        self.limits = limits
        self.userAgent = userAgent
    }

    /// Sends a request once and reads the answer, up to `bodyLimit` bytes, all within the time limits.
    func exchange(_ request: HTTPClientRequest, to host: String, bodyLimit: Int) async -> Result<
        RawAnswer, RequestFailure
    > {
        var request = request
        request.headers.replaceOrAdd(name: "User-Agent", value: userAgent)
        request.headers.replaceOrAdd(name: "Accept", value: "application/json")
        let started = ContinuousClock.now
        let tunnel = tunnel.flatMap { $0.proxy.covers(request.url, host: host) ? $0 : nil }
        let client = tunnel?.client ?? client
        let host = tunnel.map { "\(host) (by way of the proxy \($0.proxy))" } ?? host
        do {
            // The client's deadline covers only the head.
            let response = try await client.execute(request, deadline: .now() + TimeAmount(limits.answerTime))
            var answer = RawAnswer(
                status: Int(response.status.code),
                headers: response.headers,
                body: [],
                isWhole: true
            )
            let body = response.body
            // Zoom's usual answer ends with its head, so there is nothing to wait for or to limit. Its end is read all
            // the same: the client closes a connection whose answer is dropped before, and another request would have
            // to connect anew.
            if response.status == .noContent {
                _ = try? await body.collect(upTo: 0)
                return .success(answer)
            }
            (answer.body, answer.isWhole) = try await within(limits.answerTime - started.duration(to: .now), of: host) {
                try await Self.read(body, upTo: bodyLimit)
            }
            return .success(answer)
        } catch let error as HTTPClientError where error == .deadlineExceeded {
            return .failure(timeout(of: host))
        } catch {
            return .failure(RequestFailure(error, host: host))
        }
    }

    private static func read(_ body: HTTPClientResponse.Body, upTo limit: Int) async throws -> ([UInt8], isWhole: Bool)
    {
        var bytes: [UInt8] = []
        for try await chunk in body {
            bytes += chunk.readableBytesView.prefix(limit - bytes.count)
            // Returning early drops the connection, and with it the rest of the body.
            if bytes.count == limit { return (bytes, false) }
        }
        return (bytes, true)
    }

    private func timeout(of host: String) -> RequestFailure {
        RequestFailure(cause: .timeout, detail: "\(host) did not answer in \(limits.answerTime).")
    }

    /// Closes all connections; nothing can be sent after.
    package func shutdown() async {
        // The only possible error is that they are already shut down.
        try? await client.shutdown()
        try? await tunnel?.client.shutdown()
    }

    private func within<Value: Sendable>(
        _ time: Duration,
        of host: String,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask(operation: work)
            group.addTask {
                try await Task.sleep(for: time)
                throw self.timeout(of: host)
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }
}

extension Transport {
    /// A client for a server that is not Zoom's, with the same bounds and without credentials.
    package convenience init(version: String, network: Network, answerTime: Duration) {
        self.init(
            userAgent: "usher/\(version)",
            limits: .init(width: 1, connectTime: .seconds(5), answerTime: answerTime),
            network: network
        )
    }

    /// Posts JSON once.
    ///
    /// - Returns: The answer's status.
    package func post(_ json: [UInt8], to url: String, of host: String) async -> Result<Int, RequestFailure> {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: json))
        return await exchange(request, to: host, bodyLimit: 4_096).map(\.status)
    }
}

/// Closes a connection when the head of an answer exceeds a bound.
///
/// Sits between TLS and the HTTP decoder, so it counts decrypted bytes before any are kept. The decoder has bounds of
/// its own, but they allow 2 MiB per answer, times the number of connections.
final class HeadBound: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private let limit: Int
    private var length = 0
    private var lineIsEmpty = false
    private var inHead = true

    init(limit: Int) {
        self.limit = limit
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if inHead {
            for byte in unwrapInboundIn(data).readableBytesView {
                length += 1
                if byte == 0x0A {
                    if lineIsEmpty {
                        inHead = false
                        break
                    }
                    lineIsEmpty = true
                } else if byte != 0x0D {
                    lineIsEmpty = false
                }
            }
            guard length <= limit else {
                context.fireErrorCaught(Exceeded(limit: limit))
                context.close(promise: nil)
                return
            }
        }
        context.fireChannelRead(data)
    }

    /// Restarts the count for a new request.
    func startAnew() {
        length = 0
        lineIsEmpty = false
        inHead = true
    }

    /// The head was longer than the bound.
    struct Exceeded: Error {
        let limit: Int
    }
}

extension HeadBound: ChannelOutboundHandler {
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        startAnew()
        context.write(data, promise: promise)
    }
}

/// A raw HTTP answer, with at most the requested part of its body.
struct RawAnswer: Sendable {
    let status: Int
    private let headers: HTTPHeaders
    var body: [UInt8]
    /// Whether `body` is complete.
    var isWhole: Bool
    /// What a server must not get into a message.
    private var secrets: [[UInt8]] = []

    init(status: Int, headers: HTTPHeaders, body: [UInt8], isWhole: Bool) {
        self.status = status
        self.headers = headers
        self.body = body
        self.isWhole = isWhole
    }

    /// The answer without secrets that the server repeats, because its words go to the journal, the results and the
    /// log.
    func masking(_ secrets: [Secret]) -> RawAnswer {
        var answer = self
        answer.secrets = secrets.map { Array($0.value.utf8) }.filter { !$0.isEmpty }
        for secret in answer.secrets {
            if let masked = answer.body.withUnsafeBufferPointer({ Self.masked($0, secret) }) { answer.body = masked }
        }
        return answer
    }

    /// A header's first value, without the secrets.
    func header(_ name: String) -> String? { headers.first(name: name).map(masked) }

    /// A text of the answer without the secrets: JSON escapes can hide one until it is decoded.
    func masked(_ text: String) -> String {
        secrets.reduce(into: text) { text, secret in
            guard let masked = text.withUTF8({ Self.masked($0, secret) }) else { return }
            text = String(decoding: masked, as: UTF8.self)
        }
    }

    /// The bytes without a secret; nil if they do not hold it. The library's general search takes longer for a list of
    /// registrants than reading it.
    private static func masked(_ bytes: UnsafeBufferPointer<UInt8>, _ secret: [UInt8]) -> [UInt8]? {
        var masked: [UInt8]?
        var (place, copied) = (0, 0)
        while place + secret.count <= bytes.count {
            guard bytes[place] == secret[0], bytes[place..<(place + secret.count)].elementsEqual(secret) else {
                place += 1
                continue
            }
            masked = (masked ?? []) + bytes[copied..<place] + mask.utf8
            place += secret.count
            copied = place
        }
        return masked.map { $0 + bytes[copied...] }
    }

    private static let mask = "(secret)"
}

extension Answer {
    /// Extracts what matters from an HTTP answer.
    init(_ raw: RawAnswer) {
        let body = AnswerBody(
            raw.body,
            contentType: raw.header("content-type"),
            isWhole: raw.isWhole,
            masked: raw.masked
        )
        func text(_ name: String) -> String? {
            raw.header(name).flatMap { $0.prefix(256).message() }
        }
        self.init(
            status: raw.status,
            code: body.code,
            message: body.message,
            trackingID: text("x-zm-trackingid"),
            rateLimitType: text("X-RateLimit-Type"),
            retryAfter: text("Retry-After").flatMap { RetryAfter($0) },
            // Nothing is told by the clock of a server that did as it was asked, and reading it takes a while.
            date: raw.status == 204 ? nil : text("Date").flatMap { HTTPDate($0)?.date },
            form: body.form
        )
    }
}
