import Testing

/// A results file, read back.
struct Results: Sendable {
    /// Usher's own columns.
    static let columns = ["outcome", "reason", "zoom_code", "attempts", "applied_at"]

    let header: [String]
    /// The cells of each row.
    let records: [[String]]

    init(_ text: String) {
        let records = CSVText.records(text)
        header = records.first ?? []
        self.records = Array(records.dropFirst())
    }

    /// The cells of one column, from top to bottom.
    subscript(column: String) -> [String] {
        guard let place = header.firstIndex(of: column) else { return [] }
        return records.map { place < $0.count ? $0[place] : "" }
    }

    /// Rows by outcome.
    var outcomes: [String: Int] { self["outcome"].reduce(into: [:]) { $0[$1, default: 0] += 1 } }

    /// Expects each row of the spreadsheet to have come back, unchanged and in its place, with Usher's columns behind it.
    func expectToMirror(_ sheet: Spreadsheet, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(header == Spreadsheet.header + Self.columns, sourceLocation: sourceLocation)
        #expect(records.count == sheet.rows.count, sourceLocation: sourceLocation)
        let changed = zip(records, sheet.rows).first { Array($0.prefix(Spreadsheet.header.count)) != $1.cells }
        #expect(changed == nil, sourceLocation: sourceLocation)
    }
}

extension Workplace {
    /// The results file of a spreadsheet.
    func results(_ name: String) throws -> Results { Results(try read("\(name).results.csv")) }
}
