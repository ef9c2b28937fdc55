internal import Spreadsheet

/// A row read with all care: every problem is found, not only the first, and what may be taken off a cell is.
struct CarefulRow {
    private(set) var problems: [Problem] = []
    private(set) var action: Action?
    private(set) var target: Int?
    private(set) var mendedEmail: String?
    private(set) var mendedRegistrant: String?
    private(set) var notice: String?

    init(
        reader: RecordReader,
        header: Header,
        action actionCell: Cell,
        registrant: Cell,
        email: Cell,
        target: () -> Result<Int, Problems>
    ) {
        func title(_ column: Column) -> String { header.places[column].map { header.names[$0] } ?? column.title }
        var word = actionCell.visibleText
        action = word.withUTF8 { Action(word: $0) }
        if action == nil {
            let names = (0..<reader.fieldCount).map { Cell(reader.field($0)).visibleText }
            if names == header.names {
                problems = [
                    Problem(
                        .repeatedHeader,
                        column: nil,
                        found: nil,
                        advice: "This is the header again, as in files put together from several. It was not sent."
                    )
                ]
                return
            }
            problems.append(
                Problem(
                    .unknownAction,
                    column: title(.action),
                    found: Excerpt(word).description,
                    advice: "is no action. Write \(Action.offered)."
                )
            )
        }
        switch target() {
        case .success(let number): self.target = number
        case .failure(let found): problems += found.all
        }
        readRegistrant(registrant, column: title(.registrant))
        readEmail(email, column: title(.email))
        if registrant.visibleText.isEmpty, email.visibleText.isEmpty {
            problems.append(
                Problem(
                    .noRegistrant,
                    column: nil,
                    found: nil,
                    advice: "The row has neither a registrant id nor an email. Write at least one of them."
                )
            )
        }
    }

    private mutating func readRegistrant(_ cell: Cell, column: String) {
        guard !cell.isEmpty, !RegistrantRule.isRegistrantID(cell.bytes) else { return }
        var text = cell.visibleText
        if text.isEmpty {
            mendedRegistrant = ""
        } else if text != cell.text, text.withUTF8({ RegistrantRule.isRegistrantID($0) }) {
            mendedRegistrant = text
            note("\(column): took off invisible characters")
        } else {
            problems.append(RegistrantRule.problem(cell, column: column))
        }
    }

    private mutating func readEmail(_ cell: Cell, column: String) {
        guard !cell.isEmpty else { return }
        if cell.visibleText.isEmpty {
            mendedEmail = ""
            return
        }
        if RegistrantRule.isEmail(cell.bytes), cell.isPlain || cell.visibleText == cell.text { return }
        switch RegistrantRule.mend(cell, column: column) {
        case .success(let mended):
            mendedEmail = mended.email
            note(mended.notice)
        case .failure(let problem): problems.append(problem)
        }
    }

    private mutating func note(_ text: String) {
        notice = notice.map { "\($0); \(text)" } ?? text
    }
}
