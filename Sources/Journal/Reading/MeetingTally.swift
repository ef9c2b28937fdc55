public import Decisions

/// What a job came to for one meeting or webinar, in rows of the spreadsheet.
public struct MeetingTally: Sendable, Hashable {
    /// The meeting or webinar.
    public let target: Target
    /// Rows that Zoom has done, by what they asked for.
    public let applied: [Action: Int]
    /// Rows that Zoom refused.
    public let failed: Int
    /// Rows that may be sent later.
    public let deferred: Int
    /// Rows that have yet to be sent.
    public let pending: Int
}
