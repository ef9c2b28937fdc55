import Decisions
import SQLite

/// What the journal holds about one registrant and target: a decision, and where it stands.
struct DecisionRecord {
    /// The decision.
    let id: Int64
    /// Its own standing, or nil where its batch tells.
    let standing: Standing?
    /// For a duplicate, the row it follows; for one already applied, the one that was applied.
    let other: Int64?
    /// Zoom's id of the registrant, as the row gave it or as it was learned.
    let registrant: String?
    /// The email as the row gave it.
    let email: String?
    /// Its batch, or that of the one that was applied; nil where it never had one.
    let batch: BatchID?
    /// The batch's target; 0 where there is none.
    let target: Int64
    /// The batch's action.
    let action: Action?
    /// The batch's state.
    let state: BatchState?
    /// When Zoom last said that it is so, and when a request for it was last left without a word: points in the order of
    /// events. Nil where neither happened.
    let confirmed: Int64?
    let lost: Int64?

    /// Reads the decision with an id; nil where there is none.
    static func read(_ id: Int64, in connection: Connection) throws(SQLiteError) -> DecisionRecord? {
        try connection.statement(
            """
            select d.standing, d.other, d.registrant, d.email, d.batch, b.target, b.action, b.state,
                iif(d.standing is null, b.confirmed, d.confirmed), iif(d.standing is null, b.lost, d.lost)
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
                state: BatchState(rawValue: row.string(7)),
                confirmed: row.optionalInt64(8),
                lost: row.optionalInt64(9)
            )
        }
    }

    /// What it is about, as it would be sent.
    var named: Registrant? { Registrant(id: registrant, email: email) }

    /// Whether it decides by itself: not a row that was rejected, decides nothing, or follows or yields to another row of its
    /// own sheet.
    var decides: Bool { batch != nil && action != nil && standing != .duplicate }

    /// Whether its id and its email are one person's: not where an id has two emails in one sheet.
    var tellsWhoIsWho: Bool { standing != .mixedUp }

    /// Whether it waits to be sent, or was refused: what a newer decision about the same person replaces.
    var isOpenOrFailed: Bool {
        switch standing {
        case nil: state == .pending || state == .deferred || state == .failed
        case .notRegistered, .mismatched: true
        default: false
        }
    }
}
