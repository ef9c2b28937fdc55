import Files
import Journal

/// The lines that show a run's progress: one for each job, and one for the run. A pure function of its input.
package struct ProgressLines: Sendable, Hashable {
    /// The lines, each narrower than the terminal, so that none wraps. Colors add no width.
    package let lines: [String]

    /// Jobs beyond this are summed up.
    static let most = 6

    /// - Parameters:
    ///   - progress: How far the run is.
    ///   - columns: The terminal's width.
    ///   - style: What the terminal can show.
    package init(_ progress: LiveProgress, columns: Int, style: TerminalStyle) {
        // Terminals differ in how they treat a character in the last column.
        let room = max(columns - 1, 1)
        let rows = Self.rows(of: progress.jobs)
        let layout = Layout(rows, room: room, style: style)
        lines = rows.map { layout.line(for: $0) } + [Self.summary(progress, room: room, style: style)]
    }

    /// The subject of a line: a job, or several.
    struct Row {
        var name: String
        var counts: Counts

        var done: Int { counts.rows - counts.open }
        var figures: String { "\(Phrases.number(done))/\(Phrases.number(counts.rows))" }
    }

    /// The first unfinished jobs; the rest share one row. Finished ones make room for others.
    private static func rows(of jobs: [JobProgress]) -> [Row] {
        func row(_ job: JobProgress) -> Row { Row(name: job.name.namingUnseen, counts: job.counts) }
        guard jobs.count > most else { return jobs.map(row) }
        let open = jobs.filter { $0.counts[.pending] > 0 }
        let shown =
            (open.count >= most ? open : jobs.filter { $0.counts[.pending] == 0 }.suffix(most - open.count) + open)
            .prefix(most - 1).sorted { $0.id < $1.id }
        let ids = Set(shown.map(\.id))
        let rest = jobs.filter { !ids.contains($0.id) }
        let sum = rest.reduce(Counts()) { $0 + $1.counts }
        return shown.map(row) + [Row(name: Phrases.amount(rest.count, "more file"), counts: sum)]
    }

    private static func summary(_ progress: LiveProgress, room: Int, style: TerminalStyle) -> String {
        var parts: [String] = []
        if let pause = progress.pause, pause > 0 {
            parts.append("paused \(Phrases.span(pause)), as Zoom asks")
        } else {
            let allowed = progress.allowedRate.map { " of \(Phrases.rate($0))" } ?? ""
            parts.append("\(Phrases.rate(progress.rate))\(allowed)/s")
        }
        if let left = progress.secondsLeft { parts.append("\(Phrases.span(left)) left") }
        if progress.refusals > 0 {
            parts.append("\(Phrases.number(progress.refusals)) \(style.isUnicode ? "×" : "x") 429")
        }
        var line = parts.joined(separator: "   ")
        while TerminalText.width(of: line) > room, parts.count > 1 {
            parts.removeLast()
            line = parts.joined(separator: "   ")
        }
        guard TerminalText.width(of: line) > room else { return line }
        return TerminalText.fitted(line, to: room, ellipsis: style.isUnicode ? "…" : "~")
    }
}

extension ProgressLines {
    /// The widths shared by all rows, so that their parts line up.
    private struct Layout {
        let name: Int
        let bar: Int
        let figures: Int
        let room: Int
        let style: TerminalStyle

        private static let longestName = 28
        private static let shortestName = 8
        private static let longestBar = 30
        private static let shortestBar = 8

        init(_ rows: [Row], room: Int, style: TerminalStyle) {
            self.room = room
            self.style = style
            figures = rows.map(\.figures.count).max() ?? 0
            let wanted = min(rows.map { TerminalText.width(of: $0.name) }.max() ?? 0, Self.longestName)
            // Figures always; then a recognizable name; then a bar; then the words after it.
            let forName = min(wanted, max(0, room - figures - 2))
            name = min(wanted, max(Self.shortestName, room - figures - Self.shortestBar - 6), forName)
            let rest = room - name - figures - 6
            bar = rest < Self.shortestBar ? 0 : min(Self.longestBar, max(Self.shortestBar, rest - 26))
        }

        func line(for row: Row) -> String {
            let ellipsis: Character = style.isUnicode ? "…" : "~"
            guard name > 3 else { return TerminalText.fitted(row.figures, to: min(room, figures), ellipsis: ellipsis) }
            var line = TerminalText.fitted(row.name, to: name, ellipsis: ellipsis) + "  "
            var used = name + 2
            if bar > 0 {
                line += barText(row) + "  "
                used += bar + 4
            }
            line += String(repeating: " ", count: figures - row.figures.count) + row.figures
            used += figures
            var parts: [(String, String)] = []
            if row.counts[.deferred] > 0 { parts.append(("\(Phrases.number(row.counts[.deferred])) deferred", "33")) }
            if row.counts[.failed] > 0 { parts.append(("\(Phrases.number(row.counts[.failed])) failed", "31")) }
            for (text, colour) in parts where used + 2 + text.count <= room {
                line += "  " + coloured(text, colour)
                used += 2 + text.count
            }
            return line
        }

        private func barText(_ row: Row) -> String {
            let rows = Double(max(row.counts.rows, 1))
            let full = row.counts.rows == 0 ? bar : Int(Double(row.done) / rows * Double(bar))
            let put = min(bar - full, Int((Double(row.counts[.deferred]) / rows * Double(bar)).rounded(.up)))
            let signs = style.isUnicode ? ("█", "▒", "░") : ("#", "=", "-")
            let done = String(repeating: signs.0, count: full)
            let deferred = String(repeating: signs.1, count: put)
            let open = String(repeating: signs.2, count: bar - full - put)
            return "[\(coloured(done, "32"))\(coloured(deferred, "33"))\(open)]"
        }

        private func coloured(_ text: String, _ colour: String) -> String {
            style.isColoured && !text.isEmpty ? "\u{1B}[\(colour)m\(text)\u{1B}[0m" : text
        }
    }
}
