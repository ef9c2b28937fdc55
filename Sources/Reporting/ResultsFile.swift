import FoundationEssentials
package import Journal
import Spreadsheet

/// The original spreadsheet, with the outcome of each row in five columns at its right. If it has those columns
/// already, because it was made from a results file, the new ones replace them.
package struct ResultsFile {
    private let reader: JournalReader
    private let job: JobSummary

    package init(of job: JobSummary, in reader: JournalReader) {
        self.job = job
        self.reader = reader
    }

    /// Writes the file: UTF-8 with a byte-order mark and the input's own delimiter, so that a spreadsheet program opens
    /// it like the input.
    ///
    /// - Parameters:
    ///   - path: Where to write it. Any earlier file is replaced in one step.
    ///   - input: The file whose group and mode it gets.
    ///   - followsLink: Whether its directory's name may be a symbolic link.
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

    /// Passes on the file's bytes in order, a record at a time.
    ///
    /// - Throws: `JournalError`, or what `sink` throws.
    package func write(where isWanted: (ResultRow) -> Bool = { _ in true }, to sink: ([UInt8]) throws -> Void) throws {
        let earlier = PreviousResultColumns(header: job.header, fields: job.headerFields, delimiter: job.delimiter)
        let width = earlier.width(from: job.width)
        let header = earlier.removed(from: job.header, fields: job.headerFields)
        var line: [UInt8] = [0xEF, 0xBB, 0xBF]
        line += header.record
        // With a name, a cell beyond the header can be told from the file's own if the results are run again.
        for _ in header.fields..<max(header.fields, width) {
            line.append(job.delimiter)
            line += Array(ResultsFormat.beyondHeader.utf8)
        }
        Tail.append(ResultsFormat.columns, to: &line, delimiter: job.delimiter)
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

    /// The cells to the right of a record. Neighbors tend to share them, so the latest are remembered.
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
            let cells = ResultsFormat.Column.allCases.map { column in
                switch column {
                case .outcome: row.outcome.rawValue
                case .reason: row.reason ?? ""
                case .zoomCode: row.code.map(String.init) ?? ""
                case .attempts: String(row.attempts)
                case .appliedAt: row.appliedAt.map { UTCTime($0).description } ?? ""
                }
            }
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
