/// The columns that an earlier results file added to a spreadsheet which was made from it, for example with
/// `usher results --failed`. Those are of the past: new ones take their place, so that they never pile up.
struct EarlierResults {
    private let delimiter: UInt8
    /// The place of the first of them; nil where there are none.
    private let first: Int?

    /// Looks for them at the right end of a header.
    init(header: [UInt8], fields: Int, delimiter: UInt8) {
        self.delimiter = delimiter
        let count = ResultsFile.columns.count
        guard fields > count else {
            first = nil
            return
        }
        let names = header[Self.end(of: fields - count, in: header, delimiter)...].dropFirst()
            .split(separator: delimiter, omittingEmptySubsequences: false)
            .map { name in String(decoding: name.filter { $0 != 0x22 && $0 > 0x20 }, as: UTF8.self).lowercased() }
        first = names == ResultsFile.columns ? fields - count : nil
    }

    /// Whether there are none.
    var isEmpty: Bool { first == nil }

    /// A record and its number of fields without them.
    func removed(from record: some RandomAccessCollection<UInt8>, fields: Int) -> (record: [UInt8], fields: Int) {
        let record = Array(record)
        guard let first, fields > first else { return (record, fields) }
        let gone = min(ResultsFile.columns.count, fields - first)
        let kept = record[..<Self.end(of: first, in: record, delimiter)]
        return (Array(kept + record[Self.end(of: first + gone, in: record, delimiter)...]), fields - gone)
    }

    /// How many fields the widest record has without them.
    func width(from width: Int) -> Int {
        first.map { max($0, width - ResultsFile.columns.count) } ?? width
    }

    /// Where so many fields of a well-formed record end.
    private static func end(of count: Int, in record: [UInt8], _ delimiter: UInt8) -> Int {
        var isQuoted = false
        var seen = 0
        for (index, byte) in record.enumerated() {
            if byte == 0x22 { isQuoted.toggle() }
            guard byte == delimiter, !isQuoted else { continue }
            seen += 1
            if seen == count { return index }
        }
        return record.count
    }
}
