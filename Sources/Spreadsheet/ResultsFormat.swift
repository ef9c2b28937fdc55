/// What Usher writes for a spreadsheet: the columns at the right of a results file, and the names of files. Shared by
/// the code that writes them and the code that recognizes them in a spreadsheet or a directory.
package enum ResultsFormat {
    /// The columns that a results file adds, in order.
    package enum Column: String, Sendable, CaseIterable {
        case outcome
        case reason
        case zoomCode = "zoom_code"
        case attempts
        case appliedAt = "applied_at"
    }

    package static let columns = Column.allCases.map(\.rawValue)

    /// The column that a checked copy adds.
    package static let problem = "problem"

    /// The results file's name for a column that rows have beyond the header: a filled cell there still counts as
    /// beyond the header when the results are run again.
    package static let beyondHeader = "beyond the header"

    /// The suffix of results files.
    package static let resultsSuffix = ".results.csv"
    /// The suffix of the reports beside them.
    package static let reportSuffix = ".report.html"
    /// The suffix of the pages that say what a check found.
    package static let checkSuffix = ".check.html"
    /// The file in which an inbox reports what it did not accept.
    package static let notTaken = "not-taken.txt"
}

/// One of Usher's own cells in a results file, or one with Zoom's words.
///
/// A spreadsheet reads a cell that begins with one of `= + - @`, a tab or a line end as a formula; in some languages
/// also one with the wide forms of those signs. Such text gets a leading apostrophe, which spreadsheets show as plain
/// text.
package struct CSVCell {
    package let bytes: [UInt8]

    package init(_ text: String, delimiter: UInt8) {
        var text = text
        if let first = text.unicodeScalars.first, Self.formulaStarts.contains(first) { text = "'" + text }
        bytes = Array(text.utf8).quotedForCSV(delimiter)
    }

    private static let formulaStarts = Set("=+-@\t\r\n\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars)
}

/// The columns that an earlier results file or checked copy added to a spreadsheet made from it, for example with
/// `usher results --failed`. They are outdated: new ones replace them, so that they never pile up.
package struct PreviousResultColumns {
    private let delimiter: UInt8
    private let count: Int
    /// The place of the first of them; nil if there are none.
    private let first: Int?

    /// Looks for them at the right end of a header.
    package init(
        _ columns: [String] = ResultsFormat.columns,
        header: [UInt8],
        fields: Int,
        delimiter: UInt8
    ) {
        self.delimiter = delimiter
        count = columns.count
        guard fields > count else {
            first = nil
            return
        }
        let names = header[Self.end(of: fields - count, in: header, delimiter)...].dropFirst()
            .split(separator: delimiter, omittingEmptySubsequences: false)
            .map { name in String(decoding: name.filter { $0 != 0x22 && $0 > 0x20 }, as: UTF8.self).lowercased() }
        first = names == columns ? fields - count : nil
    }

    /// Whether there are none.
    package var isEmpty: Bool { first == nil }

    /// A record and its number of fields without them.
    package func removed(from record: some RandomAccessCollection<UInt8>, fields: Int) -> (record: [UInt8], fields: Int)
    {
        let record = Array(record)
        guard let first, fields > first else { return (record, fields) }
        let gone = min(count, fields - first)
        let kept = record[..<Self.end(of: first, in: record, delimiter)]
        return (Array(kept + record[Self.end(of: first + gone, in: record, delimiter)...]), fields - gone)
    }

    /// How many fields the widest record has without them.
    package func width(from width: Int) -> Int {
        first.map { max($0, width - count) } ?? width
    }

    /// Where a number of fields of a well-formed record end.
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

extension [UInt8] {
    /// The content of a cell by RFC 4180, quoted if necessary.
    package func quotedForCSV(_ delimiter: UInt8) -> [UInt8] {
        guard contains(where: { $0 == delimiter || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) else { return self }
        return [0x22] + flatMap { $0 == 0x22 ? [0x22, 0x22] : [$0] } + [0x22]
    }
}
