package import Decisions
import Files
package import FoundationEssentials
import SQLite
package import Spreadsheet

extension Journal {
    /// Makes a job of a spreadsheet, or finds the existing job of it.
    ///
    /// The job is added completely or not at all.
    ///
    /// - Parameters:
    ///   - source: The spreadsheet.
    ///   - options: How to read it.
    ///   - date: Now.
    /// - Throws: `SpreadsheetError` if the file as a whole can't be read, with nothing journaled; or `JournalError`.
    package func ingest(_ source: SpreadsheetSource, options: IngestOptions, at date: Date) throws -> IngestReport {
        var hash = Digest()
        let scan = try SourceScan(source) { hash.update($0) }
        let digest = hash.finish()
        // Only options that affect this file make it another job.
        let sheet = try DecisionSheet(source, scan: scan, options: options.sheet)
        let name = source.path.map(Directory.name) ?? source.name
        let reading = sheet.options.notation
        let known: JobID? = try alone {
            try connection.statement("select id from job where digest = :digest and reading = :reading")
                .first(["digest": digest, "reading": reading]) { $0.id("id") }
        }
        let moved = try alone { try sightings.follow(source, holding: known) }
        if let known, !options.reapply, try alone({ try isSameList(known, at: source.path) }) {
            try alone {
                try connection.statement("update job set name = :name, path = coalesce(:path, path) where id = :id")
                    .run(["name": name, "path": source.path, "id": known])
                jobTable.forget()
                if let path = source.path { try sightings.note(known, at: path, file: source.identity) }
            }
            return IngestReport(job: known, isNew: false)
        }
        let new = NewJob(
            digest: digest,
            replaces: known,
            reading: reading,
            name: name,
            path: source.path,
            file: source.identity,
            movedFrom: moved,
            delimiter: sheet.delimiter,
            header: sheet.headerRecord,
            headerFields: sheet.headerFields,
            notices: sheet.notices
        )
        return try add(new, of: sheet, options: options, at: date)
    }

    /// Adds the job of a spreadsheet that is new to the journal or decides again.
    private func add(
        _ new: NewJob,
        of sheet: DecisionSheet,
        options: IngestOptions,
        at date: Date
    ) throws -> IngestReport {
        let comparesWithEarlier = try alone {
            try connection.statement("select 1 from registrant_key limit 1").first { _ in true } ?? false
        }
        var pass = try FirstPass(sheet) { row in comparesWithEarlier ? try earlierKnowledge(of: row, in: sheet) : nil }
        var new = new
        new.notices += pass.notices
        return try addJob(new, at: date, batchSize: options.batchSize) { writer in
            let first = writer.nextDecision
            var rows = RowIngest(
                sheet: sheet,
                overlaps: try pass.overlaps(policy: options.sheet.onConflict, first: first, in: connection),
                first: first,
                comparesWithEarlier: comparesWithEarlier,
                reapply: options.reapply
            )
            try sheet.forEachRowAhead { row in try rows.add(row, to: &writer, in: self) }
            guard sheet.source.isUnchanged else {
                throw SpreadsheetError(
                    name: sheet.source.name,
                    "The file was changed while it was read. Nothing of it was taken; run it again."
                )
            }
            return rows.width
        } then: {
            if !options.reapply { try reconcile(pass.news, of: sheet) }
        }
    }

    /// Whether a spreadsheet with known content is still the same job, and decides nothing new.
    ///
    /// It is the same job if the file is unchanged at its path, was moved, or is a copy, unless something else was
    /// decided since: putting an overruled list in a new place means that it is wanted again. It is not if the path
    /// held other content before. Two unchanged files of an inbox that contradict each other must not take turns.
    private func isSameList(_ job: JobID, at path: String?) throws -> Bool {
        if let path, let sighted = try sightings.job(at: path) { return sighted == job }
        return try jobTable.span(of: job)?.isRetired == false && !isOverruled(job)
    }

    /// What the journal knows about the registrant that a row names.
    private func earlierKnowledge(of row: DecisionRow, in sheet: DecisionSheet) throws -> DuplicateFinder.Known? {
        guard let index = row.target, let registrant = row.named else { return nil }
        return try reading {
            let whole = sheet.wholeKey(index)
            guard registrant.id == nil || registrant.email == nil else {
                return .together(try !history.isNews(registrant, whole: whole))
            }
            let person = try history.person(registrant, whole: whole)
            return .names(
                id: registrant.id == nil ? person.id : nil,
                emails: person.emails.filter { $0 != registrant.email?.asciiLowercased }
            )
        }
    }

    /// Reconciles decisions under two names that a row now shows to be one person's.
    private func reconcile(_ news: [(registrant: Registrant, target: Int)], of sheet: DecisionSheet) throws {
        for (registrant, index) in news {
            for target in try targets.all(ofMeeting: sheet.targets[index].whole) {
                try reconcile(registrant, at: target, isNews: true)
            }
        }
    }
}

/// How a spreadsheet enters the journal.
package struct IngestOptions: Sendable, Hashable {
    /// How to read the spreadsheet.
    package var sheet: SheetOptions
    /// The most registrants in a batch.
    package var batchSize: Int
    /// Whether to send decisions even if the journal shows them as applied.
    package var reapply: Bool

    /// The defaults of `usher run`.
    package init(sheet: SheetOptions = SheetOptions(), batchSize: Int = 30, reapply: Bool = false) {
        self.sheet = sheet
        self.batchSize = batchSize
        self.reapply = reapply
    }
}

/// The result of adding a spreadsheet to the journal.
package struct IngestReport: Sendable, Hashable {
    package let job: JobID
    /// False if the journal already knew the content, whatever the file's name.
    package let isNew: Bool
    /// Unsent rows of an earlier version of the spreadsheet that are no longer in it, and are skipped.
    package var withdrawn = 0
    /// Other jobs with rows whose outcome has changed.
    package var alsoChanged: Set<JobID> = []
}
