import Files
import Spreadsheet

/// The first rows of a table: they show what a column holds if its name alone does not.
struct ColumnSample {
    /// The visible text of each row's cells; anything longer than a value of interest is left out.
    private let rows: [[String]]

    /// How many rows are looked at.
    private static let depth = 200
    /// In bytes; longer cells are skipped.
    private static let longest = 256

    init() {
        rows = []
    }

    /// Reads the rows below a header. If the file can't be read further, the sample ends: the actual reading reports
    /// the error.
    init(_ source: SpreadsheetSource, scan: SourceScan, delimiter: UInt8, skipped: Int) {
        let reader = RecordReader(source, scan: scan, delimiter: delimiter, chunkSize: 1 << 16)
        var rows: [[String]] = []
        for _ in 0..<skipped { guard (try? reader.advance()) == true else { break } }
        while rows.count < Self.depth, (try? reader.advance()) == true {
            let cells = (0..<reader.fieldCount).map { index -> String in
                let cell = Cell(reader.field(index))
                return cell.bytes.count > Self.longest ? "" : cell.visibleText
            }
            if cells.contains(where: { !$0.isEmpty }) { rows.append(cells) }
        }
        self.rows = rows
    }

    /// The filled cells of a column.
    func values(_ place: Int) -> [String] {
        rows.compactMap { $0.indices.contains(place) && !$0[place].isEmpty ? $0[place] : nil }
    }

    /// The cells of two columns in one row, if both are filled.
    func pairs(_ one: Int?, _ other: Int) -> [(String, String)] {
        rows.compactMap { row in
            guard row.indices.contains(other), !row[other].isEmpty else { return nil }
            let first = one.flatMap { row.indices.contains($0) ? row[$0] : nil } ?? ""
            return (first, row[other])
        }
    }

    /// Whether more than half of a column's filled cells are of a kind.
    func isMostly(_ place: Int, _ isOfKind: (String) -> Bool) -> Bool {
        let values = values(place)
        return values.count(where: isOfKind) * 2 > values.count
    }

    /// Whether any cell of a column is of a kind.
    func hasAny(_ place: Int, _ isOfKind: (String) -> Bool) -> Bool { values(place).contains(where: isOfKind) }

    /// A few values of a column for a message.
    func examples(_ place: Int, where isWanted: (String) -> Bool) -> String {
        var shown: [String] = []
        for value in values(place) where isWanted(value) && !shown.contains(value) && shown.count < 3 {
            shown.append(value)
        }
        return shown.map { "\"\($0.excerpt())\"" }.joined(separator: ", ")
    }
}

/// What a value looks like, to tell columns apart. None of these decides about a row.
enum ValueForm {
    /// A meeting's number, or what a spreadsheet makes of one.
    static func isMeetingNumber(_ value: String) -> Bool {
        if MangledValue(value) != nil { return true }
        var value = value
        return value.withUTF8 { bytes in
            if case .success = NumberRule.meeting(Cell(bytes), subject: .meeting, column: "") { true } else { false }
        }
    }

    static func isOccurrenceID(_ value: String) -> Bool {
        var value = value
        return value.withUTF8 { bytes in
            if case .success = NumberRule.occurrence(Cell(bytes), column: "") { true } else { false }
        }
    }

    static func isZoomsID(_ value: String) -> Bool {
        var value = value
        return value.withUTF8 { RegistrantRule.isZoomsID($0) }
    }

    static func hasAtSign(_ value: String) -> Bool { value.contains("@") }

    /// Words of letters only: not an id.
    static func isName(_ value: String) -> Bool {
        value.contains(where: \.isLetter)
            && value.allSatisfy { $0.isLetter || $0.isWhitespace || "'’-.,()".contains($0) }
    }

    /// A day, with or without a time and the weekday's name.
    static func isDate(_ value: String) -> Bool {
        let words = value.split { $0.isWhitespace || $0 == "," }
        let rest = words.filter { word in word != "at" && !weekdays.contains { word.lowercased().hasPrefix($0) } }
        guard !rest.isEmpty else { return false }
        return MangledValue.isDate(Array(rest.joined(separator: " ").utf8))
    }

    private static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    /// Words that express a decision; yes and no are too ambiguous.
    static func isDecision(_ value: String) -> Bool {
        let word = value.lowercased()
        return ["approve", "deny", "cancel", "reject", "decline", "disapprove"].contains { word.hasPrefix($0) }
            || ["approved", "denied"].contains(word)
    }
}
