import Foundation
import Synchronization

/// A program that a test started. Its output goes to files, so that nothing waits for a reader; its end is an event.
final class Child: Sendable {
    /// How a program ended.
    enum Ending: Sendable, Hashable {
        case exited(Int32)
        case killed(by: Int32)
    }

    /// The program and its arguments, for messages.
    let command: String
    private let process: Process
    private let outputFile: URL
    private let errorFile: URL
    private let ending: Task<Ending, Never>

    /// `Process` hands its children a socket; two started at once could each hold the other's.
    private static let starting = Mutex(())

    /// Starts a program.
    ///
    /// - Parameter scratch: What its output files are called, without the extension.
    init(
        _ program: URL,
        _ arguments: [String],
        in directory: URL,
        environment: [String: String],
        input: URL?,
        scratch: URL
    ) throws {
        command = ([program.lastPathComponent] + arguments).joined(separator: " ")
        outputFile = scratch.appendingPathExtension("out")
        errorFile = scratch.appendingPathExtension("err")
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = directory
        process.environment = environment
        let files = [
            try input.map { try FileHandle(forReadingFrom: $0) }, try Self.file(outputFile), try Self.file(errorFile),
        ]
        process.standardInput = files[0] ?? FileHandle.nullDevice
        process.standardOutput = files[1]
        process.standardError = files[2]
        let (endings, continuation) = AsyncStream.makeStream(of: Ending.self)
        process.terminationHandler = { process in
            let status = process.terminationStatus
            continuation.yield(process.terminationReason == .exit ? .exited(status) : .killed(by: status))
            continuation.finish()
        }
        self.process = process
        ending = Task {
            for await ending in endings { return ending }
            return .exited(-1)
        }
        // The child has its own copies. Foundation never frees a `Process`, and crashes when it counts some 1,300 open files.
        defer { for file in files { try? file?.close() } }
        try Self.starting.withLock { _ in try process.run() }
    }

    /// Its number.
    var pid: Int32 { process.processIdentifier }

    /// Whether it has not ended yet.
    var isRunning: Bool { process.isRunning }

    /// What it has written to standard output so far.
    var output: String { Self.text(of: outputFile) }

    /// What it has written to standard error so far.
    var errors: String { Self.text(of: errorFile) }

    /// Sends it a signal; nothing happens when it has ended.
    func signal(_ number: Int32) {
        guard process.isRunning else { return }
        kill(pid, number)
    }

    /// Waits until it ends; kills it when it does not.
    ///
    /// - Parameter limit: For how long, on an ordinary machine; see `Patience`.
    /// - Throws: `TookTooLong`.
    @discardableResult
    func end(within limit: Duration = .seconds(180)) async throws -> Ending {
        let limit = limit * Patience.factor
        let isLate = Mutex(false)
        let watch = Task {
            try await Task.sleep(for: limit)
            isLate.withLock { $0 = true }
            signal(SIGKILL)
        }
        defer { watch.cancel() }
        let ending = await ending.value
        if isLate.withLock({ $0 }) {
            throw TookTooLong(
                what: "the end of \(command)\n\(output.suffix(2_000))\n\(errors.suffix(2_000))",
                limit: limit
            )
        }
        return ending
    }

    /// Ends it by force and waits until it is gone.
    func destroy() async {
        signal(SIGKILL)
        _ = await ending.value
    }

    /// Appends, as a shell's `>>` does: several writers of one file don't overwrite each other.
    private static func file(_ url: URL) throws -> FileHandle {
        let descriptor = open(url.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    private static func text(of file: URL) -> String {
        // Bytes, since a program may be read in the middle of a character.
        (try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
