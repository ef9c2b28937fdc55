package import FoundationEssentials

/// One row of a spreadsheet and what became of it.
package struct ResultRow {
    /// The row's number among the rows under the header, counted from 1.
    package let number: Int
    /// The line of the file on which it begins, counted from 1.
    package let line: Int
    /// The record as it was read: well-formed UTF-8 CSV without the line's end. Valid only while the row is handed out.
    package let record: UnsafeRawBufferPointer
    /// How many fields the record has.
    package let fields: Int
    /// What became of it.
    package let outcome: Outcome
    /// Why, in words for staff; nil where there is nothing to say.
    package let reason: String?
    /// Zoom's code, or the HTTP status where Zoom gave none.
    package let code: Int?
    /// How many requests held this decision.
    package let attempts: Int
    /// When Zoom confirmed it; only for applied rows.
    package let appliedAt: Date?
    /// The earliest moment at which it may be sent; only for deferred rows.
    package let dueAt: Date?
}
