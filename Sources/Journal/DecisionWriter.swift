import SQLite

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
