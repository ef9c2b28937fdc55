import Decisions
import SQLite

/// What the journal holds about one registrant and target: a decision, and where it stands.
struct DecisionRecord {
    /// The decision.
    let id: Int64
    /// Its own standing, or nil where its batch tells.
    let standing: RowStatus?
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
                standing: RowStatus(rawValue: row.string(0)),
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

/// Writes decisions that are to be sent, many in one statement; what they say is kept here until then.
struct DecisionWriter {
    private static let width = 32
    private let insertMany: Statement
    private let insertOne: Statement
    private var waiting: [Entry] = []
    private var text: [UInt8] = []

    private struct Entry {
        let id: Int64
        let batch: Int64
        /// Where the registrant's id and then the email lie in `text`.
        let start: Int
        let middle: Int
        let end: Int
    }

    init(on connection: Connection) throws(SQLiteError) {
        let insert = "insert into decision (id, batch, registrant, email) values "
        insertOne = try connection.statement(insert + "(?, ?, ?, ?)")
        insertMany = try connection.statement(
            insert + Array(repeating: "(?, ?, ?, ?)", count: Self.width).joined(separator: ", ")
        )
        waiting.reserveCapacity(Self.width)
    }

    /// Adds a decision with an id greater than all before.
    mutating func add(
        _ id: Int64,
        batch: Int64,
        registrant: UnsafeBufferPointer<UInt8>,
        email: UnsafeBufferPointer<UInt8>
    ) throws(SQLiteError) {
        let start = text.count
        text.append(contentsOf: registrant)
        let middle = text.count
        text.append(contentsOf: email)
        waiting.append(Entry(id: id, batch: batch, start: start, middle: middle, end: text.count))
        if waiting.count == Self.width { try flush() }
    }

    /// Writes what is waiting.
    mutating func flush() throws(SQLiteError) {
        guard !waiting.isEmpty else { return }
        let isFull = waiting.count == Self.width
        try text.withUnsafeBufferPointer { text throws(SQLiteError) in
            var position: Int32 = 1
            for entry in waiting {
                let statement = isFull ? insertMany : insertOne
                statement.bind(entry.id, at: position)
                statement.bind(entry.batch, at: position + 1)
                statement.bind(
                    unlessEmpty: UnsafeBufferPointer(rebasing: text[entry.start..<entry.middle]),
                    at: position + 2
                )
                statement.bind(
                    unlessEmpty: UnsafeBufferPointer(rebasing: text[entry.middle..<entry.end]),
                    at: position + 3
                )
                if isFull { position += 4 } else { try statement.runBound() }
            }
            if isFull { try insertMany.runBound() }
        }
        waiting.removeAll(keepingCapacity: true)
        text.removeAll(keepingCapacity: true)
    }
}

/// Fills the index of registrants. Keys come in its own order, which makes that a matter of appending; many go in one
/// statement, since for rows as small as these a statement costs more than a row.
struct KeyWriter {
    private static let width = 64
    private let insertMany: Statement
    private let insertOne: Statement
    private var waiting: [(hash: Int64, decision: Int64)] = []

    init(on connection: Connection) throws(SQLiteError) {
        let insert = "insert into registrant_key (hash, decision) values "
        insertOne = try connection.statement(insert + "(?, ?)")
        insertMany = try connection.statement(
            insert + Array(repeating: "(?, ?)", count: Self.width).joined(separator: ", ")
        )
        waiting.reserveCapacity(Self.width)
    }

    /// Adds a key, which must not come before those already added.
    mutating func add(_ hash: Int64, of decision: Int64) throws(SQLiteError) {
        waiting.append((hash, decision))
        guard waiting.count == Self.width else { return }
        var position: Int32 = 1
        for key in waiting {
            insertMany.bind(key.hash, at: position)
            insertMany.bind(key.decision, at: position + 1)
            position += 2
        }
        try insertMany.runBound()
        waiting.removeAll(keepingCapacity: true)
    }

    /// Writes what is left.
    mutating func finish() throws(SQLiteError) {
        for key in waiting { try insertOne.run(key.hash, key.decision) }
        waiting.removeAll()
    }
}
