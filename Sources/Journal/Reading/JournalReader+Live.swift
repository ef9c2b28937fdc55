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
            let select = "select id, name, \(Counts.columns) from job"
            func progress(_ row: Row) -> JobProgress {
                JobProgress(id: row.id("id"), name: row.string("name"), counts: Counts(row))
            }
            return try connection.snapshot {
                guard let jobs else {
                    return try connection.statement("\(select) where \(Schema.jobIsOpen) order by id").all(
                        body: progress
                    )
                }
                let one = try connection.statement("\(select) where id = :id")
                return try jobs.compactMap { try one.first(["id": $0], body: progress) }
            }
        }
    }

    /// What was answered since a moment, and how many batches are left to be sent now.
    ///
    /// - Throws: `JournalError`.
    package func recentRequests(since date: Date, now: Date) throws(JournalError) -> RecentRequests {
        try guarded {
            let count = try connection.statement(
                """
                select count(*) as count from attempt
                where started_at + duration >= :since and started_at >= :earliest
                """
            ).first(["since": date.milliseconds, "earliest": date.addingTimeInterval(-120).milliseconds]) {
                $0.int("count")
            }
            let left = try connection.statement(
                """
                select count(*) as count from batch where \(Schema.isOpen) and (state <> 'deferred' or due_at <= :now)
                """
            ).first(["now": now.milliseconds]) { $0.int("count") }
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
