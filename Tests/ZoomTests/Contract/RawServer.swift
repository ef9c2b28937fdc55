import NIOCore
import NIOPosix
import Synchronization

/// A server on 127.0.0.1 that answers whatever it is asked with the same bytes, and counts who came.
final class RawServer: Sendable {
    /// The port it listens on.
    let port: Int
    private let counter: Counter

    /// How many connections were made to it.
    var connections: Int { counter.value.load(ordering: .sequentiallyConsistent) }

    private init(port: Int, counter: Counter) {
        self.port = port
        self.counter = counter
    }

    /// Runs a server for as long as `body` takes.
    ///
    /// - Parameter keeping: Whether it answers each request with JSON on a connection, not only the first one, and keeps
    ///   the connection.
    static func run<Result: Sendable>(
        answering bytes: [UInt8],
        keeping: Bool = false,
        _ body: @Sendable (RawServer) async throws -> Result
    ) async throws -> Result {
        let counter = Counter()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                counter.value.add(1, ordering: .sequentiallyConsistent)
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Answering(bytes, keeping))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = RawServer(port: channel.localAddress?.port ?? 0, counter: counter)
        do {
            let result = try await body(server)
            try await channel.close()
            return result
        } catch {
            try await channel.close()
            throw error
        }
    }

    /// Shared by the server and its connections.
    private final class Counter: Sendable {
        let value = Atomic(0)
    }

    private final class Answering: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let bytes: [UInt8]
        private let isKept: Bool
        private var isAnswered = false

        init(_ bytes: [UInt8], _ isKept: Bool) {
            self.bytes = bytes
            self.isKept = isKept
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            // The head of a request, which may come alone, does not end with a brace.
            let isWhole = unwrapInboundIn(data).readableBytesView.last == UInt8(ascii: "}")
            guard isKept ? isWhole : !isAnswered else { return }
            isAnswered = true
            let channel = context.channel
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
            if !isKept { channel.close(mode: .all, promise: nil) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
