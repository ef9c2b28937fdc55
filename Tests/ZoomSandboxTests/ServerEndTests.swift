import NIOPosix
import Testing
import ZoomSandbox

@Suite("The end of a sandbox")
struct ServerEndTests {
    @Test("connections that come in just before the end do not bring the process down")
    func connections() async throws {
        for _ in 0..<5 {
            try await SandboxServer.run(SandboxOptions()) { server in
                for _ in 0..<40 {
                    _ = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                        .connect(host: "127.0.0.1", port: server.port).get()
                }
            }
        }
    }
}
