import FoundationEssentials
import SQLite
import Spreadsheet

extension Journal {
    /// Adds a job with all its rows in one transaction.
    ///
    /// - Parameters:
    ///   - new: The job.
    ///   - date: Now.
    ///   - batchSize: The most registrants in a batch.
    ///   - write: Adds the rows, and returns how many fields the widest record has.
    ///   - then: What to do once all rows are added.
    /// - Returns: The job, and how many rows of earlier versions of the spreadsheet it withdrew.
    /// - Throws: What `write` throws, with nothing added; or `JournalError`.
    func addJob(
        _ new: NewJob,
        at date: Date,
        batchSize: Int,
        write: (inout JobWriter) throws -> Int,
        then: () throws -> Void = {}
    ) throws -> IngestReport {
        try transaction {
            if let old = new.replaces { try giveUpDigest(of: old) }
            let next = try connection.statement(
                """
                select (select coalesce(max(first_decision + rows), 1) from job) as decision,
                    (select coalesce(max(id), 0) + 1 from batch) as batch
                """
            ).first { row in (decision: row.id("decision") as DecisionID, batch: row.id("batch") as BatchID) }
            guard let next else { throw JournalError.inconsistent(path: path, detail: "it has no next number") }
            try connection.statement(
                """
                insert into job (
                    digest, reading, name, path, created_at, delimiter, header, header_fields, width, notices,
                    first_decision, rows
                ) values (
                    :digest, :reading, :name, :path, :created_at, :delimiter, :header, :header_fields, :header_fields,
                    :notices, :first_decision, 0
                )
                """
            ).run([
                "digest": new.digest, "reading": new.reading, "name": new.name, "path": new.path,
                "created_at": date.milliseconds, "delimiter": Int(new.delimiter), "header": new.header,
                "header_fields": new.headerFields, "notices": new.notices.joined(separator: "\n"),
                "first_decision": next.decision,
            ])
            jobTable.forget()
            let job = JobID(rawValue: connection.lastInsertRowID)
            var writer = try JobWriter(
                job: job,
                firstDecision: next.decision,
                firstBatch: next.batch,
                batchSize: batchSize,
                connection: connection
            )
            let width = try write(&writer)
            try writer.finish()
            let counts = writer.counts
            try connection.statement(
                """
                update job set width = :width, rows = :rows, skipped = :skipped, rejected = :rejected, pending = :pending,
                    finished_at = iif(:pending = 0, created_at, null)
                where id = :id
                """
            ).run([
                "width": max(width, new.headerFields), "rows": counts.rows, "skipped": counts[.skipped],
                "rejected": counts[.rejected], "pending": counts[.pending], "id": job,
            ])
            let withdrawn = try takePlace(of: new, as: job, next.decision..<next.decision + counts.rows)
            try then()
            return IngestReport(
                job: job,
                isNew: true,
                withdrawn: withdrawn,
                alsoChanged: batches.changedJobs.subtracting([job])
            )
        }
    }

    /// Retires the jobs that a new one replaces, and records where its file is.
    ///
    /// A list that names nobody from the earlier one is another list under an old name, and withdraws nothing; one that
    /// names nobody at all is the old one emptied, and a list of which no row could be sent has nothing to withdraw. Content that is still in another file is not withdrawn either.
    ///
    /// - Returns: How many of their rows were unsent.
    private func takePlace(of new: NewJob, as job: JobID, _ decisions: Range<DecisionID>) throws -> Int {
        var retired: [JobID] = []
        if let same = new.replaces {
            retired.append(same)
            try sightings.replace(same, by: job)
        }
        for old in try sightings.predecessors(of: new, before: job) where old != new.replaces {
            guard let rows = try jobTable.span(of: old)?.decisions else { continue }
            if try !namesAnybody(decisions) || sharesNames(rows, with: decisions) || !decidesAnything(rows) {
                retired.append(old)
            }
        }
        if let path = new.path { try sightings.note(job, at: path, file: new.file) }
        return try retire(retired, for: job)
    }

    private func namesAnybody(_ decisions: Range<DecisionID>) throws -> Bool {
        try hasAny(of: decisions, "registrant is not null or email is not null")
    }

    private func decidesAnything(_ decisions: Range<DecisionID>) throws -> Bool {
        try hasAny(of: decisions, "batch is not null")
    }

