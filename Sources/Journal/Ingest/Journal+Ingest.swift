import Crypto
package import Decisions
package import FoundationEssentials
import SQLite
package import Spreadsheet

/// Cells from which the same thing was taken off.
private struct MendedCells: CustomStringConvertible {
    var count = 0
    let firstLine: Int

    init(firstLine: Int) {
        self.firstLine = firstLine
    }

    var description: String { "\(count) \(count == 1 ? "row" : "rows"), first at line \(firstLine)" }
}

/// What a first look at every row tells, before the journal writes any.
private struct FirstPass {
    var finder = DuplicateFinder()
    var mended: [String: MendedCells] = [:]

    init(_ sheet: DecisionSheet, known: (DecisionRow) throws -> DuplicateFinder.Known?) throws {
        let namings = try read(sheet, known)
        // Only then does a row of one occurrence tell who is who in another, and all rows must be known before the first.
        guard namings.count > 1, sheet.targets.contains(where: { $0.occurrence != nil }) else { return }
        finder = DuplicateFinder()
        mended = [:]
        try sheet.forEachRow { row in finder.learn(row, of: sheet) }
        _ = try read(sheet, known)
    }

    /// - Returns: By how many names rows give people: one, two, or both kinds of rows.
    private mutating func read(
        _ sheet: DecisionSheet,
        _ known: (DecisionRow) throws -> DuplicateFinder.Known?
    ) throws -> Set<Int> {
        var (one, two) = (false, false)
        try sheet.forEachRow { row in
            if let notice = row.notice { mended[notice, default: MendedCells(firstLine: row.line)].count += 1 }
            if row.registrant.isEmpty != row.email.isEmpty { one = true } else if !row.email.isEmpty { two = true }
            try finder.add(row, of: sheet, known: known(row))
        }
        return Set((one ? [1] : []) + (two ? [2] : []))
    }
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
    package func ingest(_ source: SpreadsheetSource, options: IngestOptions, at date: Date) throws -> IngestReport {
        var hash = SHA256()
        let scan = try SourceScan(source) { hash.update(bufferPointer: $0) }
        let digest = Array(hash.finalize())
        // Only options that come to bear on this file make it another job.
        let sheet = try DecisionSheet(source, scan: scan, options: options.sheet)
        let reading = sheet.options.notation
        let known = try knownJob(digest, reading)
        let moved = try alone { try follow(source, holding: known) }
        if let known, !options.reapply, try alone({ try isSameList(known, at: source.path) }) {
            try note(source, of: known)
            return IngestReport(job: known, isNew: false)
        }
        return try addJob(of: sheet, digest: digest, replacing: known, movedFrom: moved, options: options, at: date)
    }

    /// Adds the job of a spreadsheet that the journal does not know, or that decides once more.
    private func addJob(
        of sheet: DecisionSheet,
        digest: [UInt8],
        replacing known: JobID?,
        movedFrom: JobID?,
        options: IngestOptions,
        at date: Date
    ) throws -> IngestReport {
        let comparesWithEarlier = try alone { try hasDecisions() }
        var pass = try FirstPass(sheet) { row in comparesWithEarlier ? try earlierKnowledge(of: row, in: sheet) : nil }
        let source = sheet.source
        let new = NewJob(
            digest: digest,
            replaces: known,
            reading: sheet.options.notation,
            name: Self.fileName(of: source),
            path: source.path,
            file: source.identity,
            movedFrom: movedFrom,
            delimiter: sheet.delimiter,
            header: sheet.headerRecord,
            headerFields: sheet.headerFields,
            notices: sheet.notices
                + pass.mended.sorted { $0.value.firstLine < $1.value.firstLine }.map { "\($0): \($1)" }
        )
        var news: [(registrant: Registrant, target: Int64)] = []
        return try addJob(new, at: date, batchSize: options.batchSize) { writer in
            var rows = try RowIngest(
                sheet: sheet,
                overlaps: insertKeys(&pass.finder, options: options, first: writer.nextDecision),
                first: writer.nextDecision,
                comparesWithEarlier: comparesWithEarlier,
                reapply: options.reapply
            )
            try sheet.forEachRow { row in try rows.add(row, to: &writer, in: self) }
            guard source.isUnchanged else {
                throw SpreadsheetError(
                    name: source.name,
                    "The file was changed while it was read. Nothing of it was taken; run it again."
                )
            }
            if !options.reapply { news = rows.news }
            return rows.width
        } then: {
            try reconcile(news)
        }
    }

