import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
package import ZoomModel

/// Zoom's endpoints on 127.0.0.1, for the demo and the tests.
package struct SandboxServer: Sendable {
    /// The port it listens on.
    package let port: Int
    private let responder: SandboxResponder

    /// The address without a trailing slash, for example `http://127.0.0.1:8080`.
    package var url: String { "http://127.0.0.1:\(port)" }
    /// The base URL to give Usher.
    package var baseURL: String { "\(url)/v2" }
    /// The token endpoint to give Usher.
    package var tokenURL: String { "\(url)/oauth/token" }
    /// The counts so far.
    package var stats: SandboxStats { responder.world.withLock { $0.stats } }

    /// Replaces the faults.
    package func setFaults(_ faults: [FaultRule]) {
        responder.world.withLock { $0.faults.rules = faults }
    }

    /// The status of a registrant; nil if there is no such registrant.
    package func status(
        of registrant: NamedRegistrant,
        in kind: SandboxKind = .meeting,
        _ id: String,
        occurrence: String? = nil
    ) -> SandboxStatus? {
        let key = MeetingKey(kind: kind, id: id)
        return responder.world.withLock { $0.zoom.status(of: registrant, in: key, occurrence: occurrence) }
    }

    /// Runs a sandbox while `body` runs.
    package static func run<Result: Sendable>(
        _ options: SandboxOptions,
        clock: SandboxClock = .system(),
        _ body: @Sendable (SandboxServer) async throws -> Result
    ) async throws -> Result {
        let responder = try SandboxResponder(options, clock: clock)
        let (ports, started) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "zoom-sandbox")
        // The server always ends by cancellation, which the library calls an error.
        logger.logLevel = .critical
        let server = try HTTPServerBuilder.http1().buildServer(
            configuration: ServerConfiguration(address: .hostname("127.0.0.1", port: options.port), backlog: 1_024),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger
        ) { request, writer, channel in
            try await responder.respond(to: request, with: writer, on: channel)
        } onServerRunning: { channel in
            started.yield(channel.localAddress?.port ?? 0)
            started.finish()
        }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // Ends the wait for the port if the server could not start.
                defer { started.finish() }
                try await server.run()
            }
            defer { group.cancelAll() }
            guard let port = await ports.first(where: { _ in true }) else {
                do {
                    try await group.next()
                } catch {
                    throw SandboxError.port(options.port, "\(error)")
                }
                throw CancellationError()
            }
            let server = SandboxServer(port: port, responder: responder)
            do {
                let result = try await body(server)
                await server.takeUpConnections()
                return result
            } catch {
                await server.takeUpConnections()
                throw error
            }
        }
    }

    /// Returns once every connection made so far has its own task.
    ///
    /// The libraries end the process if the server is cancelled while a connection is in between: accepted, and dropped
    /// unused. Connections are accepted in order of arrival, and each event loop works in order too, so an answer from
    /// each loop shows that all earlier ones got through.
    private func takeUpConnections() async {
        let group = MultiThreadedEventLoopGroup.singleton
        for _ in group.makeIterator() {
            let question = "GET /sandbox/stats HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
            // If no more connections can be made, none can be lost.
            guard let channel = try? await ClientBootstrap(group: group).connect(host: "127.0.0.1", port: port).get()
            else { return }
            try? await channel.writeAndFlush(ByteBuffer(string: question))
            try? await channel.closeFuture.get()
        }
    }
}
