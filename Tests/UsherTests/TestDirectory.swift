import Foundation

/// A directory that is there for one test.
final class TestDirectory: Sendable {
    let path: String

    init() {
        let directory = FileManager.default.temporaryDirectory.appending(path: "usher-\(UUID().uuidString)")
        try? FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        path = directory.resolvingSymlinksInPath().path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func path(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path(name)))
    }

    func append(_ name: String, _ text: String) throws {
        let file = try FileHandle(forWritingTo: URL(filePath: path(name)))
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
    }

    func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path(name))), as: UTF8.self)
    }

    /// Runs any program here, with this process's variables and a few more.
    @discardableResult
    func run(_ program: String, _ arguments: String..., environment: [String: String] = [:]) async throws
        -> BuiltUsher.Ended
    {
        try await BuiltUsher.run(
            program,
            arguments,
            in: self,
            environment: ProcessInfo.processInfo.environment.merging(environment) { $1 }
        )
    }

    func mode(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path(name))[.posixPermissions] as? Int
    }
}
