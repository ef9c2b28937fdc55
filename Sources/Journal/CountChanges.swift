import SQLite

/// How the counts of jobs change in one transaction; written once at its end.
struct CountChanges {
    private var byJob: [JobID: [Outcome: Int]] = [:]
    /// The jobs whose counts change.
    var jobs: Set<JobID> { Set(byJob.keys) }

    /// So many rows of a job go from one outcome to another.
    mutating func move(_ rows: Int, of job: JobID, from old: Outcome, to new: Outcome) {
        guard old != new, rows != 0 else { return }
        byJob[job, default: [:]][old, default: 0] -= rows
        byJob[job, default: [:]][new, default: 0] += rows
    }

    /// Writes and forgets the changes. The schema refuses counts that do not add up.
    ///
    /// A job that something is open in again is not finished. One whose last open rows were replaced by a newer job's is
    /// finished since that one was made; where Zoom's answer was the last thing, `Journal.finishJobIfDone` notes when.
    mutating func write(to connection: Connection) throws(SQLiteError) {
        guard !byJob.isEmpty else { return }
        let update = try connection.statement(
            """
            update job set applied = applied + :applied, skipped = skipped + :skipped, failed = failed + :failed,
                deferred = deferred + :deferred, pending = pending + :pending,
                finished_at = iif(
                    pending + :pending + deferred + :deferred > 0, null,
                    coalesce(finished_at, (select max(created_at) from job))
                )
            where id = :job
            """
        )
        for (job, change) in byJob {
            try update.run(
                change[.applied] ?? 0,
                change[.skipped] ?? 0,
                change[.failed] ?? 0,
                change[.deferred] ?? 0,
                change[.pending] ?? 0,
                job.rawValue
            )
        }
        byJob = [:]
    }
}
