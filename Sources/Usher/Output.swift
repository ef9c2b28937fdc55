import Files
import Glibc
import Reporting
import Settings
import Synchronization

/// What a person reads: results on standard output, trouble on standard error.
enum Output {
    /// What is drawn at the bottom of the terminal while something goes on. Every line of text makes it step aside; it is
    /// drawn again a moment later.
    private static let display = Mutex<ProgressDisplay?>(nil)
    /// Why something could not be written to standard output, if anything could not.
    private static let loss = Mutex<SystemError?>(nil)

    /// Does something while a display is drawn, and takes the display away however that ends.
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

    /// A line on standard output, whatever names are in it.
    static func say(_ line: String) { say(lines: line.onOneLine) }

    /// Several lines on standard output. Anyone who puts them together makes sure that no name in them begins one.
    static func say(lines: String) { write(lines.harmless + "\n", to: STDOUT_FILENO) }

    /// Text on standard output: byte for byte into files and pipes, but without harm to a terminal.
    static func write(_ bytes: [UInt8]) {
        guard isatty(STDOUT_FILENO) == 1 else { return write(bytes, to: STDOUT_FILENO) }
        let text = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
        write(text.harmless, to: STDOUT_FILENO)
    }

    /// A line on standard error, whatever names are in it.
    static func complain(_ line: String) { complain(lines: line.onOneLine) }

    /// What an error has to say on standard error: a line, and a line for each fault of the settings.
    static func complain(of error: any Error) {
        if error is ConfigurationError { return complain(lines: String(describing: error)) }
        complain(String(describing: error))
    }

    /// Several lines on standard error. systemd's journal is told that each is an error (`sd-daemon(3)`).
    static func complain(lines: String) { tell(lines, priority: 3) }

    /// A line on standard error about what hinders nothing.
    static func warn(_ line: String) { tell(line.onOneLine, priority: 4) }

    private static func tell(_ lines: String, priority: Int) {
        let text = "usher: \(lines.harmless)"
        guard Environment.value("JOURNAL_STREAM") != nil else { return write("\(text)\n", to: STDERR_FILENO) }
        // The journal makes an entry of each line, and each has its own priority.
        for line in text.split(separator: "\n") { write("<\(priority)>\(line)\n", to: STDERR_FILENO) }
    }

    static func end(_ code: Int32) -> Never {
        endDisplay()
        exit(code)
    }

    static func write(_ text: String, to descriptor: Int32) { write(Array(text.utf8), to: descriptor) }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        display.withLock { $0?.clear() }
        do throws(SystemError) {
            try FileDescriptor(descriptor).write(bytes)
        } catch {
            // A closed pipe (`usher status | head`) is the reader's choice, and no reason to fail.
            if descriptor == STDOUT_FILENO, error.code != EPIPE { loss.withLock { $0 = $0 ?? error } }
        }
    }

    /// Throws if anything that was said on standard output is lost, for example on a full disk.
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
