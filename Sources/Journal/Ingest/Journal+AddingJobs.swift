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

/// What is known of a job before its rows are read.
struct NewJob {
    /// SHA-256 of the spreadsheet's bytes.
    let digest: [UInt8]
    /// The job of the same spreadsheet that gives its place to this one.
    var replaces: JobID?
    /// The options that change what the bytes mean, in a fixed notation; empty for none.
    let reading: String
    /// The file's name.
    let name: String
    /// Where it lies, if it lies anywhere.
    let path: String?
    /// Tells the file from any other, if the file system can.
    var file: String?
    /// The job of the same file, or of one with the same content, that lay elsewhere before.
    var movedFrom: JobID?
    /// The byte between fields.
    let delimiter: UInt8
    /// The header record.
    let header: [UInt8]
    let headerFields: Int
    /// What the reader has to say about the file as a whole.
    let notices: [String]
}

/// Naming rows as a person finds them in a spreadsheet.
extension Journal {
    /// Names the row of a decision: `line 3 of job 2 (guests.csv)`.
    ///
    /// - Parameter line: Its line, where the caller knows it; a row that is being added can't be read back yet.
    func place(of decision: Int64, line: Int? = nil) throws -> String {
        // A job without rows begins where the next one does.
        let place = try connection.statement(
            """
            select id, name, :decision - first_decision + 1 from job
            where first_decision <= :decision order by first_decision desc, id desc limit 1
            """
        ).first(decision) { row throws(SQLiteError) in
            (row: row.int(2), job: "job \(row.int(0)) (\(row.string(1)))")
        }
        guard let place else { return "a later decision" }
        if let line = try line ?? self.line(of: decision) { return "line \(line) of \(place.job)" }
        // Of a pruned job nobody knows the lines any more.
        return "row \(place.row) of \(place.job)"
    }

    /// Whoever asks about one row mostly asks about its neighbours next, so a whole chunk's lines are kept.
    private func line(of decision: Int64) throws -> Int? {
        func known() -> Int? {
            let place = Int(decision - knownLines.first)
            return knownLines.lines.indices.contains(place) ? knownLines.lines[place] : nil
        }
        if let line = known() { return line }
        knownLines = (0, [])
        try SourceChunk.forEachRow(around: decision, in: connection) { id, row in
            if knownLines.lines.isEmpty { knownLines.first = id }
            knownLines.lines.append(row.line)
        }
        return known()
    }
}
