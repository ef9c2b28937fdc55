import Foundation
import Synchronization

/// A directory of its own for one test, and all that the test starts in it: parallel tests never meet.
final class Workplace: Sendable {
    /// Where the programs run, so that a spreadsheet is named as a person names it: `decisions.csv`.
    let directory: URL
    /// Out of the way of the spreadsheets: home, state, temporary files and captured output.
    private let backstage: URL
    private let children = Mutex<[Child]>([])

    fileprivate init() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "usher-test-\(UUID().uuidString)")
        directory = root.appending(path: "desk")
        backstage = root.appending(path: "backstage")
        for part in [directory, backstage]
            + ["home", "state", "tmp", "captured"].map({ backstage.appending(path: $0) })
        {
            try FileManager.default.createDirectory(at: part, withIntermediateDirectories: true)
        }
    }

    /// A file's address.
    func url(_ name: String) -> URL { directory.appending(path: name) }

    /// Writes a file, and gives its name back.
    @discardableResult
    func write(_ text: String, as name: String) throws -> String {
        try Data(text.utf8).write(to: url(name))
        return name
    }

    /// Reads a file.
    func read(_ name: String) throws -> String { String(decoding: try Data(contentsOf: url(name)), as: UTF8.self) }

    /// Whether there is a file of that name.
    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: url(name).path) }

    /// The files on the desk, sorted.
    var files: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() }
    }

    /// The default journal of programs started here.
    var journal: URL { backstage.appending(path: "state/usher/journal.db") }

    /// Nothing of the environment of whoever runs the tests takes part, except what sanitizers are told.
    var environment: [String: String] {
        var environment = [
            "PATH": "\(Products.directory.path):/usr/local/bin:/usr/bin:/bin",
            "HOME": backstage.appending(path: "home").path,
            "XDG_STATE_HOME": backstage.appending(path: "state").path,
            "TMPDIR": backstage.appending(path: "tmp").path,
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm",
            "USHER_CONFIG": "/dev/null",
        ]
        for (name, value) in ProcessInfo.processInfo.environment where name.hasSuffix("SAN_OPTIONS") {
            environment[name] = value
        }
        return environment
    }

    /// Starts a program in the directory; it does not outlive the test.
    ///
    /// - Parameter changes: Variables to set besides, or with nil to unset.
    func start(
        _ program: URL,
        _ arguments: [String],
        environment changes: [String: String?] = [:],
        input: String? = nil
    ) throws -> Child {
        let captured = backstage.appending(path: "captured/\(UUID().uuidString)")
        var inputFile: URL?
        if let input {
            let file = captured.appendingPathExtension("in")
            try Data(input.utf8).write(to: file)
            inputFile = file
        }
        var environment = environment
        for (name, value) in changes { environment[name] = value }
        let child = try Child(
            program,
            arguments,
            in: directory,
            environment: environment,
            input: inputFile,
            scratch: captured
        )
        children.withLock { $0.append(child) }
        return child
    }

    fileprivate func close() async {
        for child in children.withLock({ $0 }).reversed() { await child.destroy() }
        // For a look at what a failed test left: its files, and `backstage/captured` with what each program said.
        guard ProcessInfo.processInfo.environment["USHER_KEEP_WORKPLACES"] == nil else { return }
        try? FileManager.default.removeItem(at: directory.deletingLastPathComponent())
    }
}

/// Gives a test its workplace, ends whatever is still running in it, and removes it.
func withWorkplace<Result>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: (Workplace) async throws -> Result
) async throws -> Result {
    let place = try Workplace()
    do {
        let result = try await body(place)
        await place.close()
        return result
    } catch {
        await place.close()
        throw error
    }
}
