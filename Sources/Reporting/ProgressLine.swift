public import Sending
internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// One line at the bottom of a terminal that tells how far a run is. Shows nothing where standard error is no terminal.
public final class ProgressLine: Sendable {
    private let isShown: Bool
    private let isDrawn = Mutex(false)

    /// - Parameter isShown: False keeps it silent even on a terminal.
    public init(isShown: Bool) {
        self.isShown = isShown && isatty(STDERR_FILENO) == 1 && getenv("TERM").map { String(cString: $0) } != "dumb"
    }

    /// Draws the line anew.
    public func show(_ progress: RunProgress) {
        guard isShown else { return }
        isDrawn.withLock { isDrawn in
            isDrawn = true
            write("\r\(Self.text(progress, columns: Self.columns()))\u{1B}[K")
        }
    }

    /// Leaves nothing behind.
    public func clear() {
        isDrawn.withLock { isDrawn in
            guard isDrawn else { return }
            isDrawn = false
            write("\r\u{1B}[K")
        }
    }

    /// The line for a terminal of so many columns; the less important parts go first when it is narrow.
    static func text(_ progress: RunProgress, columns: Int) -> String {
        let total = progress.total
        let settled = total.applied + total.failed + total.deferred
        let share = total.rows > 0 ? Double(settled) / Double(total.rows) : 1
        let allowed = total.allowedRate.isFinite ? " of \(number(total.allowedRate))" : ""
        var parts = ["\(settled)/\(total.rows)"]
        parts.append("\(number(total.rate))\(allowed)/s")
        if let left = progress.secondsLeft { parts.append("\(time(left)) left") }
        if total.refusals > 0 { parts.append("\(total.refusals) × 429") }
        if total.deferred > 0 { parts.append("\(total.deferred) deferred") }
        if total.failed > 0 { parts.append("\(total.failed) failed") }
        var line = parts.joined(separator: "  ")
        while line.count >= columns, parts.count > 1 {
            parts.removeLast()
            line = parts.joined(separator: "  ")
        }
        let room = columns - line.count - 4
        guard room >= 10 else { return String(line.prefix(max(columns - 1, 0))) }
        let width = min(room, 30)
        let full = Int((share * Double(width)).rounded(.down))
        return "[\(String(repeating: "#", count: full))\(String(repeating: "-", count: width - full))] \(line)"
    }

    private static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return value >= 100 || tenths % 10 == 0 ? String(Int(value.rounded())) : "\(tenths / 10).\(tenths % 10)"
    }

    private static func time(_ seconds: Double) -> String {
        let whole = Int(min(seconds, 1e6).rounded(.up))
        if whole < 60 { return "\(whole) s" }
        if whole < 3_600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3_600) h \(whole % 3_600 / 60) min"
    }

    private static func columns() -> Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    private func write(_ text: String) {
        var text = text
        // A terminal that went away is no reason to stop a run.
        text.withUTF8 { _ = systemWrite($0) }
    }
}

/// `write(2)` to standard error, out of reach of the methods of the same name.
private func systemWrite(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    write(STDERR_FILENO, bytes.baseAddress, bytes.count)
}
