public import FoundationEssentials
internal import SQLite

/// What a run that nobody watches asks once more.
extension Journal {
    /// Refusals that are younger are of the same night: a second run of the night must not spend the next night's try.
    static let shortestNight: TimeInterval = 12 * 3_600
    /// Refusals that are older are left to a person, who may have acted on them by hand meanwhile.
    static let lastNight: TimeInterval = 3 * 86_400

    /// Makes what Zoom refused in the last nights pending again, in all jobs, twice at most in each.
    ///
    /// - Parameter now: The moment.
    /// - Returns: How many rows of which jobs.
    /// - Throws: `JournalError`.
    public func reopenFailedOfEarlierNights(at now: Date) throws -> [JobID: Int] {
        var jobs: [JobID] = []
        do {
            try connection.statement(
                """
                select job from batch where state = 'failed' group by job
                having max(settled_at) > :oldest and max(settled_at) <= :youngest order by job
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
            let rows = try reopenFailed(job, unattended: true)
            if rows > 0 { reopened[job] = rows }
        }
        return reopened
    }
}