    private func hasAny(of decisions: Range<DecisionID>, _ condition: String) throws -> Bool {
        try connection.statement("select 1 from decision where id >= :from and id < :end and (\(condition)) limit 1")
            .first(["from": decisions.lowerBound, "end": decisions.upperBound]) { _ in true } ?? false
    }

    private func sharesNames(_ one: Range<DecisionID>, with other: Range<DecisionID>) throws -> Bool {
        try ["email", "registrant"].contains { name in
            try connection.statement(
                """
                select 1 from decision where id >= :from and id < :end and \(name) in (
                    select \(name) from decision where id >= :first and id < :last and \(name) is not null
                ) limit 1
                """
            ).first([
                "from": one.lowerBound, "end": one.upperBound, "first": other.lowerBound, "last": other.upperBound,
            ]) { _ in true } ?? false
        }
    }

    /// Gives a job another digest, so that the same spreadsheet becomes a new job; the id in the digest lets that job
    /// do the same later.
    func giveUpDigest(of job: JobID) throws(SQLiteError) {
        try connection.statement("update job set digest = cast(digest || '-' || id as blob) where id = :job")
            .run(["job": job])
    }
}

/// What is known of a job before its rows are read.
struct NewJob {
    /// SHA-256 of the spreadsheet's bytes.
    let digest: [UInt8]
    /// The job of the same spreadsheet that this one replaces.
    var replaces: JobID?
    /// The options that change what the bytes mean, in a fixed notation; empty for none.
    let reading: String
    /// The file's name.
    let name: String
    /// Where the file is, if it is anywhere.
    let path: String?
    /// Identifies the file, if the file system can.
    var file: String?
    /// The job of the same file, or of one with the same content, that was elsewhere before.
    var movedFrom: JobID?
    /// The byte between fields.
    let delimiter: UInt8
    /// The header record.
    let header: [UInt8]
    let headerFields: Int
    /// The reader's notices about the file as a whole.
    var notices: [String]
}

/// Which job was last read at each path, and which file that was.
struct Sightings {
    let connection: Connection

    func job(at path: String) throws(SQLiteError) -> JobID? {
        try connection.statement("select job from sighting where path = :path").first(["path": path]) { $0.id("job") }
    }

    func note(_ job: JobID, at path: String, file: String?) throws(SQLiteError) {
        try connection.statement("insert or replace into sighting (path, job, file) values (:path, :job, :file)")
            .run(["path": path, "job": job, "file": file])
    }

    /// Recognizes a moved spreadsheet: the file itself, or another with its content, is gone from its old path.
    ///
    /// - Returns: Its job at the old path.
    func follow(_ source: SpreadsheetSource, holding known: JobID?) throws -> JobID? {
        guard let path = source.path, try job(at: path) == nil else { return nil }
        let file = source.identity
        let sightings = try connection.statement(
            "select path, job, file = :file as is_file from sighting where file = :file or job = :job"
        ).all(["file": file, "job": known]) { row in
            (path: row.string("path"), job: row.id("job") as JobID, isFile: row.bool("is_file"))
        }
        let gone = sightings.filter { !JournalFile.exists($0.path) }
        // If its content is still in another file, it is a copy of that.
        let moved = gone.first(where: \.isFile) ?? (gone.count == sightings.count ? gone.first : nil)
        guard let moved else { return nil }
        try connection.statement("delete from sighting where path = :path").run(["path": moved.path])
        try note(moved.job, at: path, file: file)
        return moved.job
    }

    /// Records a job at every path of another.
    func replace(_ old: JobID, by job: JobID) throws(SQLiteError) {
        try connection.statement("update sighting set job = :job where job = :old").run(["job": job, "old": old])
    }

    /// The jobs that were last at a new job's path and are nowhere else.
    func predecessors(of new: NewJob, before job: JobID) throws -> [JobID] {
        guard let path = new.path else { return [] }
        return try connection.statement(
            """
            select id from job where id < :job and retired_by is null
                and (id = (select job from sighting where path = :path) or path = :path or id = :moved)
                and not exists (select 1 from sighting where job = job.id and path <> :path)
            order by id
            """
        ).all(["job": job, "path": path, "moved": new.movedFrom]) { $0.id("id") }
    }
}
