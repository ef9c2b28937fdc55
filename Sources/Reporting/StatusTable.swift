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
                + Outcome.allCases.map { String(job.counts[$0]) } + [ForeignText.shown(job.name)]
        }
        var lines = TextTable(head: head, rows: rows, leftAligned: [1, head.count - 1]).lines
        for job in jobs {
            if let due = job.nextDue {
                lines.append("Job \(job.id): the next deferred decision may be sent at \(UTCTime(due)).")
            }
        }
        text = lines.joined(separator: "\n")
    }
}

/// Columns of text, each as wide as its widest cell.
struct TextTable {
    let lines: [String]

    /// - Parameter leftAligned: The columns that hold words; numbers stand to the right.
    init(head: [String], rows: [[String]], leftAligned: Set<Int>) {
        let all = [head] + rows
        let widths = head.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        lines = all.map { row in
            let cells = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return leftAligned.contains(column) ? cell + space : space + cell
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}
