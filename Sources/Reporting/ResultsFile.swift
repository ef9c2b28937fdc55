import Decisions
import FoundationEssentials
package import Journal

/// The spreadsheet as it came, with what became of each row in five columns at its right. Where it has those columns
/// already, because it was made from a results file, the new ones take their place.
package struct ResultsFile {
    /// The names of those columns, in order.
    package static let columns = ["outcome", "reason", "zoom_code", "attempts", "applied_at"]

    private let reader: JournalReader
    private let job: JobSummary

    package init(of job: JobSummary, in reader: JournalReader) {
        self.job = job
        self.reader = reader
    }

    /// Writes the file: UTF-8 with a byte-order mark and the input's own delimiter, so that a spreadsheet program opens
    /// it as it did the input.
    ///
    /// - Parameters:
    ///   - path: Where to. What stood there before is replaced in one step.
    ///   - input: The file whose group and mode it takes over.
    ///   - followsLink: Whether its directory may be named by a symbolic link.
    ///   - isWanted: Which rows; all of them by default.
    /// - Throws: `FileError` or `JournalError`.
    package func write(
        to path: String,
        permissionsOf input: String?,
        followsLink: Bool = true,
        where isWanted: (ResultRow) -> Bool = { _ in true }
    ) throws {
        var file = try AtomicFile(path: path, permissionsOf: input, followsLink: followsLink)
        try write(where: isWanted) { bytes in try file.write(bytes) }
        try file.finish()
    }

    /// Hands out the file's bytes in order, a record at a time.
    ///
    /// - Throws: `JournalError`, or what `sink` throws.
    package func write(where isWanted: (ResultRow) -> Bool = { _ in true }, to sink: ([UInt8]) throws -> Void) throws {
        let earlier = PreviousResultColumns(header: job.header, fields: job.headerFields, delimiter: job.delimiter)
        let width = earlier.width(from: job.width)
        let header = earlier.removed(from: job.header, fields: job.headerFields)
        var line: [UInt8] = [0xEF, 0xBB, 0xBF]
        line += header.record
        // With a name, a cell that had none can be told from one of the file's own, should the results be run again.
        for _ in header.fields..<max(header.fields, width) {
            line.append(job.delimiter)
            line += Array(Header.beyond.utf8)
        }
        Tail.append(Self.columns, to: &line, delimiter: job.delimiter)
        try sink(line)
        var tail = Tail(delimiter: job.delimiter)
        try reader.forEachRow(of: job) { row in
            guard isWanted(row) else { return }
            line.removeAll(keepingCapacity: true)
            if earlier.isEmpty {
                line.append(contentsOf: row.record)
                pad(&line, from: row.fields, to: width)
            } else {
                let kept = earlier.removed(from: row.record, fields: row.fields)
                line += kept.record
                pad(&line, from: kept.fields, to: width)
            }
            line += tail.bytes(of: row)
            try sink(line)
        }
    }

    private func pad(_ line: inout [UInt8], from fields: Int, to width: Int) {
        for _ in fields..<max(fields, width) { line.append(job.delimiter) }
    }

    /// What stands to the right of a record. Neighbours tend to share it, so the latest is remembered.
    private struct Tail {
        let delimiter: UInt8
        private var remembered: (outcome: Outcome, reason: String?, code: Int?, attempts: Int, appliedAt: Date?)?
        private var bytes: [UInt8] = []

        init(delimiter: UInt8) {
            self.delimiter = delimiter
        }

        mutating func bytes(of row: ResultRow) -> [UInt8] {
            let own = (row.outcome, row.reason, row.code, row.attempts, row.appliedAt)
            if let remembered, remembered == own { return bytes }
            remembered = own
            bytes.removeAll(keepingCapacity: true)
            let cells = [
                row.outcome.rawValue, row.reason ?? "", row.code.map(String.init) ?? "", String(row.attempts),
                row.appliedAt.map { UTCTime($0).description } ?? "",
            ]
            Self.append(cells, to: &bytes, delimiter: delimiter)
            return bytes
        }

        static func append(_ cells: [String], to line: inout [UInt8], delimiter: UInt8) {
            for cell in cells {
                line.append(delimiter)
                line += CSVCell(cell, delimiter: delimiter).bytes
            }
            line += [0x0D, 0x0A]
        }
    }
}

/// A cell of our own in a results file, or one that holds Zoom's words.
///
/// A spreadsheet takes a cell that begins with one of `= + - @`, a tab or a line end for a formula; in some languages also
/// with the wide forms of those signs. Such text gets an apostrophe in front, which spreadsheets show as plain text.
struct CSVCell {
    let bytes: [UInt8]

    init(_ text: String, delimiter: UInt8) {
        var text = text
        if let first = text.unicodeScalars.first, Self.formulaStarts.contains(first) { text = "'" + text }
        let plain = Array(text.utf8)
        let needsQuotes = plain.contains { $0 == delimiter || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
        guard needsQuotes else {
            bytes = plain
            return
        }
        var quoted: [UInt8] = [0x22]
        for byte in plain {
            if byte == 0x22 { quoted.append(0x22) }
            quoted.append(byte)
        }
        quoted.append(0x22)
        bytes = quoted
    }

    private static let formulaStarts = Set("=+-@\t\r\n\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars)
}

/// The columns that an earlier results file added to a spreadsheet which was made from it, for example with
/// `usher results --failed`. Those are of the past: new ones take their place, so that they never pile up.
struct PreviousResultColumns {
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
