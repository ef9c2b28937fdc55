/// One row under the header, and what it says. Its bytes are valid only while it is handed out.
public struct DecisionRow {
    /// What a row says.
    public enum Verdict {
        /// A decision about a registrant of the target with this index in the sheet.
        case decision(target: Int, Action)
        /// The action cell is empty.
        case noDecision
        /// It can't be taken for a decision, and why.
        case rejected([Problem])
    }

    /// The row's number among the rows under the header, counted from 1. Blank lines are no rows.
    public let number: Int
    /// The line of the file on which it begins, counted from 1.
    public let line: Int
    /// The record as well-formed UTF-8 CSV without its line end: byte for byte as in the file where that is such.
    public let record: UnsafeRawBufferPointer
    /// How many fields it has.
    public let fields: Int
    /// What it says.
    public let verdict: Verdict
    /// Zoom's id of the registrant; empty where it gives none.
    public let registrant: UnsafeBufferPointer<UInt8>
    /// The email address as it is to be sent; empty where it gives none.
    public let email: UnsafeBufferPointer<UInt8>
    /// What was taken off a cell, to be told.
    public let notice: String?
}
