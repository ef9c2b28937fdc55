import NIOCore
import NIOHTTP1
import NIOPosix

/// A request that arrived whole.
struct SandboxRequest: Sendable {
    let head: HTTPRequestHead
    var body: [UInt8] = []

    /// The path, as sent.
    var path: Substring { head.uri.prefix { $0 != "?" } }
    /// What follows the question mark; empty if nothing does.
    var query: Substring { head.uri.dropFirst(path.count + 1) }

    /// A header's value; nil without that header.
    func header(_ name: String) -> String? {
        let values = head.headers[name]
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }
}

/// A connection and the requests that come in on it, which are answered one after the other.
struct SandboxConnection: Sendable {
    let channel: any Channel
    private let requests: AsyncStream<SandboxRequest>

    /// Opens a port on 127.0.0.1.
    ///
    /// - Parameter connections: Gets each connection that is made. Those that it no longer takes are closed.
    /// - Returns: What listens there.
    static func listen(
        port: Int,
        _ connections: AsyncStream<SandboxConnection>.Continuation
    ) async throws -> any Channel {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let (requests, continuation) = AsyncStream.makeStream(of: SandboxRequest.self)
                    // A next request waits in the stream; a seed may prescribe any header.
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(
                        withPipeliningAssistance: false,
                        withOutboundHeaderValidation: false
                    )
                    try channel.pipeline.syncOperations.addHandler(RequestReader(continuation))
                    let connection = SandboxConnection(channel: channel, requests: requests)
                    if case .terminated = connections.yield(connection) { channel.close(promise: nil) }
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
    }

    /// Answers each request until either side closes the connection, an answer fails, or the task is cancelled.
    func serve(_ respond: (SandboxRequest, any Channel) async throws -> Void) async {
        await withTaskCancellationHandler {
            for await request in requests {
                do {
                    try await respond(request, channel)
                } catch {
                    break
                }
                if !request.head.isKeepAlive { break }
            }
            try? await channel.close()
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    /// Puts the parts of requests together.
    private final class RequestReader: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart

        private let requests: AsyncStream<SandboxRequest>.Continuation
        private var request: SandboxRequest?

        init(_ requests: AsyncStream<SandboxRequest>.Continuation) {
            self.requests = requests
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): request = SandboxRequest(head: head)
            case .body(let bytes):
                request?.body += bytes.readableBytesView
                if let request, request.body.count > 1_024 * 1_024 { context.close(promise: nil) }
            case .end:
                if let request { requests.yield(request) }
                request = nil
            }
        }

        func channelInactive(context: ChannelHandlerContext) { requests.finish() }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
