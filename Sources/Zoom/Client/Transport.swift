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
        let prepared = request
        do {
            return .success(
                try await within(limits.answerTime, of: host) { [client] in
                    let response = try await client.execute(prepared, deadline: .distantFuture)
                    var body: [UInt8] = []
                    var isWhole = true
                    // Leaving the loop early drops the connection, and with it what was still to come.
                    for try await chunk in response.body {
                        body += chunk.readableBytesView.prefix(bodyLimit - body.count)
                        if body.count == bodyLimit {
                            isWhole = false
                            break
                        }
                    }
                    return RawAnswer(
                        status: Int(response.status.code),
                        headers: response.headers,
                        body: body,
                        isWhole: isWhole
                    )
                }
            )
        } catch {
            return .failure(NoAnswer(error, host: host))
        }
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
                throw NoAnswer(cause: .timeout, detail: "\(host) did not answer in \(time).")
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }
}