    /// Brings in line what was decided under two names of which a row says now that they are one person's.
    private func reconcile(_ news: [(registrant: Registrant, target: Int64)]) throws {
        guard !news.isEmpty else { return }
        var byWhole: [Target: [Int64]] = [:]
        try connection.statement("select distinct target from batch").forEach { row in
            byWhole[try targets.target(row.int64(0), in: connection).whole, default: []].append(row.int64(0))
        }
        for (registrant, target) in news {
            try reconcile(registrant, at: target, isNews: true)
            for other in byWhole[try targets.target(target, in: connection).whole] ?? [] where other != target {
                try reconcile(registrant, at: other, isNews: true)
            }
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

    /// Follows a spreadsheet to where it was moved: the file itself, or another with its content, that is gone from its place.
    ///
    /// - Returns: The job that it was there.
    private func follow(_ source: SpreadsheetSource, holding known: JobID?) throws -> JobID? {
        guard let path = source.path, try sighted(at: path) == nil else { return nil }
        let file = source.identity
        var sightings: [(path: String, job: JobID, isFile: Bool)] = []
        try connection.statement("select path, job, file = :file from sighting where file = :file or job = :job")
            .forEach(file, known?.rawValue) { row in
                sightings.append((row.string(0), JobID(rawValue: row.int64(1)), row.int(2) != 0))
            }
        let gone = sightings.filter { !JournalFile.exists($0.path) }
        // Where its content is still in another file, it is a copy of that.
        let moved = gone.first(where: \.isFile) ?? (gone.count == sightings.count ? gone.first : nil)
        guard let moved else { return nil }
        try connection.statement("delete from sighting where path = :path").run(moved.path)
        try sight(moved.job, at: path, file: file)
        return moved.job
    }

    private func sighted(at path: String) throws(SQLiteError) -> JobID? {
        try connection.statement("select job from sighting where path = :path").first(path) { row throws(SQLiteError) in
            JobID(rawValue: row.int64(0))
        }
    }

    /// Whether a spreadsheet of a known content is that job still, and decides nothing anew.
    ///
    /// It is where it lies as it did, where it was moved, and where it is a copy, unless something else was decided since: who
    /// puts an overruled list into a new place wants it again. It is not where another content stood before. Two files of an
    /// inbox that contradict each other, each of them as it was, must not take turns.
    private func isSameList(_ job: JobID, at path: String?) throws -> Bool {
        if let path, let sighted = try sighted(at: path) { return sighted == job }
        let isRetired = try connection.statement("select retired_by is not null from job where id = :id")
            .first(job.rawValue) { row throws(SQLiteError) in row.int(0) != 0 }
        return try isRetired == false && !isOverruled(job)
    }

    private func note(_ source: SpreadsheetSource, of job: JobID) throws {
        try alone {
            try connection.statement("update job set name = :name, path = coalesce(:path, path) where id = :id")
                .run(Self.fileName(of: source), source.path, job.rawValue)
            if let path = source.path { try sight(job, at: path, file: source.identity) }
        }
    }

    /// Remembers which job stands at a path.
    func sight(_ job: JobID, at path: String, file: String?) throws(SQLiteError) {
        try connection.statement("insert or replace into sighting (path, job, file) values (:path, :job, :file)")
            .run(path, job.rawValue, file)
    }

    private func hasDecisions() throws(SQLiteError) -> Bool {
        try connection.statement("select 1 from registrant_key limit 1").first { _ in true } ?? false
    }

    /// What the journal knows of whom a row names.
    private func earlierKnowledge(of row: DecisionRow, in sheet: DecisionSheet) throws -> DuplicateFinder.Known? {
        guard let index = row.target, let registrant = row.named else { return nil }
        return try reading {
            let whole = sheet.wholeKey(index)
            guard registrant.id == nil || registrant.email == nil else {
                return .together(try !isNews(registrant, whole: whole))
            }
            let person = try person(registrant, whole: whole)
            return .names(
                id: registrant.id == nil ? person.id : nil,
                emails: person.emails.filter { $0 != registrant.email?.asciiLowercased }
            )
        }
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

/// How a spreadsheet enters the journal.
package struct IngestOptions: Sendable, Hashable {
    /// How to read the spreadsheet.
    package var sheet: SheetOptions
    /// The most registrants in a batch.
    package var batchSize: Int
    /// Whether decisions that the journal shows as applied are sent all the same.
    package var reapply: Bool

    /// The defaults of `usher run`.
    package init(sheet: SheetOptions = SheetOptions(), batchSize: Int = 30, reapply: Bool = false) {
        self.sheet = sheet
        self.batchSize = batchSize
        self.reapply = reapply
    }
}

/// What became of a spreadsheet that was handed to the journal.
package struct IngestReport: Sendable, Hashable {
    package let job: JobID
    /// False where the journal knew the content already, whatever the file was called.
    package let isNew: Bool
    /// Rows of an earlier version of the spreadsheet that were not sent yet, do not stand in it any more, and are skipped.
    package var withdrawn = 0
    /// Other jobs of whose rows some have another outcome now.
    package var alsoChanged: Set<JobID> = []
}
