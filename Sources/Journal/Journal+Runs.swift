package import FoundationEssentials
import SQLite

/// Noting that a run begins and ends, for reports, the history and whoever watches.
extension Journal {
    /// Notes the beginning of a run.
    ///
    /// - Parameters:
    ///   - allowedRate: Requests a second that it may send; nil without a limit.
    ///   - date: Now.
    /// - Throws: `JournalError`.
    package func beginRun(allowedRate: Double?, at date: Date) throws -> RunStart {
        try alone {
            let first = try connection.statement("select coalesce(max(id), 0) + 1 from attempt").first {
                row throws(SQLiteError) in row.int64(0)
            }
            let standing = try standing()
            try connection.statement(
                "insert into run (started_at, allowed_rate, first_attempt) values (:started_at, :rate, :first)"
            ).run(date.milliseconds, allowedRate.map { Int(($0 * 1_000).rounded()) }, first ?? 1)
            return RunStart(
                startedAt: date,
                id: connection.lastInsertRowID,
                firstAttempt: first ?? 1,
                applied: standing.applied,
                failed: standing.failed
            )
        }
    }

    /// Notes the end of a run, and what it came to.
    ///
    /// - Throws: `JournalError`.
    package func endRun(_ run: RunStart, exitCode: Int32, at date: Date) throws {
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
            ).run(
                date.milliseconds,
                Int(exitCode),
                run.firstAttempt,
                max(0, standing.applied - run.applied),
                max(0, standing.failed - run.failed),
                standing.open,
                run.id
            )
        }
    }

    private func standing() throws -> (applied: Int, failed: Int, open: Int) {
        // The sum of nothing is NULL, which reads as 0.
        try connection.statement("select sum(applied), sum(failed), sum(deferred) + sum(pending) from job").first {
            row throws(SQLiteError) in (row.int(0), row.int(1), row.int(2))
        } ?? (0, 0, 0)
    }
}
