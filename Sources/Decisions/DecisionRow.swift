package import Spreadsheet

/// One row under the header, and what it says. Its bytes are valid only during the callback.
package struct DecisionRow {
    /// What a row says.
    package enum Verdict {
        /// A decision about a registrant of the target with this index in the sheet.
        case decision(target: Int, Action)
        /// It decides nothing.
        case noDecision(NoDecision)
        /// Not usable as a decision, and why.
        case rejected([Problem])
    }

    /// Why a row decides nothing. None of these is an error.
    package enum NoDecision: String, Sendable, Hashable, CaseIterable {
        /// The action cell is empty.
        case emptyAction = "the action cell is empty"
        /// It says that the decision is pending.
        case pending = "nobody has decided yet"
        /// The header again, as in concatenated files.
        case repeatedHeader = "this is the header again"
        /// A line of totals, without a registrant.
        case totals = "this looks like a line of totals"
    }

    /// The row's number among the rows under the header, counted from 1. Blank lines, and lines with only empty cells,
    /// do not count.
    package let number: Int
    /// Where it begins.
    package let place: RowPlace
    /// The record as well-formed UTF-8 CSV without its line end: byte for byte as in the file if that is well-formed.
    package let record: UnsafeRawBufferPointer
    package let fields: Int
    package let verdict: Verdict
    /// The sheet's number of the target: of every decision, and of any other row with both an id and an email, since it
    /// links the two.
    package let target: Int?
    /// Zoom's id of the registrant; empty if the row gives none.
    package let registrant: UnsafeBufferPointer<UInt8>
    /// The email address as it is sent; empty if the row gives none.
    package let email: UnsafeBufferPointer<UInt8>
    /// What to report as removed from a cell.
    package let notice: String?

    /// A row with its bytes elsewhere.
    init(
        _ row: DecisionRow,
        record: UnsafeRawBufferPointer,
        registrant: UnsafeBufferPointer<UInt8>,
        email: UnsafeBufferPointer<UInt8>
    ) {
        self.record = record
        self.registrant = registrant
        self.email = email
        number = row.number
        place = row.place
        fields = row.fields
        verdict = row.verdict
        target = row.target
        notice = row.notice
    }

    init(
        _ reading: ParsedRow,
        number: Int,
        _ reader: RecordReader,
        record: UnsafeRawBufferPointer,
        _ fields: Int? = nil
    ) {
        self.number = number
        place = reader.place
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
