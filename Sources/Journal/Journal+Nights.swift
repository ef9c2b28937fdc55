package import FoundationEssentials
import SQLite

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
