public import Decisions
public import FoundationEssentials

/// Rows of a job that stand alike for the same reason.
public struct ReasonGroup: Sendable, Hashable {
    /// The meeting or webinar.
    public let target: Target
    /// Why, in words for staff.
    public let reason: String?
    /// Zoom's code, or the HTTP status.
    public let code: Int?
    /// How many rows of the spreadsheet.
    public let rows: Int
    /// The earliest moment at which one of them may be sent; only for deferred rows.
    public let dueAt: Date?
    let targetNumber: Int64
}
