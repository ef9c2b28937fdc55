/// A row read with all care: every problem is found, not only the first, and what may be taken off a cell is.
struct CarefulRow {
    private(set) var problems: [Problem] = []
    private(set) var action: Action?
    private(set) var target: Int?
    private(set) var mendedEmail: String?
    private(set) var mendedRegistrant: String?
    private(set) var notice: String?

    init(
        header: Header,
        action actionCell: Cell,
        registrant: Cell,
        email: Cell,
        target: () -> Result<Int, Problems>
    ) {
        var word = actionCell.visibleText
        action = word.withUTF8 { Action(word: $0) }
        if action == nil {
            problems.append(
                Problem(
                    .unknownAction,
                    column: header.title(of: .action),
                    found: Excerpt(word).description,
                    advice: "is no action. Write \(Action.offered)."
                )
            )
        }
        switch target() {
        case .success(let number): self.target = number
        case .failure(let found): problems += found.all
        }
        readRegistrant(registrant, column: header.title(of: .registrant))
        readEmail(email, column: header.title(of: .email))
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
        if RegistrantRule.isEmail(cell.bytes),
            cell.isPlain || cell.visibleText == cell.text && cell.text.invisibleAdvice == nil
        {
            return
        }
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
