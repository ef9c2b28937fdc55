import Files

/// Reads a row on the slow path: finds every problem, not only the first, and removes what may be removed from a cell.
struct RowValidator {
    private(set) var problems: [Problem] = []
    private(set) var action: Action?
    private(set) var target: Int?
    private(set) var mendedEmail: String?
    private(set) var mendedRegistrant: String?
    private(set) var notice: String?

    init(
        header: Header,
        words: ActionWords,
        action actionCell: Cell,
        registrant: Cell,
        email: Cell,
        target: () -> Result<Int, Problems>
    ) {
        let word = actionCell.visibleText
        action = words.meaning(of: word)?.action
        if action == nil {
            problems.append(
                Problem(
                    .unknownAction,
                    column: header.title(of: .action),
                    found: word.excerpt(),
                    advice: """
                        is not a valid action. Write \(Action.offered), or leave the cell empty if nobody has decided yet. \
                        Words of another language can be added with --words or in the configuration.
                        """
                )
            )
        }
        switch target() {
        case .success(let number): self.target = number
        case .failure(let found): problems += found.all
        }
        readRegistrant(registrant, column: header.title(of: .registrant), wantsZooms: header.wantsZoomsIDs)
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

    private mutating func readRegistrant(_ cell: Cell, column: String, wantsZooms: Bool) {
        func isID(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
            wantsZooms ? RegistrantRule.isZoomsID(bytes) : RegistrantRule.isRegistrantID(bytes)
        }
        guard !cell.isEmpty, !isID(cell.bytes) else { return }
        var text = cell.visibleText
        if text.isEmpty {
            mendedRegistrant = ""
        } else if text != cell.text, text.withUTF8(isID) {
            mendedRegistrant = text
            note("\(column): took off invisible characters")
        } else if var guarded = CellGuard.guarded(text), guarded.withUTF8(isID) {
            mendedRegistrant = guarded
            note("\(column): \(CellGuard.guardNotice)")
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
            cell.isPlain
                || cell.visibleText == cell.text && cell.text.invisibleAdvice == nil
                    && RegistrantRule.strayScalar(in: cell.text) == nil
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

/// What a record says, before it is known to be a row.
struct ParsedRow {
    var verdict: DecisionRow.Verdict
    var registrant: UnsafeBufferPointer<UInt8>
    var email: UnsafeBufferPointer<UInt8>
    var notice: String?
    /// The sheet's number of the target if it can be read, even if the row decides nothing.
    var target: Int?

    /// Whether it gives both a valid id and a valid email.
    var namesTwice: Bool {
        !registrant.isEmpty && !email.isEmpty && RegistrantRule.isRegistrantID(registrant)
            && RegistrantRule.isEmail(email) && Cell(email).isPlain
    }

    init(
        _ verdict: DecisionRow.Verdict,
        registrant: UnsafeBufferPointer<UInt8>,
        email: UnsafeBufferPointer<UInt8>
    ) {
        self.verdict = verdict
        self.registrant = registrant
        self.email = email
    }
}
