import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// A real TLS server on 127.0.0.1 that answers every request with 204, and counts those that got as far as that.
final class TLSServer: Sendable {
    /// The port it listens on.
    let port: Int
    private let counter: Counter

    private init(_ channel: any Channel, counter: Counter) {
        port = channel.localAddress?.port ?? 0
        self.counter = counter
    }

    /// How many requests came through TLS.
    var requestCount: Int { counter.value.load(ordering: .sequentiallyConsistent) }

    /// Runs a server with a certificate for as long as `body` takes.
    static func run<Result: Sendable>(
        certificate: String,
        key: String,
        _ body: @Sendable (TLSServer) async throws -> Result
    ) async throws -> Result {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).map {
            NIOSSLCertificateSource.certificate($0)
        }
        let privateKey = try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)
        let context = try NIOSSLContext(
            configuration: .makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(privateKey))
        )
        let counter = Counter()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(NIOSSLServerHandler(context: context))
                    try pipeline.configureHTTPServerPipeline()
                    try pipeline.addHandler(Answering(counter))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = TLSServer(channel, counter: counter)
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
    final class Counter: Sendable {
        let value = Atomic(0)
    }

    private final class Answering: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let counter: Counter

        init(_ counter: Counter) {
            self.counter = counter
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .end = unwrapInboundIn(data) else { return }
            counter.value.add(1, ordering: .sequentiallyConsistent)
            let head = HTTPResponseHead(version: .http1_1, status: .noContent)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }

        /// A client that does not trust the certificate ends the handshake; that is its right.
        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
