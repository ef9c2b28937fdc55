package import FoundationEssentials
import SQLite

/// Records when runs begin and end, for reports, the history and live displays.
extension Journal {
    /// Records the beginning of a run.
    ///
    /// - Parameters:
    ///   - allowedRate: Requests per second that it may send; nil without a limit.
    ///   - date: Now.
    package func beginRun(allowedRate: Double?, at date: Date) throws(JournalError) -> RunStart {
        try alone {
            let first = try connection.statement("select coalesce(max(id), 0) + 1 as first from attempt")
                .first { $0.int64("first") }
            let standing = try standing()
            try connection.statement(
                "insert into run (started_at, allowed_rate, first_attempt) values (:started_at, :rate, :first)"
            ).run([
                "started_at": date.milliseconds, "rate": allowedRate.map { Int(($0 * 1_000).rounded()) },
                "first": first ?? 1,
            ])
            return RunStart(
                startedAt: date,
                id: connection.lastInsertRowID,
                firstAttempt: first ?? 1,
                applied: standing.applied,
                failed: standing.failed
            )
        }
    }

    /// Records the end of a run, and its totals.
    package func endRun(_ run: RunStart, exitCode: Int32, at date: Date) throws(JournalError) {
        try alone {
            let standing = try standing()
            try connection.statement(
                """
                update run set ended_at = :ended_at, exit_code = :exit_code,
                    requests = (select count(*) from attempt where id >= :first),
                    refusals = (select count(*) from attempt where id >= :first and status = 429),
                    applied = :applied, failed = :failed, open = :open
                where id = :id
                """
            ).run([
                "ended_at": date.milliseconds, "exit_code": Int(exitCode), "first": run.firstAttempt,
                "applied": max(0, standing.applied - run.applied), "failed": max(0, standing.failed - run.failed),
                "open": standing.open, "id": run.id,
            ])
        }
    }

    private func standing() throws -> (applied: Int, failed: Int, open: Int) {
        // The sum of nothing is NULL, which reads as 0.
        try connection.statement(
            "select sum(applied) as applied, sum(failed) as failed, sum(deferred) + sum(pending) as open from job"
        ).first { row in (row.int("applied"), row.int("failed"), row.int("open")) } ?? (0, 0, 0)
    }
}

/// A run under way, and the counts with which its end is compared.
package struct RunStart: Sendable, Hashable {
    /// When it began.
    package let startedAt: Date
    let id: Int64
    let firstAttempt: Int64
    let applied: Int
    let failed: Int
}

extension JournalReader {
    /// The runs that began since a moment, oldest first.
    package func runs(since date: Date) throws(JournalError) -> [RunRecord] {
        try guarded {
            guard try knowsRuns() else { return [] }
            return try connection.statement(
                "select \(RunRecord.columns) from run where started_at >= :since order by started_at, id"
            ).all(["since": date.milliseconds]) { RunRecord($0) }
        }
    }

    /// The latest run; nil if there is none yet.
    package func lastRun() throws(JournalError) -> RunRecord? {
        try guarded {
            guard try knowsRuns() else { return nil }
            return try connection.statement("select \(RunRecord.columns) from run order by id desc limit 1")
                .first { RunRecord($0) }
        }
    }

    /// The latest run if its end is not recorded, without what it settled: summing that up would cost too much for
    /// displays that poll.
    package func runWithoutEnd() throws(JournalError) -> RunRecord? {
        try guarded {
            guard try knowsRuns() else { return nil }
            let run = try connection.statement(
                "select \(RunRecord.ownColumns), applied, failed from run order by id desc limit 1"
            ).first { RunRecord($0) }
            return run?.endedAt == nil ? run : nil
        }
    }

    /// When a run last finished all that could be sent, whether or not some rows need a person.
    package func lastFinishedRun() throws(JournalError) -> Date? {
        try guarded {
            guard try knowsRuns() else { return nil }
            return try connection.statement("select max(ended_at) as ended_at from run where exit_code in (0, 1)")
                .first { $0.optionalInt64("ended_at").map(Date.init(milliseconds:)) }
        }
    }

    /// Whether the table of runs exists: an old journal has none, and a reader may not make it.
    private func knowsRuns() throws -> Bool { try connection.userVersion() >= Migration.runs.version }
}

/// A run as recorded in the journal.
package struct RunRecord: Sendable, Hashable {
    /// Its number in this journal.
    package let id: Int64
    /// When it began.
    package let startedAt: Date
    /// When it ended; nil while it is under way, and forever if it was killed.
    package let endedAt: Date?
    /// How it ended.
    package let exitCode: Int?
    /// Requests per second that it was allowed; nil without a limit.
    package let allowedRate: Double?
    /// Requests that it sent.
    package let requests: Int
    /// How many of them Zoom refused with 429.
    package let refusals: Int
    /// The increase in the whole journal's applied rows; without an end, the rows settled until the next run began.
    package let applied: Int
    /// The increase in the whole journal's failed rows; without an end, as for `applied`.
    package let failed: Int
    /// Open rows in the whole journal when it ended.
    package let open: Int
    /// The first number that a request of this run could have.
    let firstAttempt: Int64

    /// How long it took; nil without an end.
    package var seconds: Double? { endedAt.map { max(0, $0.timeIntervalSince(startedAt)) } }
}

extension RunRecord {
    /// The requests of a run without a recorded end, because it was killed or is under way: those before the next
    /// run's.
    private static let ownAttempts = """
        attempt where attempt.id >= first_attempt
            and attempt.id < coalesce((select min(next.first_attempt) from run next where next.id > run.id), 1 << 62)
        """

    /// The rows that such a run settled: those settled before the next run began.
    private static func ownRows(_ state: String) -> String {
        """
        (select coalesce(sum(rows), 0) from batch where state = '\(state)' and settled_at >= run.started_at
            and settled_at < coalesce((select min(next.started_at) from run next where next.id > run.id), 1 << 62))
        """
    }

    fileprivate static let ownColumns = """
        id, started_at, ended_at, exit_code, allowed_rate,
        iif(ended_at is null, (select count(*) from \(ownAttempts)), requests) as requests,
        iif(ended_at is null, (select count(*) from \(ownAttempts) and status = 429), refusals) as refusals,
        open, first_attempt
        """

    static let columns = """
        \(ownColumns),
        iif(ended_at is null, \(ownRows("applied")), applied) as applied,
        iif(ended_at is null, \(ownRows("failed")), failed) as failed
        """

    init(_ row: Row) {
        id = row.int64("id")
        startedAt = Date(milliseconds: row.int64("started_at"))
        endedAt = row.optionalInt64("ended_at").map(Date.init(milliseconds:))
        exitCode = row.optionalInt("exit_code")
        allowedRate = row.optionalInt("allowed_rate").map { Double($0) / 1_000 }
        requests = row.int("requests")
        refusals = row.int("refusals")
        applied = row.int("applied")
        failed = row.int("failed")
        open = row.int("open")
        firstAttempt = row.int64("first_attempt")
    }
}
