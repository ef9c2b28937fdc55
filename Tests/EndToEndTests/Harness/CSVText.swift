/// A small reader and writer of CSV, apart from Usher's own, so that neither hides the other's mistakes.
enum CSVText {
    /// The records of a file: comma, RFC 4180 quoting, any line end, a byte-order mark or none.
    static func records(_ text: String) -> [[String]] {
        var records: [[String]] = []
        var record: [String] = []
        var cell = String.UnicodeScalarView()
        var isQuoted = false
        var isFresh = true
        var scalars = text.unicodeScalars[...]
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        while let scalar = scalars.popFirst() {
            isFresh = false
            switch scalar {
            case "\"" where isQuoted && scalars.first == "\"":
                cell.append(scalar)
                scalars.removeFirst()
            case "\"":
                isQuoted.toggle()
            case "," where !isQuoted:
                record.append(String(cell))
                cell = .init()
            case "\r" where !isQuoted && scalars.first == "\n":
                break
            case "\n" where !isQuoted, "\r" where !isQuoted:
                records.append(record + [String(cell)])
                record = []
                cell = .init()
                isFresh = true
            default:
                cell.append(scalar)
            }
        }
        if !isFresh { records.append(record + [String(cell)]) }
        return records
    }

    /// A record's line, quoted where it must be.
    static func line(_ cells: [String]) -> String {
        cells.map { cell in
            cell.unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) }
                ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
        }.joined(separator: ",") + "\r\n"
    }
}
