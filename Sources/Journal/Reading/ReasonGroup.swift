package import Decisions
package import FoundationEssentials

/// Rows of a job that stand alike for the same reason.
package struct ReasonGroup: Sendable, Hashable {
    /// The meeting or webinar.
    package let target: Target
    /// Why, in words for staff.
    package let reason: String?
    /// Zoom's code, or the HTTP status.
    package let code: Int?
    /// How many rows of the spreadsheet.
    package let rows: Int
    /// The earliest moment at which one of them may be sent; only for deferred rows.
    package let dueAt: Date?
    let targetNumber: Int64
}
