import Spreadsheet

/// Finds rows whose cells another character separates than the header's, as where sheets of two programs are put together:
/// such a row is one long cell, has no action, and would be taken for one that decides nothing.
struct OtherDelimiter {
    let header: Header
    let delimiter: UInt8
    let words: ActionWords

    /// What is wrong with a record that has no action; nil where it has its cells, or is a remark.
    func problem(_ reader: RecordReader) -> Problem? {
        guard reader.fieldCount < header.names.count || hasOneCell(reader) else { return nil }
        for other in Delimiter.all where other != delimiter && reader.raw.contains(other) {
            let cells = cells(reader, between: other)
            // A remark may have commas too, but neither so many cells as the header nor anything that only a decision has.
            guard cells.count >= 3, cells.count(where: { !$0.isEmpty }) > 1,
                cells.count == header.names.count || cells.contains(where: isTelling)
            else { continue }
            return Problem(
                .otherDelimiter,
                column: nil,
                found: nil,
                advice: """
                    A \(Delimiter.name(other)) separates the cells of this row, but a \(Delimiter.name(delimiter)) those of the \
                    header. Separate all rows by the same character; or put these rows into a file of their own, with a header.
                    """
            )
        }
        return nil
    }

    private func hasOneCell(_ reader: RecordReader) -> Bool {
        var filled = 0
        for index in 0..<reader.fieldCount where !Cell(reader.field(index)).isBlank {
            filled += 1
            if filled > 1 { return false }
        }
        return filled == 1
    }

    /// The cells as they are where another character separates them.
    private func cells(_ reader: RecordReader, between other: UInt8) -> [[UInt8]] {
        var text: [UInt8] = []
        var isEmptySince = 0
        for index in 0..<reader.fieldCount {
            if index > 0 { text.append(delimiter) }
            let field = reader.field(index)
            text.append(contentsOf: field)
            if !field.isEmpty { isEmptySince = text.count }
        }
        // Empty cells at the end come from a program that makes all rows as long as the header.
        return text[..<isEmptySince].split(separator: other, omittingEmptySubsequences: false).map { bytes in
            // Of a cell in quotation marks only the content matters here.
            Array(bytes.first == 0x22 && bytes.last == 0x22 && bytes.count > 1 ? bytes.dropFirst().dropLast() : bytes)
        }
    }

    /// Whether a cell is an action, an address or a meeting's number: what no remark consists of.
    private func isTelling(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            let cell = Cell(bytes)
            if words.action(cell) != nil || RegistrantRule.isAddress(cell) { return true }
            if case .success = NumberRule.meeting(cell, subject: .meeting, column: "") { return true }
            return false
        }
    }
}
