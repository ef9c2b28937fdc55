import Spreadsheet

/// One row under the header, and what it says. Its bytes are valid only while it is handed out.
package struct DecisionRow {
    /// What a row says.
    package enum Verdict {
        /// A decision about a registrant of the target with this index in the sheet.
        case decision(target: Int, Action)
        /// It decides nothing.
        case noDecision(NoDecision)
        /// It can't be taken for a decision, and why.
        case rejected([Problem])
    }

    /// Why a row decides nothing. None of these is an error.
    package enum NoDecision: String, Sendable, Hashable, CaseIterable {
        /// Nobody wrote an action.
        case emptyAction = "the action cell is empty"
        /// It says that nobody has decided yet.
        case pending = "nobody has decided yet"
        /// The header again, as in files put together from several.
        case repeatedHeader = "this is the header again"
        /// A line of totals, which names no registrant.
        case totals = "this looks like a line of totals"
    }

    /// The row's number among the rows under the header, counted from 1. Blank lines, and lines whose cells
    /// are all empty, are no rows.
    package let number: Int
    /// The line of the file on which it begins, counted from 1.
    package let line: Int
    /// The row in which a spreadsheet program shows it, counted from 1 at the top of the file: one for each record, however
    /// many lines it takes.
    package let sheetRow: Int
    /// The record as well-formed UTF-8 CSV without its line end: byte for byte as in the file where that is such.
    package let record: UnsafeRawBufferPointer
    package let fields: Int
    package let verdict: Verdict
    /// The sheet's number of the target: of every decision, and of any other row that names both an id and an email of
    /// somebody, so that it tells who is who.
    package let target: Int?
    /// Zoom's id of the registrant; empty where it gives none.
    package let registrant: UnsafeBufferPointer<UInt8>
    /// The email address as it is to be sent; empty where it gives none.
    package let email: UnsafeBufferPointer<UInt8>
    /// What was taken off a cell, to be told.
    package let notice: String?

    init(
        _ reading: ParsedRow,
        number: Int,
        sheetRow: Int,
        _ reader: RecordReader,
        record: UnsafeRawBufferPointer,
        _ fields: Int? = nil
    ) {
        self.number = number
        self.sheetRow = sheetRow
        line = reader.line
        self.record = record
        self.fields = fields ?? reader.fieldCount
        verdict = reading.verdict
        registrant = reading.registrant
        email = reading.email
        notice = reading.notice
        target =
            if case .decision(let target, _) = reading.verdict { target } else {
                reading.namesTwice ? reading.target : nil
            }
    }
}
