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
