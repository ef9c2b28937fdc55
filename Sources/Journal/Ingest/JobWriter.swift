import Decisions
import SQLite

/// Writes one job's rows in file order: the hot path of the ingest. Holds an unfinished batch for each target and
/// action, and one chunk of the source.
struct JobWriter {
    private let job: JobID
    private let batchSize: Int
    private var sendable: DecisionWriter
    private let insertFixed: Statement
    private let noteOn: Statement
    private let insertBatch: Statement
    private let insertSource: Statement
    private let selectStanding: Statement
    private let countCopy: Statement
    private let widenBatch: Statement
    /// The decisions that duplicates follow, once per duplicate, and whether their batch settles it.
    private var copied: [(decision: DecisionID, isPending: Bool)] = []
    private(set) var counts = Counts()
    private(set) var nextDecision: DecisionID
    private var nextBatch: BatchID
    /// Indexed by the sheet's target index times three plus the action's index.
    private var growing: [GrowingBatch?] = []
    private var chunk = SourceChunk()
    private var chunkStart: DecisionID

    private struct GrowingBatch {
        let id: BatchID
        let target: TargetID
        let action: Action
        var members = DecisionIDList()
    }

    init(
        job: JobID,
        firstDecision: DecisionID,
        firstBatch: BatchID,
        batchSize: Int,
        connection: Connection
    ) throws(SQLiteError) {
        self.job = job
        self.batchSize = batchSize
        nextDecision = firstDecision
        nextBatch = firstBatch
        chunkStart = firstDecision
        sendable = try DecisionWriter(on: connection)
        insertFixed = try connection.statement(
            """
            insert into decision (id, registrant, email, standing, reason, other, batch)
            values (:id, :registrant, :email, :standing, :reason, :other, :batch)
            """
        )
        noteOn = try connection.statement("update decision set reason = :reason where id = :id")
        insertBatch = try connection.statement(
            """
            insert into batch (id, job, target, action, state, size, rows, members)
            values (:id, :job, :target, :action, 'pending', :size, :size, :members)
            """
        )
        selectStanding = try connection.statement("select standing from decision where id = :id")
        countCopy = try connection.statement("update decision set copies = coalesce(copies, 0) + 1 where id = :id")
        widenBatch = try connection.statement(
            "update batch set rows = rows + 1 where id = (select batch from decision where id = :id)"
        )
        insertSource = try connection.statement(
            "insert into source (first_decision, records) values (:first, :records)"
        )
    }

    /// Adds a row to send.
    ///
    /// - Parameters:
    ///   - index: The sheet's own number of the target.
    ///   - target: The journal's number of the target.
    ///   - notice: What was removed from a cell, to be reported with the row's outcome.
    mutating func add(
        _ row: SourceRow,
        index: Int,
        target: TargetID,
        action: Action,
        notice: String? = nil
    ) throws {
        let slot = index * 3 + action.place
        while growing.count <= slot { growing.append(contentsOf: [nil, nil, nil]) }
        let batch: BatchID
        if let known = growing[slot]?.id {
            batch = known
        } else {
            batch = nextBatch
            growing[slot] = GrowingBatch(id: batch, target: target, action: action)
            nextBatch = BatchID(rawValue: batch.rawValue + 1)
        }
        try sendable.add(nextDecision, batch: batch, row)
        if let notice {
            try sendable.flush()
            try noteOn.run(["reason": notice, "id": nextDecision])
        }
        growing[slot]?.members.append(nextDecision)
        if growing[slot]?.members.count == batchSize { try close(slot) }
        counts[.pending] += 1
        try keep(row)
    }

    /// Adds a row with a standing of its own.
    ///
    /// - Parameters:
    ///   - other: The decision that explains it; for a duplicate, the earlier row of the same job that it follows.
    ///   - batch: The batch of the decision that was already applied.
    mutating func add(
        _ row: SourceRow,
        as standing: RowStatus,
        reason: String?,
        other: DecisionID?,
        batch: BatchID? = nil
    ) throws {
        // Rows must be written in id order.
        try sendable.flush()
        let outcome: Outcome
        if let own = standing.outcome {
            outcome = own
        } else if let other {
            let followed = try selectStanding.first(["id": other]) { $0.optionalString("standing") }
            guard let found = followed.map({ RowStatus(rawValue: $0)?.outcome }) ?? .pending else {
                throw JournalError.illegal("row \(nextDecision) follows row \(other), which has no outcome of its own")
            }
            outcome = found
            copied.append((other, outcome == .pending))
        } else {
            throw JournalError.illegal("row \(nextDecision) follows no other")
        }
        insertFixed.bind(nextDecision.rawValue, at: insertFixed.parameter("id"))
        insertFixed.bind(unlessEmpty: row.registrant, at: insertFixed.parameter("registrant"))
        insertFixed.bind(unlessEmpty: row.email, at: insertFixed.parameter("email"))
        insertFixed.bind(copying: standing.rawValue, at: insertFixed.parameter("standing"))
        insertFixed.bind(copying: reason, at: insertFixed.parameter("reason"))
        insertFixed.bind(other?.rawValue, at: insertFixed.parameter("other"))
        insertFixed.bind(batch?.rawValue, at: insertFixed.parameter("batch"))
        try insertFixed.runBound()
        counts[outcome] += 1
        try keep(row)
    }

    /// Writes the unfinished batches and chunk.
    mutating func finish() throws {
        for slot in growing.indices where growing[slot] != nil { try close(slot) }
        try sendable.flush()
        try flush()
        for (decision, isPending) in copied {
            try countCopy.run(["id": decision])
            if isPending { try widenBatch.run(["id": decision]) }
        }
    }

