/// One row of a spreadsheet, to be found and mended.
package struct PlacedRow: Sendable, Hashable {
    /// The row's number in the journal.
    let decision: Int64
    /// The line of the file on which it begins, counted from 1.
    package let line: Int
    /// Its cells as they were read.
    package let record: String
    /// Why it can't be sent; only for rejected rows.
    package let reason: String?
}
