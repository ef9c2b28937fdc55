package import Decisions

/// What a job came to for one meeting or webinar, in rows of the spreadsheet.
package struct MeetingTally: Sendable, Hashable {
    /// The meeting or webinar.
    package let target: Target
    /// Rows that Zoom has done, by what they asked for.
    package let applied: [Action: Int]
    /// Rows that Zoom refused.
    package let failed: Int
    /// Rows that may be sent later.
    package let deferred: Int
    /// Rows that have yet to be sent.
    package let pending: Int
}
