import Foundation
import ZoomSandbox

/// The built command as users run it, in a directory of its own.
struct BuiltUsher: Sendable {
    struct Ended: Sendable {
        let code: Int32
        let output: String
        let errors: String
    }

    let place: TestDirectory
    let sandbox: SandboxServer
    var variables: [String: String] = [
        "ZOOM_ACCOUNT_ID": "sandbox-account", "ZOOM_CLIENT_ID": "sandbox-client",
        "ZOOM_CLIENT_SECRET": "sandbox-secret",
    ]

    init(in place: TestDirectory, against sandbox: SandboxServer) {
        self.place = place
        self.sandbox = sandbox
    }

    /// Stands beside the tests' own executable.
    static let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "usher")

    /// Runs a command that sends, with the sandbox as its Zoom.
    func send(_ arguments: String...) async throws -> Ended {
        try await run(
            arguments + ["--base-url", sandbox.baseURL, "--oauth-url", sandbox.tokenURL, "--rate", "unlimited"]
        )
    }

    func run(_ arguments: [String]) async throws -> Ended {
        try await Self.run(
            Self.executable.path,
            arguments,
            in: place,
            environment: variables.merging(["STATE_DIRECTORY": place.path("state"), "TZ": "UTC"]) { $1 }
        )
    }

    /// Runs any program in a directory, and waits for its end.
    static func run(
        _ program: String,
        _ arguments: [String],
        in place: TestDirectory,
        environment: [String: String]
    ) async throws -> Ended {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: place.path)
        // What sanitizers are told holds for the program too.
        process.environment = ProcessInfo.processInfo.environment
            .filter { $0.key.hasSuffix("SAN_OPTIONS") }.merging(environment) { $1 }
        let files = ["out", "err"].map { place.path("\(UUID().uuidString).\($0)") }
        for file in files { try Data().write(to: URL(filePath: file)) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: files[0])
        process.standardError = FileHandle(forWritingAtPath: files[1])
        try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in ended.resume() }
            do { try process.run() } catch { ended.resume(throwing: error) }
        }
        let texts = try files.map { String(decoding: try Data(contentsOf: URL(filePath: $0)), as: UTF8.self) }
        for file in files { try FileManager.default.removeItem(atPath: file) }
        return Ended(code: process.terminationStatus, output: texts[0], errors: texts[1])
    }
}