    private mutating func close(_ slot: Int) throws(SQLiteError) {
        guard let batch = growing[slot] else { return }
        growing[slot] = nil
        try insertBatch.run([
            "id": batch.id, "job": job, "target": batch.target, "action": batch.action.rawValue,
            "size": batch.members.count, "members": batch.members.bytes,
        ])
    }

    private mutating func keep(_ row: SourceRow) throws(SQLiteError) {
        nextDecision = nextDecision + 1
        chunk.append(row)
        if chunk.bytes.count >= SourceChunk.wantedSize { try flush() }
    }

    private mutating func flush() throws(SQLiteError) {
        guard !chunk.bytes.isEmpty else { return }
        insertSource.bind(chunkStart.rawValue, at: insertSource.parameter("first"))
        try chunk.bytes.withUnsafeBufferPointer { bytes throws(SQLiteError) in
            insertSource.bind(blob: UnsafeRawBufferPointer(bytes), at: insertSource.parameter("records"))
            try insertSource.runBound()
        }
        chunkStart = nextDecision
        chunk.removeAll()
    }
}

/// Writes decisions to send, many in one statement; holds their text until then.
///
/// Here and below, a statement that fails leaves what it wrote before (`or fail`): the whole transaction goes back in any
/// case, and to be able to take back one statement SQLite would copy every page before it changes it.
struct DecisionWriter {
    private static let width = 32
    private let connection: Connection
    private let insertMany: Statement
    private let insertOne: Statement
    private var waiting: [Entry] = []
    private var text: [UInt8] = []

    private struct Entry {
        let id: DecisionID
        let batch: BatchID
        /// Where the registrant's id, followed by the email, begins in `text`.
        let start: Int
        let middle: Int
        let end: Int
    }

    init(on connection: Connection) throws(SQLiteError) {
        self.connection = connection
        insertOne = try connection.statement(
            "insert into decision (id, batch, registrant, email) values (?, ?, ?, ?)"
        )
        // An id of SQLite's own choice, which is the next one, costs less than to look whether a given one is free.
        insertMany = try connection.statement(
            "insert or fail into decision (batch, registrant, email) values "
                + Array(repeating: "(?, ?, ?)", count: Self.width).joined(separator: ", ")
        )
        waiting.reserveCapacity(Self.width)
    }

    /// Adds a decision, whose id must be greater than all before.
    mutating func add(_ id: DecisionID, batch: BatchID, _ row: SourceRow) throws {
        let start = text.count
        text.append(contentsOf: row.registrant)
        let middle = text.count
        text.append(contentsOf: row.email)
        waiting.append(Entry(id: id, batch: batch, start: start, middle: middle, end: text.count))
        if waiting.count == Self.width { try flush() }
    }

    /// Writes the waiting decisions.
    ///
    /// - Throws: `JournalError` if the journal's last decision is not the one before them.
    mutating func flush() throws {
        guard let last = waiting.last else { return }
        let isFull = waiting.count == Self.width
        try text.withUnsafeBufferPointer { text throws(SQLiteError) in
            var position: Int32 = 1
            for entry in waiting {
                let statement = isFull ? insertMany : insertOne
                let registrant = UnsafeBufferPointer(rebasing: text[entry.start..<entry.middle])
                let email = UnsafeBufferPointer(rebasing: text[entry.middle..<entry.end])
                if !isFull {
                    position = 2
                    statement.bind(entry.id.rawValue, at: 1)
                }
                statement.bind(entry.batch.rawValue, at: position)
                statement.bind(unlessEmpty: registrant, at: position + 1)
                statement.bind(unlessEmpty: email, at: position + 2)
                if isFull { position += 3 } else { try statement.runBound() }
            }
            if isFull { try insertMany.runBound() }
        }
        guard connection.lastInsertRowID == last.id.rawValue else {
            throw JournalError.inconsistent(
                path: connection.path,
                detail:
                    "its last decision is \(connection.lastInsertRowID - Int64(waiting.count)), not \(waiting[0].id.rawValue - 1)"
            )
        }
        waiting.removeAll(keepingCapacity: true)
        text.removeAll(keepingCapacity: true)
    }
}

/// Fills the index of registrants. Keys come in index order, so each is appended; many go in one statement, because a
/// statement costs more than such a small row.
struct KeyWriter {
    private static let width = 64
    private let insertMany: Statement
    private let insertOne: Statement
    private var waiting: [(hash: Int64, decision: DecisionID)] = []

    init(on connection: Connection) throws(SQLiteError) {
        let insert = "insert or fail into registrant_key (hash, decision) values "
        insertOne = try connection.statement(insert + "(?, ?)")
        insertMany = try connection.statement(
            insert + Array(repeating: "(?, ?)", count: Self.width).joined(separator: ", ")
        )
        waiting.reserveCapacity(Self.width)
    }

    /// Adds a key, which must not sort before those already added.
    mutating func add(_ hash: Int64, of decision: DecisionID) throws(SQLiteError) {
        waiting.append((hash, decision))
        guard waiting.count == Self.width else { return }
        var position: Int32 = 1
        for key in waiting {
            insertMany.bind(key.hash, at: position)
            insertMany.bind(key.decision.rawValue, at: position + 1)
            position += 2
        }
        try insertMany.runBound()
        waiting.removeAll(keepingCapacity: true)
    }

    /// Writes the remaining keys.
    mutating func finish() throws(SQLiteError) {
        for key in waiting {
            insertOne.bind(key.hash, at: 1)
            insertOne.bind(key.decision.rawValue, at: 2)
            try insertOne.runBound()
        }
        waiting.removeAll()
    }
}
