package import Spreadsheet

/// The records of a spreadsheet as they are in the file, one after another: titles, the header, rows, blank lines.
package final class SheetRecords {
    private let reader: RecordReader
    private let delimiter: UInt8
    private let header: Int
    private var number = 0

    package init(of sheet: DecisionSheet) {
        reader = RecordReader(sheet.source, scan: sheet.scan, delimiter: sheet.delimiter)
        delimiter = sheet.delimiter
        header = sheet.skipped
    }

    /// The next record; nil after the last.
    ///
    /// - Throws: `SpreadsheetError` if the file can't be read to its end.
    package func next() throws(SpreadsheetError) -> SheetRecord? {
        guard try reader.advance() else { return nil }
        number += 1
        return SheetRecord(
            bytes: WellFormed.record(of: reader, delimiter: delimiter),
            fields: reader.fieldCount,
            line: reader.line,
            place: number < header ? .aboveHeader : number == header ? .header : .belowHeader
        )
    }
}

/// One of them.
package struct SheetRecord: Sendable {
    package enum Place: Sendable, Hashable {
        case aboveHeader, header, belowHeader
    }

    /// Well-formed UTF-8 CSV without its line end.
    package let bytes: [UInt8]
    package let fields: Int
    /// The line of the file on which it begins.
    package let line: Int
    package let place: Place
}
