import NIOCore
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
        let (connections, continuation) = AsyncStream.makeStream(of: SandboxConnection.self)
        let listener: any Channel
        do {
            listener = try await SandboxConnection.listen(port: options.port, continuation)
        } catch {
            throw SandboxError.port(options.port, "\(error)")
        }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // Cancelled with its connections; those that come in later are refused.
                await withDiscardingTaskGroup { group in
                    for await connection in connections {
                        group.addTask { await connection.serve(responder.respond) }
                    }
                }
            }
            defer { group.cancelAll() }
            let port = listener.localAddress?.port ?? 0
            let result: Swift.Result<Result, any Error>
            do {
                result = .success(try await body(SandboxServer(port: port, responder: responder)))
            } catch {
                result = .failure(error)
            }
            try? await listener.close()
            return try result.get()
        }
    }
}
