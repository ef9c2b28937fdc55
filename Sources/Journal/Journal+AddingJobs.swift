internal import FoundationEssentials
internal import SQLite

extension Journal {
    /// Adds a job with all its rows in one transaction.
    ///
    /// - Parameters:
    ///   - new: The job.
    ///   - date: Now.
    ///   - batchSize: The most registrants in a batch.
    ///   - write: Adds the rows, and returns how many fields the widest record has.
    /// - Returns: The job, and how many rows of earlier versions of the spreadsheet it withdrew.
    /// - Throws: What `write` throws, with nothing added; or `JournalError`.
    func addJob(
        _ new: NewJob,
        at date: Date,
        batchSize: Int,
        write: (inout JobWriter) throws -> Int
    ) throws -> IngestReport {
        try alone {
            if let old = new.replaces { try retire(old) }
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
            let withdrawn = try new.path.map {
                try withdrawDropped(from: $0, since: job, first: firstDecision, rows: counts.rows)
            }
            return IngestReport(job: job, isNew: true, withdrawn: withdrawn ?? 0)
        }
    }

    /// Gives a job another digest, which makes the same spreadsheet a new job; the id in it lets that one be retired in its
    /// turn.
    func retire(_ job: JobID) throws(SQLiteError) {
        try connection.statement("update job set digest = cast(digest || '-' || id as blob) where id = :job")
            .run(job.rawValue)
    }

    private func nextNumber(_ sql: String, otherwise first: Int64) throws(SQLiteError) -> Int64 {
        // `max` of nothing is NULL.
        try connection.statement(sql).first { row throws(SQLiteError) in row.optionalInt64(0) ?? first } ?? first
    }
}
