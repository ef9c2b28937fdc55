import Files
import Glibc
import Logging
import Reporting
import Settings
import Synchronization

/// Output for people: results on standard output, trouble on standard error.
enum Output {
    /// The display at the bottom of the terminal while something is in progress. Every line of text makes it step
    /// aside; it is redrawn a moment later.
    private static let display = Mutex<ProgressDisplay?>(nil)
    /// Why something could not be written to standard output, if that happened.
    private static let loss = Mutex<SystemError?>(nil)

    /// Shows a display while `body` runs, and removes it however that ends.
    static func showing<Result>(_ display: ProgressDisplay, _ body: () async throws -> Result) async rethrows -> Result
    {
        Self.display.withLock { $0 = display }
        defer { endDisplay() }
        return try await body()
    }

    private static func endDisplay() {
        display.withLock { shown in
            shown?.end()
            shown = nil
        }
    }

    /// Whether sentences are JSON, as the log of a run is then (`log_format`). What a command was asked for, a table or a
    /// report, is not a log, and stays as it is.
    private static let isJSON = Atomic(false)

    static func writeJSON() { isJSON.store(true, ordering: .relaxed) }

    /// A line on standard output, safe whatever names it contains.
    static func say(_ line: String) {
        let isLog = isJSON.load(ordering: .relaxed)
        say(lines: isLog ? StandardErrorLog.json(.notice, line) : line.onOneLine)
    }

    /// Several lines on standard output. The caller makes sure that no name in them begins a line.
    static func say(lines: String) { write(lines.harmless + "\n", to: STDOUT_FILENO) }

    /// Text on standard output: byte for byte into files and pipes, but made safe for a terminal.
    static func write(_ bytes: [UInt8]) {
        guard isatty(STDOUT_FILENO) == 1 else { return write(bytes, to: STDOUT_FILENO) }
        let text = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
        write(text.harmless, to: STDOUT_FILENO)
    }

    /// A line on standard error, safe whatever names it contains.
    static func complain(_ line: String) { complain(lines: line.onOneLine) }

    /// An error on standard error: a line, and a line for each fault of the settings.
    static func complain(of error: any Error) {
        if error is ConfigurationError { return complain(lines: String(describing: error)) }
        complain(String(describing: error))
    }

    /// Several lines on standard error. For systemd's journal each is marked as an error (`sd-daemon(3)`).
    static func complain(lines: String) { tell(lines, .error) }

    /// A warning on standard error.
    static func warn(_ line: String) { tell(line.onOneLine, .warning) }

    /// Something worth knowing, on standard error, since standard output may be a file.
    static func note(_ line: String) { tell(line.onOneLine, .notice) }

    private static func tell(_ lines: String, _ level: Logger.Level) {
        if isJSON.load(ordering: .relaxed) {
            for line in lines.split(separator: "\n") {
                write(StandardErrorLog.json(level, String(line)) + "\n", to: STDERR_FILENO)
            }
            return
        }
        let text = "\(level > .notice ? "usher: " : "")\(lines.harmless)"
        guard Environment.value("JOURNAL_STREAM") != nil else { return write("\(text)\n", to: STDERR_FILENO) }
        // The journal makes an entry of each line, and each has its own priority.
        for line in text.split(separator: "\n") { write("<\(level.priority)>\(line)\n", to: STDERR_FILENO) }
    }

    static func end(_ code: Int32) -> Never {
        endDisplay()
        exit(code)
    }

    /// Whether the cursor stands behind a question.
    private static let isMidLine = Atomic(false)

    /// A question on standard error. What is written before its answer begins a line of its own.
    static func ask(_ text: String) {
        write(text, to: STDERR_FILENO)
        isMidLine.store(true, ordering: .relaxed)
    }

    /// The answer to a question was typed, with its line's end.
    static func endLine() { isMidLine.store(false, ordering: .relaxed) }

    static func write(_ text: String, to descriptor: Int32) { write(Array(text.utf8), to: descriptor) }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        display.withLock { $0?.clear() }
        let start = isMidLine.exchange(false, ordering: .relaxed) ? [UInt8(ascii: "\n")] : []
        do throws(SystemError) {
            try FileDescriptor(descriptor).write(start + bytes)
        } catch {
            // A closed pipe (`usher status | head`) is the reader's choice, and no reason to fail.
            if descriptor == STDOUT_FILENO, error.code != EPIPE { loss.withLock { $0 = $0 ?? error } }
        }
    }

    /// Throws if any standard output was lost, for example on a full disk.
    static func checkWritten() throws(UsherError) {
        guard let reason = loss.withLock({ $0 }) else { return }
        throw UsherError(
            status: .storage,
            description: """
                What was written to standard output is not complete (\(reason)). Make room there or name another place, and run \
                it again. The journal is not affected.
                """
        )
    }
}
