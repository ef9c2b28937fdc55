import Files

extension CheckReport {
    /// For a terminal, in the order in which a person mends it: what is said of the whole file, each kind of problem once with
    /// its first few rows, what is good to know, and what was read.
    package var text: String {
        var lines = notices.map { "\(name): \($0)" }
        for group in groups {
            lines.append("\(name): \(group.kind): \(Self.rows(group.count, from: group.firstRow))")
            lines += group.examples.map { "  \(Self.sentence($0))" }
            if group.count > group.examples.count { lines.append("  and \(group.count - group.examples.count) more") }
        }
        lines += notes.map { "\(name): \($0.text): \(Self.rows($0.count, from: $0.firstRow))" }
        return (lines + ["\(name): \(columns)", "\(name): \(summary)."]).map(\.onOneLine).joined(separator: "\n")
    }

    private var summary: String {
        let meetings = Wording.count(tally.meetings, "meeting")
        var parts = [Wording.count(tally.rows, "row"), "\(tally.toSend) to send for \(meetings)"]
        if tally.duplicates > 0 { parts.append("\(tally.duplicates) said before and sent once") }
        if tally.overruled > 0 { parts.append("\(tally.overruled) overruled") }
        if tally.noDecision > 0 { parts.append("\(tally.noDecision) without a decision") }
        parts.append(tally.rejected == 0 ? "no problems" : "\(tally.rejected) rejected")
        return parts.joined(separator: ", ")
    }

    private static func rows(_ count: Int, from row: Int) -> String {
        count == 1 ? "row \(row)" : "\(count) rows, the first is row \(row)"
    }

    private static func sentence(_ placed: PlacedProblem) -> String {
        let column = placed.column.map { ", column \"\($0)\"" } ?? ""
        let found = placed.found.map { "\"\($0)\" " } ?? ""
        return "row \(placed.sheetRow)\(column): \(found)\(placed.advice)"
    }
}
