package import Decisions
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

/// A run under way, and what its end is compared with.
package struct RunStart: Sendable, Hashable {
    /// When it began.
    package let startedAt: Date
    let id: Int64
    let firstAttempt: Int64
    let applied: Int
    let failed: Int
}

/// What a run that nobody watches asks once more.
extension Journal {
    /// Refusals that are younger are of the same night: a second run of the night must not spend the next night's try.
    static let shortestNight: TimeInterval = 12 * 3_600
    /// Refusals that are older are left to a person, who may have acted on them by hand meanwhile.
    static let lastNight: TimeInterval = 3 * 86_400

    /// Makes what Zoom refused in the last nights pending again, in all jobs, twice at most in each.
    ///
    /// - Parameters:
    ///   - now: The moment.
    ///   - looksFirst: As for `reopenFailed`.
    /// - Returns: How many rows of which jobs.
    /// - Throws: `JournalError`.
    package func reopenFailedOfEarlierNights(at now: Date, looksFirst: Bool) throws -> [JobID: Int] {
        var jobs: [JobID] = []
        do {
            try connection.statement(
                """
                select id from job
                left join (select job, max(settled_at) as settled_at from batch where state = 'failed' group by job) refused
                    on refused.job = job.id
                where failed > 0 and coalesce(refused.settled_at, finished_at) > :oldest
                    and coalesce(refused.settled_at, finished_at) <= :youngest
                order by id
                """
            ).forEach(
                now.addingTimeInterval(-Self.lastNight).milliseconds,
                now.addingTimeInterval(-Self.shortestNight).milliseconds
            ) { row in jobs.append(JobID(rawValue: row.int64(0))) }
        } catch {
            throw JournalError(error, path: path)
        }
        var reopened: [JobID: Int] = [:]
        for job in jobs {
            let rows = try reopenFailed(job, unattended: true, looksFirst: looksFirst)
            if rows > 0 { reopened[job] = rows }
        }
        return reopened
    }
}

/// Requests already sent on a UTC day, as far as this journal knows.
package struct DayUsage: Sendable, Hashable {
    /// By account: the name of the profile, or nil for the default one.
    package var byAccount: [String?: Int] = [:]
    /// By meeting or webinar. Occurrences of one webinar are counted together under the target without occurrence.
    package var byTarget: [Target: Int] = [:]

    package init() {}
}
