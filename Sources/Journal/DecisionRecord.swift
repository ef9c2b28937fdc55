internal import Decisions
internal import SQLite

/// What the journal holds about one registrant and target: a decision, and where it stands.
struct DecisionRecord {
    /// The decision.
    let id: Int64
    /// Its own standing, or nil where its batch tells.
    let standing: Standing?
    /// For a duplicate, the row it follows; for one already applied, the one that was applied.
    let other: Int64?
    /// Zoom's id of the registrant, as the row gave it.
    let registrant: String?
    /// The email as the row gave it.
    let email: String?
    /// Its batch; nil where it never had one.
    let batch: BatchID?
    /// The batch's target.
    let target: Int64
    /// The batch's action.
    let action: Action?
    /// The batch's state.
    let state: BatchState?

    /// Reads the decision with an id; nil where there is none.
    static func read(_ id: Int64, in connection: Connection) throws(SQLiteError) -> DecisionRecord? {
        try connection.statement(
            """
            select d.standing, d.other, d.registrant, d.email, d.batch, b.target, b.action, b.state
            from decision d left join batch b on b.id = d.batch where d.id = :id
            """
        ).first(id) { row throws(SQLiteError) in
            DecisionRecord(
                id: id,
                standing: Standing(rawValue: row.string(0)),
                other: row.optionalInt64(1),
                registrant: row.optionalString(2),
                email: row.optionalString(3),
                batch: row.optionalInt64(4).map(BatchID.init(rawValue:)),
                target: row.int64(5),
                action: Action(rawValue: row.string(6)),
                state: BatchState(rawValue: row.string(7))
            )
        }
    }

    /// Whether nothing that either of them names is the other's: another of Zoom's ids, or without two ids another email.
    func isSurelyAnother(than other: Registrant) -> Bool {
        (agreesOnID(with: other) ?? agreesOnEmail(with: other)) == false
    }

    /// Whether it names another of Zoom's ids, or another email; it may be about the same registrant nonetheless, by what is
    /// the same.
    func isAnother(than other: Registrant) -> Bool {
        agreesOnID(with: other) == false || agreesOnEmail(with: other) == false
    }

    /// Whether it names the same registrant: the same id, or the same email in whatever case.
    func isAbout(_ other: Registrant) -> Bool {
        agreesOnID(with: other) == true || agreesOnEmail(with: other) == true
    }

    /// Whether both name the same id; nil where one of them names none.
    private func agreesOnID(with other: Registrant) -> Bool? {
        guard let registrant, let id = other.id else { return nil }
        return registrant == id
    }

    /// Whether both name the same email in whatever case; nil where one of them names none.
    private func agreesOnEmail(with other: Registrant) -> Bool? {
        guard let email, let wanted = other.email else { return nil }
        return email.utf8.count == wanted.utf8.count
            && zip(email.utf8, wanted.utf8).allSatisfy { $0.asciiLowercased == $1.asciiLowercased }
    }
}

extension UInt8 {
    /// The byte with A–Z as a–z.
    fileprivate var asciiLowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
}
