import FoundationEssentials
import Glibc
import SQLite

/// Looks into a journal without ever changing it, also while a run is writing.
package final class JournalReader {
    /// The file.
    package let path: String
    let connection: Connection

    /// Opens a journal.
    ///
    /// - Throws: `JournalError`; `.missing` where there is none yet.
    package init(path: String) throws(JournalError) {
        let path = try JournalFile.resolved(path)
        self.path = path
        guard JournalFile.exists(path) else { throw .missing(path: path) }
        // SQLite would speak of a fault of the disk.
        guard !JournalFile.isDirectory(path) else {
            throw .unusable(path: path, reason: JournalFile.advice(for: EISDIR, what: "it can't be opened"))
        }
        do {
            connection = try JournalFile.openForReading(path)
        } catch {
            throw JournalError(error, path: path)
        }
    }

    /// All jobs, oldest first.
    ///
    /// - Throws: `JournalError`.
    package func jobs() throws(JournalError) -> [JobSummary] {
        try guarded {
            var jobs: [JobSummary] = []
            try connection.statement("select \(JobSummary.columns) from job order by id").forEach { row in
                jobs.append(JobSummary(row))
            }
            return jobs
        }
    }

    /// One job.
    ///
    /// - Throws: `JournalError`; `.noSuchJob` where the number is unknown.
    package func job(_ id: JobID) throws(JournalError) -> JobSummary {
        try guarded {
            let found = try connection.statement("select \(JobSummary.columns) from job where id = :id")
                .first(id.rawValue) { row throws(SQLiteError) in JobSummary(row) }
            guard let found else { throw JournalError.noSuchJob(id) }
            return found
        }
    }

    func guarded<Result>(_ body: () throws -> Result) throws(JournalError) -> Result {
        do { return try body() } catch { throw JournalError(error, path: path) }
    }
}

extension JobSummary {
    static let columns = """
        id, name, path, created_at, finished_at, applied, skipped, rejected, failed, deferred, pending,
        (select min(due_at) from batch where job = job.id and state in ('pending', 'in_flight', 'deferred')
            and state = 'deferred'),
        delimiter, header, header_fields, width, notices, first_decision
        """

    init(_ row: Row) {
        var counts = Counts()
        for (index, outcome) in [Outcome.applied, .skipped, .rejected, .failed, .deferred, .pending].enumerated() {
            counts[outcome] = row.int(Int32(5 + index))
        }
        self.init(
            id: JobID(rawValue: row.int64(0)),
            name: row.string(1),
            path: row.optionalString(2),
            createdAt: Date(milliseconds: row.int64(3)),
            finishedAt: row.optionalInt64(4).map(Date.init(milliseconds:)),
            counts: counts,
            nextDue: row.optionalInt64(11).map(Date.init(milliseconds:)),
            delimiter: UInt8(truncatingIfNeeded: row.int64(12)),
            header: row.bytes(13),
            headerFields: row.int(14),
            width: row.int(15),
            notices: row.string(16).split(separator: "\n").map(String.init),
            firstDecision: row.int64(17)
        )
    }
}

/// The first entries of a list, and how many there are in all.
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
