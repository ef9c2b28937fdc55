/// One row of a spreadsheet as it was read.
struct SourceRow {
    /// Its record as well-formed UTF-8 CSV, without the line's end.
    let record: UnsafeRawBufferPointer
    let fields: Int
    /// The line of the file on which it begins, counted from 1.
    let line: Int
}
