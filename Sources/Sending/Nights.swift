package import FoundationEssentials
package import Journal

/// What an unattended run sends again: the cause of a refusal may have been fixed since (registration switched on, a
/// host added), but it does not retry forever without a person.
package enum Nights {
    /// Younger refusals, in seconds, are of the same night: a second run that night must not spend the next night's
    /// try.
    private static let shortest: TimeInterval = 12 * 3_600
    /// Older refusals, in seconds, are left to a person, who may have acted on them by hand meanwhile.
    private static let last: TimeInterval = 3 * 86_400
    /// How often a job is retried.
    private static let tries = 2

    /// Makes rows that Zoom refused in the last nights pending again, in all jobs.
    ///
    /// - Parameter looksFirst: As for `reopenFailed`.
    /// - Returns: How many rows of which jobs it reopened.
    package static func reopenFailed(
        in journal: Journal,
        at now: Date,
        looksFirst: Bool
    ) async throws(JournalError) -> [JobID: Int] {
        let time = now.addingTimeInterval(-last)..<now.addingTimeInterval(-shortest)
        var reopened: [JobID: Int] = [:]
        for job in try await journal.jobs(refusedIn: time) {
            let rows = try await journal.reopenFailed(job, atMost: tries, looksFirst: looksFirst)
            if rows > 0 { reopened[job] = rows }
        }
        return reopened
    }
}
