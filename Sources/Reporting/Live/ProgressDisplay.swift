import Files
import Glibc
import Synchronization

/// Lines at the bottom of a terminal that are redrawn in place and leave no trace.
///
/// The cursor is never hidden and no terminal mode is changed, so there is nothing to restore however the process ends.
/// Without a terminal (or with a dumb one) nothing is written.
package final class ProgressDisplay: Sendable {
    private let descriptor: Int32
    private let style: TerminalStyle
    /// Whether anything is ever drawn.
    package let isShown: Bool
    /// The widths of the lines on the screen; nil once drawing has ended.
    private let drawn = Mutex<[Int]?>([])

    /// - Parameters:
    ///   - descriptor: The file descriptor of the terminal; standard error by default.
    ///   - isWanted: False keeps it silent even on a terminal.
    package init(on descriptor: Int32 = 2, isWanted: Bool = true) {
        self.descriptor = descriptor
        isShown = isWanted && TerminalStyle.canDraw(on: descriptor)
        style = .ofEnvironment
    }

    /// Draws a run's progress over the previous drawing.
    package func show(_ progress: LiveProgress) {
        guard isShown else { return }
        let size = Self.size(of: descriptor)
        draw(
            ProgressLines(progress, columns: size.columns, style: style).lines.suffix(max(size.rows - 1, 1)),
            size.columns
        )
    }

    /// Draws one line of plain ASCII over the previous drawing.
    package func show(line: String) {
        guard isShown else { return }
        let columns = Self.size(of: descriptor).columns
        draw([String(line.prefix(max(columns - 1, 1)))], columns)
    }

    private func draw(_ lines: ArraySlice<String>, _ columns: Int) {
        drawn.withLock { drawn in
            guard let before = drawn else { return }
            let text =
                Self.start(over: before, columns: columns) + lines.joined(separator: "\u{1B}[K\r\n") + "\u{1B}[K"
            drawn = lines.map { Self.visibleWidth(of: $0) }
            // Clears the rest of a taller or wrapped drawing.
            write(text + "\u{1B}[J")
        }
    }

    package func clear() {
        drawn.withLock { drawn in
            guard let before = drawn, !before.isEmpty else { return }
            write(Self.start(over: before, columns: Self.size(of: descriptor).columns) + "\u{1B}[J")
            drawn = []
        }
    }

    /// Removes the lines permanently; later attempts to draw do nothing.
    package func end() {
        clear()
        drawn.withLock { $0 = nil }
    }

    /// Moves from the end of the last line to the start of the first. A narrowed terminal has wrapped them.
    static func start(over widths: [Int], columns: Int) -> String {
        let rows = widths.reduce(0) { $0 + max(1, ($1 + columns - 1) / max(columns, 1)) }
        return rows > 1 ? "\r\u{1B}[\(rows - 1)A" : "\r"
    }

    /// The width of a line without color codes.
    static func visibleWidth(of line: String) -> Int {
        var width = 0
        var rest = line[...]
        while let escape = rest.firstIndex(of: "\u{1B}") {
            width += TerminalText.width(of: rest[..<escape])
            guard let end = rest[escape...].firstIndex(of: "m") else { return width }
            rest = rest[rest.index(after: end)...]
        }
        return width + TerminalText.width(of: rest)
    }

    private static func size(of descriptor: Int32) -> (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return (80, 24) }
        return (Int(size.ws_col), size.ws_row > 0 ? Int(size.ws_row) : 24)
    }

    private func write(_ text: String) {
        // A lost terminal is no reason to stop a run.
        try? FileDescriptor(descriptor).write(Array(text.utf8))
    }
}

/// Follows another process's run until it ends: polls, shows, waits, repeats.
package struct StatusWatch: Sendable {
    private let look: @Sendable () throws -> LiveProgress?
    private let show: @Sendable (LiveProgress) -> Void
    private let wait: @Sendable () async throws -> Void

    /// - Parameters:
    ///   - look: The run's progress; nil if none is under way.
    ///   - show: Draws that.
    ///   - wait: Returns when it is time to look again; throws to stop watching.
    package init(
        look: @escaping @Sendable () throws -> LiveProgress?,
        show: @escaping @Sendable (LiveProgress) -> Void,
        wait: @escaping @Sendable () async throws -> Void
    ) {
        self.look = look
        self.show = show
        self.wait = wait
    }

    /// Returns when no run is under way anymore.
    ///
    /// - Returns: Whether there was one at all.
    /// - Throws: What `look` and `wait` throw.
    package func callAsFunction() async throws -> Bool {
        var sawRun = false
        while let progress = try look() {
            sawRun = true
            show(progress)
            try await wait()
        }
        return sawRun
    }
}
