import Files
package import Journal

/// Jobs and their counts as a table for a terminal.
package struct StatusTable {
    /// The lines, without a newline at the end.
    package let text: String

    package init(_ jobs: [JobSummary]) {
        guard !jobs.isEmpty else {
            text = "The journal holds no job yet. Begin with: usher run FILE"
            return
        }
        let head = ["job", "read at"] + ["rows"] + Outcome.allCases.map(\.rawValue) + ["spreadsheet"]
        let rows = jobs.map { job in
            [job.id.description, UTCTime(job.createdAt).description, String(job.counts.rows)]
                + Outcome.allCases.map { String(job.counts[$0]) } + [job.name.namingUnseen]
        }
        var lines = TextTable([head] + rows, leftAligned: [1, head.count - 1]).lines
        for job in jobs {
            if let due = job.nextDue {
                lines.append("Job \(job.id): the next deferred decision may be sent at \(UTCTime(due)).")
            }
        }
        text = lines.joined(separator: "\n")
    }
}

/// Columns of text, each as wide as its widest cell: the layout of all tables that Usher prints.
package struct TextTable {
    package let lines: [String]

    /// - Parameters:
    ///   - rows: The header first, if there is one. A row of fewer than two cells is a line across all columns.
    ///   - leftAligned: The columns that hold words; numbers are right-aligned.
    ///   - least: The minimum widths of the first columns.
    package init(_ rows: [[String]], leftAligned: Set<Int>, least: [Int] = []) {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.reduce(column < least.count ? least[column] : 0) { $1.count > 1 ? max($0, $1[column].count) : $0 }
        }
        lines = rows.map { row in
            guard row.count > 1 else { return row.first ?? "" }
            let cells = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return leftAligned.contains(column) ? cell + space : space + cell
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}
