package import FoundationEssentials
package import Journal

package struct ResultsJSON {
    private let reader: JournalReader
    private let job: JobSummary

    package init(of job: JobSummary, in reader: JournalReader) {
        self.job = job
        self.reader = reader
    }

    private struct Line: Encodable {
        let row: Int?
        let line: Int
        let record: String
        let outcome: String
        let reason: String?
        let zoomCode: Int?
        let attempts: Int
        let appliedAt: String?
        let dueAt: String?
    }

    /// Writes the text to a file, in one step.
    ///
    /// - Parameter input: The file whose group and mode it gets.
    /// - Throws: `FileError` or `JournalError`.
    package func write(
        to path: String,
        permissionsOf input: String?,
        asLines: Bool,
        where isWanted: (ResultRow) -> Bool
    ) throws {
        var file = try AtomicFile(path: path, permissionsOf: input)
        try write(asLines: asLines, where: isWanted) { bytes in try file.write(bytes) }
        try file.finish()
    }

    /// Passes on the text a row at a time; memory does not grow with the job.
    ///
    /// - Parameters:
    ///   - asLines: One object per line, instead of one array.
    ///   - isWanted: Which rows.
    /// - Throws: `JournalError`, or what `sink` throws.
    package func write(asLines: Bool, where isWanted: (ResultRow) -> Bool, to sink: ([UInt8]) throws -> Void) throws {
        let encoder = JSONEncoder.usher()
        var isFirst = true
        if !asLines { try sink(Array("[".utf8)) }
        try reader.forEachRow(of: job) { row in
            guard isWanted(row) else { return }
            let line = Line(
                row: row.place.row,
                line: row.place.line,
                record: String(decoding: row.record, as: UTF8.self),
                outcome: row.outcome.rawValue,
                reason: row.reason,
                zoomCode: row.code,
                attempts: row.attempts,
                appliedAt: row.appliedAt.map { UTCTime($0).description },
                dueAt: row.dueAt.map { UTCTime($0).description }
            )
            let before = asLines ? "" : isFirst ? "\n" : ",\n"
            try sink(Array(before.utf8) + Array(encoder.encode(line)) + (asLines ? [0x0A] : []))
            isFirst = false
        }
        if !asLines { try sink(Array(isFirst ? "]\n".utf8 : "\n]\n".utf8)) }
    }
}

extension JSONEncoder {
    /// Writes JSON in Usher's style: names in snake case and in a fixed order.
    package static func usher(isPretty: Bool = false) -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return encoder
    }

    package func text(of value: some Encodable) throws -> String {
        String(decoding: try encode(value), as: UTF8.self)
    }
}
