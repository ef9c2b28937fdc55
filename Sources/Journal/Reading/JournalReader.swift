package import FoundationEssentials
import Glibc
import SQLite

/// Reads a journal without ever changing it, even while a run is writing.
package final class JournalReader {
    /// The file.
    package let path: String
    let connection: Connection

    /// Opens a journal.
    ///
    /// - Throws: `JournalError`; `.missing` if there is none yet.
    package init(path: String) throws(JournalError) {
        let path = try JournalFile.resolved(path)
        self.path = path
        guard JournalFile.exists(path) else { throw .missing(path: path) }
        // SQLite would report a disk fault.
        guard !JournalFile.isDirectory(path) else {
            throw .unusable(path: path, reason: JournalFile.advice(for: EISDIR, what: "it can't be opened"))
        }
        do {
            connection = try JournalFile.openForReading(path)
        } catch {
            throw JournalError(error, path: path)
        }
    }

    /// Reads on a connection of the journal itself.
    init(path: String, on connection: Connection) {
        self.path = path
        self.connection = connection
    }

    /// All jobs, oldest first.
    package func jobs() throws(JournalError) -> [JobSummary] {
        try guarded {
            try connection.statement("select \(JobSummary.columns) from job order by id").all { JobSummary($0) }
        }
    }

    /// One job.
    ///
    /// - Throws: `JournalError`; `.noSuchJob` if the number is unknown.
    package func job(_ id: JobID) throws(JournalError) -> JobSummary {
        try guarded {
            let found = try connection.statement("select \(JobSummary.columns) from job where id = :id")
                .first(["id": id]) { JobSummary($0) }
            guard let found else { throw JournalError.noSuchJob(id) }
            return found
        }
    }

    func guarded<Result>(_ body: () throws -> Result) throws(JournalError) -> Result {
        do { return try body() } catch { throw JournalError(error, path: path) }
    }
}

/// A job as `usher status` shows it.
package struct JobSummary: Sendable, Hashable {
    /// Names the job in this journal.
    package let id: JobID
    /// The file's name as it was last given.
    package let name: String
    /// Where the file was, so that results can be written beside it; nil for standard input.
    package let path: String?
    /// When it was first read.
    package let createdAt: Date
    /// When its last decision was settled; nil while any is open.
    package let finishedAt: Date?
    /// Rows by outcome.
    package let counts: Counts
    /// When the first deferred row may be sent.
    package let nextDue: Date?
    /// The byte between fields.
    package let delimiter: UInt8
    /// The header record as well-formed UTF-8 CSV.
    package let header: [UInt8]
    package let headerFields: Int
    /// How many fields the widest record has, the header included.
    package let width: Int
    /// The reader's notices about the file as a whole, one line each.
    package let notices: [String]
    let firstDecision: DecisionID
    var endDecision: DecisionID { firstDecision + counts.rows }

    /// Whether its rows were removed by `usher journal prune`; its counts and decisions are still there.
    package var isPruned: Bool { width == 0 }

    /// The columns of `job` that `init` reads.
    static let columns = """
        id, name, path, created_at, finished_at, \(Counts.columns),
        (select min(due_at) from batch where job = job.id and \(Schema.isOpen) and state = 'deferred') as next_due,
        delimiter, header, header_fields, width, notices, first_decision
        """

    init(_ row: Row) {
        id = row.id("id")
        name = row.string("name")
        path = row.optionalString("path")
        createdAt = Date(milliseconds: row.int64("created_at"))
        finishedAt = row.optionalInt64("finished_at").map(Date.init(milliseconds:))
        counts = Counts(row)
        nextDue = row.optionalInt64("next_due").map(Date.init(milliseconds:))
        delimiter = UInt8(truncatingIfNeeded: row.int64("delimiter"))
        header = row.bytes("header")
        headerFields = row.int("header_fields")
        width = row.int("width")
        notices = row.string("notices").split(separator: "\n").map(String.init)
        firstDecision = row.id("first_decision")
    }
}

extension Counts {
    /// The columns of `job` that `init` reads.
    static let columns = "applied, skipped, rejected, failed, deferred, pending"

    init(_ row: Row) {
        self.init()
        self[.applied] = row.int("applied")
        self[.skipped] = row.int("skipped")
        self[.rejected] = row.int("rejected")
        self[.failed] = row.int("failed")
        self[.deferred] = row.int("deferred")
        self[.pending] = row.int("pending")
    }
}

/// The first entries of a list, and the total number.
package struct CappedList<Element> {
    /// The first entries.
    package var first: [Element]
    /// How many there are.
    package var count: Int

    /// How many are left out.
    package var more: Int { count - first.count }

    package init(first: [Element], count: Int) {
        self.first = first
        self.count = count
    }
}

extension CappedList: Sendable where Element: Sendable {}

/// Short queries for a display that is redrawn all the time.
extension JournalReader {
    /// The progress of these jobs, or of all with something open; oldest first.
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

    /// Requests answered since a moment, and how many batches are left to send now.
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
    /// The process that holds the journal for writing; nil if no run is under way.
    package var holder: Int32? {
        let descriptor = open(path + ".lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard FileLock.isHeldElsewhere(descriptor) == true else { return nil }
        return JournalLock.readHolder(descriptor)
    }
}

/// How far a job is now.
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

/// Recent requests.
package struct RecentRequests: Sendable, Hashable {
    package let count: Int
    /// Batches that can be sent now or are in flight.
    package let batchesLeft: Int
}
