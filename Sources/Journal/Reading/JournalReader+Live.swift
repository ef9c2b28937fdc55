package import FoundationEssentials
import Glibc
import SQLite

/// Short looks for a display that is drawn anew all the time.
extension JournalReader {
    /// How far jobs are, oldest first: these, or all that have something open.
    ///
    /// - Throws: `JournalError`.
    package func progress(of jobs: [JobID]?) throws(JournalError) -> [JobProgress] {
        try guarded {
            let columns = "id, name, applied, skipped, rejected, failed, deferred, pending"
            var found: [JobProgress] = []
            func add(_ row: Row) {
                var counts = Counts()
                for (index, outcome) in [Outcome.applied, .skipped, .rejected, .failed, .deferred, .pending]
                    .enumerated()
                {
                    counts[outcome] = row.int(Int32(2 + index))
                }
                found.append(
                    JobProgress(id: JobID(rawValue: row.int64(0)), name: row.string(1), counts: counts)
                )
            }
            try connection.snapshot {
                if let jobs {
                    let one = try connection.statement("select \(columns) from job where id = :id")
                    for job in jobs { try one.forEach(job.rawValue) { add($0) } }
                } else {
                    try connection.statement(
                        "select \(columns) from job where pending > 0 or deferred > 0 order by id"
                    ).forEach { add($0) }
                }
            }
            return found
        }
    }

    /// What was answered since a moment, and how many batches are left to be sent now.
    ///
    /// - Throws: `JournalError`.
    package func recentRequests(since date: Date, now: Date) throws(JournalError) -> RecentRequests {
        try guarded {
            let count = try connection.statement(
                "select count(*) from attempt where started_at + duration >= :since and started_at >= :earliest"
            ).first(date.milliseconds, date.addingTimeInterval(-120).milliseconds) { row throws(SQLiteError) in
                row.int(0)
            }
            let left = try connection.statement(
                """
                select count(*) from batch
                where state in ('pending', 'in_flight', 'deferred') and (state <> 'deferred' or due_at <= :now)
                """
            ).first(now.milliseconds) { row throws(SQLiteError) in row.int(0) }
            return RecentRequests(count: count ?? 0, batchesLeft: left ?? 0)
        }
    }
}

extension JournalReader {
    /// The process that holds the journal for writing; nil where no run is under way.
    package var holder: Int32? {
        let descriptor = open(path + ".lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard FileLock.isHeldElsewhere(descriptor) == true else { return nil }
        return JournalLock.readHolder(descriptor)
    }
}

/// How far a job is at this moment.
package struct JobProgress: Sendable, Hashable {
    package let id: JobID
    /// The file's name as it was last given.
    package let name: String
    /// Its rows by outcome.
    package let counts: Counts

    package init(id: JobID, name: String, counts: Counts) {
        self.id = id
        self.name = name
        self.counts = counts
    }
}

/// Requests of the last moments.
package struct RecentRequests: Sendable, Hashable {
    package let count: Int
    /// Batches that can be sent now, or are under way.
    package let batchesLeft: Int
}
