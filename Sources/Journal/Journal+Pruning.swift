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
            let jobs: [JobID] = try connection.statement(
                "select id from job where finished_at < :date and not \(Schema.jobIsOpen) and width > 0"
            ).all(["date": date.milliseconds]) { $0.id("id") }
            for job in jobs {
                if let rows = try jobTable.span(of: job)?.decisions {
                    try connection.statement(
                        "delete from source where first_decision >= :first and first_decision < :end"
                    ).run(["first": rows.lowerBound, "end": rows.upperBound])
                }
                try connection.statement("delete from attempt where batch in (select id from batch where job = :job)")
                    .run(["job": job])
                // A width of 0 says that the rows are gone; the counts stay. The same spreadsheet would be a new job, whose
                // rows are then skipped one by one.
                try connection.statement("update job set width = 0, header = x'', notices = '' where id = :job")
                    .run(["job": job])
                try giveUpDigest(of: job)
            }
            jobTable.forget()
            try connection.statement("delete from attempt where batch is null and started_at < :date")
                .run(["date": date.milliseconds])
            return jobs.count
        }
    }
}
