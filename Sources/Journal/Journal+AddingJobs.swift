import FoundationEssentials
import SQLite

extension Journal {
    /// Adds a job with all its rows in one transaction.
    ///
    /// - Parameters:
    ///   - new: The job.
    ///   - date: Now.
    ///   - batchSize: The most registrants in a batch.
    ///   - write: Adds the rows, and returns how many fields the widest record has.
    ///   - then: What is left to do when they are all there.
    /// - Returns: The job, and how many rows of earlier versions of the spreadsheet it withdrew.
    /// - Throws: What `write` throws, with nothing added; or `JournalError`.
    func addJob(
        _ new: NewJob,
        at date: Date,
        batchSize: Int,
        write: (inout JobWriter) throws -> Int,
        then: () throws -> Void = {}
    ) throws -> IngestReport {
        try alone {
            if let old = new.replaces { try giveUpDigest(of: old) }
            let firstDecision = try nextNumber("select max(first_decision + rows) from job", otherwise: 1)
            let firstBatch = try nextNumber("select max(id) + 1 from batch", otherwise: 1)
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
            ).run(
                new.digest,
                new.reading,
                new.name,
                new.path,
                date.milliseconds,
                Int(new.delimiter),
                new.header,
                new.headerFields,
                new.notices.joined(separator: "\n"),
                firstDecision
            )
            let job = JobID(rawValue: connection.lastInsertRowID)
            var writer = try JobWriter(
                job: job,
                firstDecision: firstDecision,
                firstBatch: firstBatch,
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
            ).run(
                max(width, new.headerFields),
                counts.rows,
                counts[.skipped],
                counts[.rejected],
                counts[.pending],
                job.rawValue
            )
            let span = firstDecision..<firstDecision + Int64(counts.rows)
            let withdrawn = try takePlace(of: new, as: job, span)
            try then()
            return IngestReport(
                job: job,
                isNew: true,
                withdrawn: withdrawn,
                alsoChanged: countChanges.jobs.subtracting([job])
            )
        }
    }

    /// Retires the jobs whose place a new one takes, and sees to where it stands.
    ///
    /// A list that names nobody of the earlier one is another list under an old name, and takes nothing back; one without any
    /// name is the old one emptied. Nor is anything taken back that stands in another file still.
    ///
    /// - Returns: How many of their rows had yet to be sent.
    private func takePlace(of new: NewJob, as job: JobID, _ decisions: Range<Int64>) throws -> Int {
        jobSpans = nil
        var retired: [JobID] = []
        if let same = new.replaces {
            retired.append(same)
            try connection.statement("update sighting set job = :job where job = :old")
                .run(job.rawValue, same.rawValue)
        }
        for old in try predecessors(of: new, before: job) where old != new.replaces {
            let span = try connection.statement("select first_decision, first_decision + rows from job where id = :id")
                .first(old.rawValue) { row throws(SQLiteError) in row.int64(0)..<row.int64(1) }
            if let span, try !namesAnybody(decisions) || sharesNames(span, with: decisions) { retired.append(old) }
        }
        if let path = new.path { try sight(job, at: path, file: new.file) }
        return try retire(retired, for: job)
    }

    /// The jobs that stood last where a new one does, and stand nowhere else.
    private func predecessors(of new: NewJob, before job: JobID) throws -> [JobID] {
        guard let path = new.path else { return [] }
        var jobs: [JobID] = []
        try connection.statement(
            """
            select id from job where id < :job and retired_by is null
                and (id = (select job from sighting where path = :path) or path = :path or id = :moved)
                and not exists (select 1 from sighting where job = job.id and path <> :path)
            order by id
            """
        ).forEach(job.rawValue, path, new.movedFrom?.rawValue) { row in jobs.append(JobID(rawValue: row.int64(0))) }
        return jobs
    }

    private func namesAnybody(_ decisions: Range<Int64>) throws -> Bool {
        try connection.statement(
            """
            select 1 from decision where id >= :from and id < :end and (registrant is not null or email is not null) limit 1
            """
        ).first(decisions.lowerBound, decisions.upperBound) { _ in true } ?? false
    }

    private func sharesNames(_ one: Range<Int64>, with other: Range<Int64>) throws -> Bool {
        try ["email", "registrant"].contains { name in
            try connection.statement(
                """
                select 1 from decision where id >= :from and id < :end and \(name) in (
                    select \(name) from decision where id >= :first and id < :last and \(name) is not null
                ) limit 1
                """
            ).first(one.lowerBound, one.upperBound, other.lowerBound, other.upperBound) { _ in true } ?? false
        }
    }

    /// Gives a job another digest, which makes the same spreadsheet a new job; the id in it lets that one do the same in its
    /// turn.
    func giveUpDigest(of job: JobID) throws(SQLiteError) {
        try connection.statement("update job set digest = cast(digest || '-' || id as blob) where id = :job")
            .run(job.rawValue)
    }

    private func nextNumber(_ sql: String, otherwise first: Int64) throws(SQLiteError) -> Int64 {
        // `max` of nothing is NULL.
        try connection.statement(sql).first { row throws(SQLiteError) in row.optionalInt64(0) ?? first } ?? first
    }
}
