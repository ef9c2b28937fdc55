package import FoundationEssentials
import SQLite

extension JournalReader {
    /// The jobs that `Journal.prune` would prune, oldest first.
    ///
    /// - Throws: `JournalError`.
    package func prunable(finishedBefore date: Date) throws(JournalError) -> [JobSummary] {
        try jobs().filter { $0.counts.open == 0 && !$0.isPruned && ($0.finishedAt.map { $0 < date } ?? false) }
    }
}

extension Journal {
    /// Forgets the rows and requests of jobs that were finished before a date, but keeps what is known of each registrant:
    /// the decisions themselves, so that a spreadsheet from now is still compared with them.
    ///
    /// - Returns: How many jobs were pruned.
    /// - Throws: `JournalError`.
    package func prune(finishedBefore date: Date) throws -> Int {
        try alone {
            var jobs: [(id: Int64, first: Int64, end: Int64)] = []
            try connection.statement(
                """
                select id, first_decision, first_decision + rows from job
                where finished_at < :date and pending = 0 and deferred = 0 and width > 0
                """
            ).forEach(date.milliseconds) { row in jobs.append((row.int64(0), row.int64(1), row.int64(2))) }
            for job in jobs {
                try connection.statement("delete from source where first_decision >= :first and first_decision < :end")
                    .run(job.first, job.end)
                try connection.statement("delete from attempt where batch in (select id from batch where job = :job)")
                    .run(job.id)
                // A width of 0 says that the rows are gone; the counts stay. The same spreadsheet would be a new job, whose
                // rows are then skipped one by one.
                try connection.statement("update job set width = 0, header = x'', notices = '' where id = :job")
                    .run(job.id)
                try giveUpDigest(of: JobID(rawValue: job.id))
            }
            try connection.statement("delete from attempt where batch is null and started_at < :date").run(
                date.milliseconds
            )
            return jobs.count
        }
    }
}
