import NIOCore
import NIOPosix
import Synchronization

/// A server on 127.0.0.1 that answers each request with whatever bytes it is told to, and keeps all that it was sent.
final class RawServer: Sendable {
    /// Makes the bytes of an answer from those of a request.
    typealias Answer = @Sendable (_ request: String) -> String

    /// The port it listens on.
    let port: Int
    private let log: Log

    /// All requests so far, as they came.
    var requests: [String] { log.requests.withLock { $0 } }

    private init(port: Int, log: Log) {
        self.port = port
        self.log = log
    }

    /// Runs a server for as long as `body` takes.
    static func run<Result>(
        answering answer: @escaping Answer,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (RawServer) async throws -> Result
    ) async throws -> Result {
        let log = Log()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Answering(log: log, answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = RawServer(port: channel.localAddress?.port ?? 0, log: log)
        do {
            let result = try await body(server)
            try await channel.close().get()
            return result
        } catch {
            try? await channel.close().get()
            throw error
        }
    }

    /// An answer with a JSON body.
    static func json(_ status: String, _ body: String, headers: String = "") -> String {
        "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
    }

    private final class Log: Sendable {
        let requests = Mutex<[String]>([])
    }

    /// Collects a request until its announced length is there, answers it, and closes.
    private final class Answering: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let log: Log
        private let answer: Answer
        private var received = ""
        private var isAnswered = false

        init(log: Log, answer: @escaping Answer) {
            self.log = log
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += String(buffer: unwrapInboundIn(data))
            guard !isAnswered, let end = received.range(of: "\r\n\r\n") else { return }
            let head = received[..<end.lowerBound].lowercased()
            let length = head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                .flatMap { Int($0.dropFirst(15).drop { $0 == " " }) }
            guard received[end.upperBound...].utf8.count >= length ?? 0 else { return }
            isAnswered = true
            log.requests.withLock { $0.append(received) }
            context.write(wrapOutboundOut(ByteBuffer(string: answer(received))), promise: nil)
            let channel = context.channel
            context.flush()
            channel.close(mode: .all, promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            // What came without ever being a request is kept too: a token in it would be one too many.
            if !isAnswered, !received.isEmpty { log.requests.withLock { $0.append(received) } }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
