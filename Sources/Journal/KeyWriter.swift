import SQLite

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
