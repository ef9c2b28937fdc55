package import Decisions
package import Spreadsheet

/// A spreadsheet as it is, with what is wrong with each row in a column at its right. Every row keeps its place, so that
/// a row number means the same in both.
package struct CheckedCopy {
    private let sheet: DecisionSheet

    /// Prepares a copy.
    ///
    /// - Throws: `SpreadsheetError` if the spreadsheet can't be read as a whole.
    package init(of source: SpreadsheetSource, options: SheetOptions) throws {
        sheet = try DecisionSheet(source, scan: try SourceScan(source), options: options)
    }

    /// Writes the copy in one step, with the permissions of the spreadsheet.
    ///
    /// - Throws: `SpreadsheetError` if the spreadsheet can't be read to its end, or `FileError`.
    package func write(to path: String) throws {
        do {
            var file = try AtomicFile(path: path, permissionsOf: sheet.source.path)
            try write { try file.write($0) }
            try file.finish()
        } catch var error as FileError {
            error.content = .check
            throw error
        }
    }

    /// Passes the copy on in pieces.
    func write(to sink: ([UInt8]) throws -> Void) throws {
        let layout = try CopyLayout(of: sheet)
        let records = SheetRecords(of: sheet)
        var next = try records.next()
        func pass(_ problems: [Problem] = []) throws {
            guard let record = next else { return }
            try sink(layout.line(of: record, problem: problems.map(\.reason).joined(separator: " ")))
            next = try records.next()
        }
        try sink([0xEF, 0xBB, 0xBF])
        try sheet.forEachSettledRow { row, overlap in
            while let record = next, record.line < row.place.line { try pass() }
            try pass(CheckReport.problems(of: row, overlap))
        }
        while next != nil { try pass() }
    }
}

/// How a copy's records are laid out: with the new column right of every cell of the file.
private struct CopyLayout {
    private let delimiter: UInt8
    /// The column of an earlier copy, which the new one replaces.
    private let earlier: PreviousResultColumns
    /// How many cells come before the new one.
    private let width: Int

    /// Reads the file once for its widest record.
    init(of sheet: DecisionSheet) throws {
        delimiter = sheet.delimiter
        let records = SheetRecords(of: sheet)
        var header = SheetRecord?.none
        var width = 0
        while let record = try records.next() {
            if record.place == .header { header = record }
            if record.place != .aboveHeader { width = max(width, record.fields) }
        }
        earlier = PreviousResultColumns(
            [ResultsFormat.problem],
            header: header?.bytes ?? [],
            fields: header?.fields ?? 0,
            delimiter: delimiter
        )
        self.width = earlier.width(from: width)
    }

    func line(of record: SheetRecord, problem: String) -> [UInt8] {
        let end: [UInt8] = [0x0D, 0x0A]
        guard record.place != .aboveHeader, !record.bytes.isEmpty else { return record.bytes + end }
        let kept = earlier.removed(from: record.bytes, fields: record.fields)
        var line = kept.record
        // With a name, a cell beyond the header can be told from the file's own if the copy is read again.
        let filler = record.place == .header ? Array(ResultsFormat.beyondHeader.utf8) : []
        for _ in kept.fields..<max(kept.fields, width) { line += [delimiter] + filler }
        let cell = record.place == .header ? ResultsFormat.problem : problem
        return line + [delimiter] + CSVCell(cell, delimiter: delimiter).bytes + end
    }
}
