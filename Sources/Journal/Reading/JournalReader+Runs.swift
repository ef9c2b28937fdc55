package import FoundationEssentials
import SQLite

extension JournalReader {
    /// The runs that began since a moment, oldest first.
    ///
    /// - Throws: `JournalError`.
    package func runs(since date: Date) throws(JournalError) -> [RunRecord] {
        try guarded {
            guard try knowsRuns() else { return [] }
            var runs: [RunRecord] = []
            try connection.statement(
                "select \(RunRecord.columns) from run where started_at >= :since order by started_at, id"
            ).forEach(date.milliseconds) { row in runs.append(RunRecord(row)) }
            return runs
        }
    }

    /// The latest run; nil where there was none yet.
    ///
    /// - Throws: `JournalError`.
    package func lastRun() throws(JournalError) -> RunRecord? {
        try guarded {
            guard try knowsRuns() else { return nil }
            return try connection.statement("select \(RunRecord.columns) from run order by id desc limit 1").first {
                row throws(SQLiteError) in RunRecord(row)
            }
        }
    }

    /// The latest run where it has not noted its end, without what it settled: summing that up would be too much for
    /// displays that look all the time.
    ///
    /// - Throws: `JournalError`.
    package func runWithoutEnd() throws(JournalError) -> RunRecord? {
        try guarded {
            guard try knowsRuns() else { return nil }
            let run = try connection.statement(
                "select \(RunRecord.ownColumns), applied, failed from run order by id desc limit 1"
            ).first { row throws(SQLiteError) in RunRecord(row) }
            return run?.endedAt == nil ? run : nil
        }
    }

    /// When a run last finished all that could be sent, whether or not some rows need a person.
    ///
    /// - Throws: `JournalError`.
    package func lastFinishedRun() throws(JournalError) -> Date? {
        try guarded {
            guard try knowsRuns() else { return nil }
            let found = try connection.statement("select max(ended_at) from run where exit_code in (0, 1)").first {
                row throws(SQLiteError) in row.optionalInt64(0)
            }
            return (found ?? nil).map(Date.init(milliseconds:))
        }
    }

    /// A journal that no newer Usher has written to yet has no table of runs, and a reader may not make one.
    private func knowsRuns() throws -> Bool { try connection.userVersion() >= Migration.runs.version }
}

extension RunRecord {
    /// Of a run that never noted its end, because it was killed or is under way: its requests are those before the next run's.
    private static let ownAttempts = """
        attempt where attempt.id >= first_attempt
            and attempt.id < coalesce((select min(next.first_attempt) from run next where next.id > run.id), 1 << 62)
        """

    /// What it settled, too, is what was settled before the next one began.
    private static func ownRows(_ state: String) -> String {
        """
        (select coalesce(sum(rows), 0) from batch where state = '\(state)' and settled_at >= run.started_at
            and settled_at < coalesce((select min(next.started_at) from run next where next.id > run.id), 1 << 62))
        """
    }

    fileprivate static let ownColumns = """
        id, started_at, ended_at, exit_code, allowed_rate,
        iif(ended_at is null, (select count(*) from \(ownAttempts)), requests),
        iif(ended_at is null, (select count(*) from \(ownAttempts) and status = 429), refusals),
        open, first_attempt
        """

    static let columns = """
        \(ownColumns),
        iif(ended_at is null, \(ownRows("applied")), applied), iif(ended_at is null, \(ownRows("failed")), failed)
        """

    init(_ row: Row) {
        self.init(
            id: row.int64(0),
            startedAt: Date(milliseconds: row.int64(1)),
            endedAt: row.optionalInt64(2).map(Date.init(milliseconds:)),
            exitCode: row.optionalInt(3),
            allowedRate: row.optionalInt(4).map { Double($0) / 1_000 },
            requests: row.int(5),
            refusals: row.int(6),
            applied: row.int(9),
            failed: row.int(10),
            open: row.int(7),
            firstAttempt: row.int64(8)
        )
    }
}

/// A run as the journal remembers it.
package struct RunRecord: Sendable, Hashable {
    /// Its number in this journal.
    package let id: Int64
    /// When it began.
    package let startedAt: Date
    /// When it ended; nil while it is under way, and for ever if it was cut off.
    package let endedAt: Date?
    /// How it ended.
    package let exitCode: Int?
    /// Requests a second that it was allowed; nil without a limit.
    package let allowedRate: Double?
    /// Requests that it sent.
    package let requests: Int
    /// How many of them Zoom refused with 429.
    package let refusals: Int
    /// By how many the applied rows of the whole journal grew; without an end, the rows of what was settled until the next
    /// run began.
    package let applied: Int
    /// By how many the failed rows of the whole journal grew; without an end as above.
    package let failed: Int
    /// Rows of the whole journal that were open when it ended.
    package let open: Int
    /// The first number that a request of this run could have.
    let firstAttempt: Int64

    /// How long it took; nil without an end.
    package var seconds: Double? { endedAt.map { max(0, $0.timeIntervalSince(startedAt)) } }
}
