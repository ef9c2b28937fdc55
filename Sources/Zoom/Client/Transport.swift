import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// The HTTP client, bounded in every direction: time, size of head and body, and number of sendings (one).
///
/// - No redirect is followed, so a token goes to the configured host alone.
/// - HTTP/1.1 only: with one request per connection, a broken connection costs one answer and not all of them.
/// - Answers are never decompressed, and none is asked for.
/// - async-http-client never sends a request twice by itself: if a kept connection turns out to be closed, the request
///   fails (`remoteConnectionClosed`). Its retries concern the making of connections alone, and are switched off so
///   that an unreachable server is known at once.
final class Transport: Sendable {
    private let client: HTTPClient
    private let limits: HTTPZoomClient.Limits
    private let userAgent: String

    init(userAgent: String, limits: HTTPZoomClient.Limits, trustedRoots: [String]) {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        tls.additionalTrustRoots = trustedRoots.map { .file($0) }
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
        let headLimit = limits.headBytes
        configuration.http1_1ConnectionDebugInitializer = { channel in
            channel.eventLoop.makeCompletedFuture {
                let pipeline = channel.pipeline.syncOperations
                let decoder = try pipeline.context(handlerType: ByteToMessageHandler<HTTPResponseDecoder>.self).handler
                try pipeline.addHandler(HeadBound(limit: headLimit), position: .before(decoder))
            }
        }
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        self.limits = limits
        self.userAgent = userAgent
    }

    /// Sends a request once and reads the answer, up to `bodyLimit` bytes; all within the time that the limits give.
    func exchange(_ request: HTTPClientRequest, to host: String, bodyLimit: Int) async -> Result<RawAnswer, NoAnswer> {
        var request = request
        request.headers.replaceOrAdd(name: "User-Agent", value: userAgent)
        request.headers.replaceOrAdd(name: "Accept", value: "application/json")
        let started = ContinuousClock.now
        do {
            // The client's deadline is for the head alone.
            let response = try await client.execute(request, deadline: .now() + TimeAmount(limits.answerTime))
            var answer = RawAnswer(
                status: Int(response.status.code),
                headers: response.headers,
                body: [],
                isWhole: true
            )
            // Zoom's usual answer: nothing can follow, and so there is nothing to watch over.
            if response.status == .noContent { return .success(answer) }
            let body = response.body
            (answer.body, answer.isWhole) = try await within(limits.answerTime - started.duration(to: .now), of: host) {
                try await Self.read(body, upTo: bodyLimit)
            }
            return .success(answer)
        } catch let error as HTTPClientError where error == .deadlineExceeded {
            return .failure(timeout(of: host))
        } catch {
            return .failure(NoAnswer(error, host: host))
        }
    }

    private static func read(_ body: HTTPClientResponse.Body, upTo limit: Int) async throws -> ([UInt8], isWhole: Bool)
    {
        var bytes: [UInt8] = []
        for try await chunk in body {
            bytes += chunk.readableBytesView.prefix(limit - bytes.count)
            // Leaving early drops the connection, and with it what was still to come.
            if bytes.count == limit { return (bytes, false) }
        }
        return (bytes, true)
    }

    private func timeout(of host: String) -> NoAnswer {
        NoAnswer(cause: .timeout, detail: "\(host) did not answer in \(limits.answerTime).")
    }

    /// Closes all connections; nothing can be sent after.
    func shutdown() async {
        // The only error is that it was shut down before.
        try? await client.shutdown()
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
