internal import Crypto
internal import Decisions
public import FoundationEssentials
internal import SQLite
public import Spreadsheet

/// Cells from which the same thing was taken off.
private struct MendedCells: CustomStringConvertible {
    var count = 0
    let firstLine: Int

    init(firstLine: Int) {
        self.firstLine = firstLine
    }

    var description: String { "\(count) \(count == 1 ? "row" : "rows"), first at line \(firstLine)" }
}

extension Journal {
    /// Makes a job of a spreadsheet, or finds the job that it already is.
    ///
    /// The job is wholly there when this returns, or not at all.
    ///
    /// - Parameters:
    ///   - source: The spreadsheet.
    ///   - options: How to read it.
    ///   - date: Now.
    /// - Throws: `SpreadsheetError` where it can't be read as a whole, with nothing journaled; or `JournalError`.
    public func ingest(_ source: SpreadsheetSource, options: IngestOptions, at date: Date) throws -> IngestReport {
        var hash = SHA256()
        let scan = try SourceScan(source) { hash.update(bufferPointer: $0) }
        let digest = Array(hash.finalize())
        // Only options that come to bear on this file make it another job.
        let sheet = try DecisionSheet(source, scan: scan, options: options.sheet)
        let reading = sheet.options.notation
        let known = try knownJob(digest, reading)
        if let known, !options.reapply, try !cameBack(known, to: source.path, digest, reading) {
            try note(source, digest, reading, of: known)
            return IngestReport(job: known, isNew: false)
        }
        return try addJob(of: sheet, digest: digest, replacing: known, options: options, at: date)
    }

    /// Adds the job of a spreadsheet that the journal does not know, or that decides once more.
    private func addJob(
        of sheet: DecisionSheet,
        digest: [UInt8],
        replacing known: JobID?,
        options: IngestOptions,
        at date: Date
    ) throws -> IngestReport {
        var finder = DuplicateFinder()
        var mended: [String: MendedCells] = [:]
        try sheet.forEachRow { row in
            if let notice = row.notice { mended[notice, default: MendedCells(firstLine: row.line)].count += 1 }
            try finder.add(row, of: sheet)
        }
        let source = sheet.source
        let new = NewJob(
            digest: digest,
            replaces: known,
            reading: sheet.options.notation,
            name: Self.fileName(of: source),
            path: source.path,
            delimiter: sheet.delimiter,
            header: sheet.headerRecord,
            headerFields: sheet.headerFields,
            notices: sheet.notices
                + mended.sorted { $0.value.firstLine < $1.value.firstLine }.map { "\($0): \($1)" }
        )
        return try addJob(new, at: date, batchSize: options.batchSize) { writer in
            var rows = try RowIngest(
                sheet: sheet,
                overlaps: insertKeys(&finder, options: options, first: writer.nextDecision),
                first: writer.nextDecision,
                comparesWithEarlier: hasDecisions(before: writer.nextDecision),
                reapply: options.reapply
            )
            try sheet.forEachRow { row in try rows.add(row, to: &writer, in: self) }
            guard source.isUnchanged else {
                throw SpreadsheetError(
                    name: source.name,
                    "The file was changed while it was read. Nothing of it was taken; run it again."
                )
            }
            try sight(source, digest, sheet.options.notation)
            return rows.width
        }
    }

    private static func fileName(of source: SpreadsheetSource) -> String {
        source.path.flatMap { $0.split(separator: "/").last.map(String.init) } ?? source.name
    }

    private func knownJob(_ digest: [UInt8], _ reading: String) throws -> JobID? {
        try alone {
            try connection.statement("select id from job where digest = :digest and reading = :reading")
                .first(digest, reading) { row throws(SQLiteError) in JobID(rawValue: row.int64(0)) }
        }
    }

    /// Whether the decisions of a known content are made anew.
    ///
    /// So it is where its file held another content when it was last read, or was read otherwise: it was changed back. So it
    /// is too where the content stands in a new place, and something was decided about its meetings since. Two files of an
    /// inbox that contradict each other, each of them as it was, must not take turns.
    private func cameBack(_ job: JobID, to path: String?, _ digest: [UInt8], _ reading: String) throws -> Bool {
        try alone {
            if let path {
                let isAsItWas = try connection.statement(
                    "select digest = :digest and reading = :reading from sighting where path = :path"
                ).first(digest, reading, path) { row throws(SQLiteError) in row.int(0) == 1 }
                if let isAsItWas { return !isAsItWas }
            }
            return try connection.statement(
                """
                with number (account, kind, number) as (
                    select distinct account, kind, number from batch join target on target.id = batch.target
                    where job = :job
                )
                select 1 from number join target using (account, kind, number)
                join batch on batch.target = target.id and batch.job > :job limit 1
                """
            ).first(job.rawValue) { _ in true } ?? false
        }
    }

    private func note(_ source: SpreadsheetSource, _ digest: [UInt8], _ reading: String, of job: JobID) throws {
        try alone {
            try connection.statement("update job set name = :name, path = coalesce(:path, path) where id = :id")
                .run(Self.fileName(of: source), source.path, job.rawValue)
            try sight(source, digest, reading)
        }
    }

    /// Remembers what stands at the spreadsheet's path.
    private func sight(_ source: SpreadsheetSource, _ digest: [UInt8], _ reading: String) throws {
        guard let path = source.path else { return }
        try connection.statement(
            "insert or replace into sighting (path, digest, reading) values (:path, :digest, :reading)"
        ).run(path, digest, reading)
    }

    private func hasDecisions(before first: Int64) throws(SQLiteError) -> Bool {
        try connection.statement("select 1 from registrant_key where decision < :first limit 1").first(first) { _ in
            true
        } ?? false
    }

    /// Keys come in the order of the index, which makes filling it a matter of appending.
    private func insertKeys(
        _ finder: inout DuplicateFinder,
        options: IngestOptions,
        first: Int64
    ) throws -> [DuplicateFinder.Overlap] {
        var writer = try KeyWriter(on: connection)
        let overlaps = try finder.finish(policy: options.sheet.onConflict) { low, row in
            try writer.add(low, of: first + Int64(row) - 1)
        }
        try writer.finish()
        return overlaps
    }
}
