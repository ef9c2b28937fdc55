import Spreadsheet

/// A record that RFC 4180 does not allow, written anew so that every program reads the same fields from it.
///
/// A field that goes on behind its closing quote keeps its quotes as a part of it: else a results file that is run again
/// would hold as one word what Usher refused to take for one.
enum WellFormed {
    /// The record without its line end; as it stands where it is well-formed.
    ///
    /// - Parameter keepsMark: Whether a byte-order mark before its first cell is a part of that.
    static func record(of reader: RecordReader, delimiter: UInt8, keepsMark: Bool = true) -> [UInt8] {
        guard !reader.isWellFormed || !keepsMark && !reader.mark.isEmpty else { return Array(reader.raw) }
        var record: [UInt8] = []
        for index in 0..<reader.fieldCount {
            if index > 0 { record.append(delimiter) }
            append(reader, index, delimiter, keepsMark: keepsMark, to: &record)
        }
        return record
    }

    /// The record with so many fields at least, and behind these some more, which are not its own.
    static func record(of reader: RecordReader, _ delimiter: UInt8, upTo count: Int, then more: [UInt8]) -> [UInt8] {
        var record: [UInt8] = []
        guard reader.fieldCount > count else {
            record = Self.record(of: reader, delimiter: delimiter)
            record += repeatElement(delimiter, count: count - reader.fieldCount)
            return record + more
        }
        for index in 0..<reader.fieldCount {
            if index == count { record += more }
            if index > 0 { record.append(delimiter) }
            append(reader, index, delimiter, to: &record)
        }
        return record
    }

    private static func append(
        _ reader: RecordReader,
        _ index: Int,
        _ delimiter: UInt8,
        keepsMark: Bool = true,
        to record: inout [UInt8]
    ) {
        let mark = index == 0 && keepsMark ? Array(reader.mark) : []
        let field = mark + (reader.textBesideQuotes(index) ?? reader.field(index))
        guard field.contains(where: { $0 == 0x22 || $0 == delimiter || $0 == 0x0A || $0 == 0x0D }) else {
            record.append(contentsOf: field)
            return
        }
        record.append(0x22)
        for byte in field {
            if byte == 0x22 { record.append(0x22) }
            record.append(byte)
        }
        record.append(0x22)
    }
}
