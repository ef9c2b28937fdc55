import NIOCore
import NIOPosix
import Synchronization

/// An HTTP proxy on 127.0.0.1 whose tunnels all lead to one port, and that keeps the first head of each connection.
final class TestProxy: Sendable {
    let port: Int
    private let heads: Heads

    private init(_ channel: any Channel, _ heads: Heads) {
        port = channel.localAddress?.port ?? 0
        self.heads = heads
    }

    /// What each connection said first: request line and headers.
    var asked: [String] { heads.texts.withLock { $0 } }

    /// Runs a proxy for as long as `body` takes.
    ///
    /// - Parameter authorization: What it wants in `Proxy-Authorization`; nil takes everybody.
    static func run<Result: Sendable>(
        to target: Int,
        wanting authorization: String? = nil,
        _ body: @Sendable (TestProxy) async throws -> Result
    ) async throws -> Result {
        let heads = Heads()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Opening(target, authorization, heads))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let proxy = TestProxy(channel, heads)
        do {
            let result = try await body(proxy)
            try await channel.close()
            return result
        } catch {
            try await channel.close()
            throw error
        }
    }

    private final class Heads: Sendable {
        let texts = Mutex<[String]>([])
    }

    /// Reads the head, and opens the tunnel.
    private final class Opening: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let target: Int
        private let authorization: String?
        private let heads: Heads
        private var head = ""
        private var peer: (any Channel)?

        init(_ target: Int, _ authorization: String?, _ heads: Heads) {
            self.target = target
            self.authorization = authorization
            self.heads = heads
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data)
            if let peer { return peer.writeAndFlush(bytes, promise: nil) }
            head += String(buffer: bytes)
            guard head.hasSuffix("\r\n\r\n") else { return }
            heads.texts.withLock { $0.append(head) }
            let wanted = authorization.map { "proxy-authorization: \($0)".lowercased() }
            guard head.hasPrefix("CONNECT "), wanted.map(head.lowercased().contains) ?? true else {
                return answer("407 Proxy Authentication Required\r\nContent-Length: 0", context)
            }
            let client = context.channel
            ClientBootstrap(group: context.eventLoop)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Returning(to: client))
                    }
                }
                .connect(host: "127.0.0.1", port: target).assumeIsolated().whenSuccess { channel in
                    self.peer = channel
                    self.answer("200 Connection established", context)
                }
        }

        private func answer(_ text: String, _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 \(text)\r\n\r\n")), promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { peer?.close(promise: nil) }
    }

    private final class Returning: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let client: any Channel

        init(to client: any Channel) { self.client = client }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            client.writeAndFlush(unwrapInboundIn(data), promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { client.close(promise: nil) }
    }
}
