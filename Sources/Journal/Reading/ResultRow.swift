public import FoundationEssentials

/// One row of a spreadsheet and what became of it.
public struct ResultRow {
    /// The row's number among the rows under the header, counted from 1.
    public let number: Int
    /// The line of the file on which it begins, counted from 1.
    public let line: Int
    /// The record as it was read: well-formed UTF-8 CSV without the line's end. Valid only while the row is handed out.
    public let record: UnsafeRawBufferPointer
    /// How many fields the record has.
    public let fields: Int
    /// What became of it.
    public let outcome: Outcome
    /// Why, in words for staff; nil where there is nothing to say.
    public let reason: String?
    /// Zoom's code, or the HTTP status where Zoom gave none.
    public let code: Int?
    /// How many requests held this decision.
    public let attempts: Int
    /// When Zoom confirmed it; only for applied rows.
    public let appliedAt: Date?
    /// The earliest moment at which it may be sent; only for deferred rows.
    public let dueAt: Date?
}
