package import FoundationEssentials

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
