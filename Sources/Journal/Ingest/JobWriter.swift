import Decisions
import SQLite

/// Writes one job's rows in file order: the hot path of the ingest. Holds a batch under construction for each target
/// and action, and one chunk of the source.
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
    /// The decisions that duplicates follow, once for each duplicate, and whether their batch settles it.
    private var copied: [(decision: Int64, isPending: Bool)] = []
    private(set) var counts = Counts()
    private(set) var nextDecision: Int64
    private(set) var nextBatch: Int64
    /// Indexed by the sheet's target index times three plus the action's place.
    private var growing: [GrowingBatch?] = []
    private var chunk = SourceChunk()
    private var chunkStart: Int64

    private struct GrowingBatch {
        let id: Int64
        let target: Int64
        let action: Action
        var members = DecisionIDList()
    }

    init(job: JobID, firstDecision: Int64, firstBatch: Int64, batchSize: Int, connection: Connection) throws {
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

    /// Adds a row that is to be sent.
    ///
    /// - Parameters:
    ///   - index: The sheet's own number of the target.
    ///   - target: The journal's number of it.
    ///   - notice: What was taken off a cell, to be told beside whatever becomes of the row.
    mutating func add(
        _ row: SourceRow,
        index: Int,
        target: Int64,
        action: Action,
        registrant: UnsafeBufferPointer<UInt8>,
        email: UnsafeBufferPointer<UInt8>,
        notice: String? = nil
    ) throws {
        let slot = index * 3 + action.place
        while growing.count <= slot { growing.append(contentsOf: [nil, nil, nil]) }
        let batch: Int64
        if let known = growing[slot]?.id {
            batch = known
        } else {
            batch = nextBatch
            growing[slot] = GrowingBatch(id: batch, target: target, action: action)
            nextBatch += 1
        }
        try sendable.add(nextDecision, batch: batch, registrant: registrant, email: email)
        if let notice {
            try sendable.flush()
            try noteOn.run(notice, nextDecision)
        }
        growing[slot]?.members.append(nextDecision)
        if growing[slot]?.members.count == batchSize { try close(slot) }
        counts[.pending] += 1
        try keep(row)
    }

    /// Adds a row whose outcome is its own.
    ///
    /// - Parameter batch: That of the decision that was already applied.
    mutating func add(
        _ row: SourceRow,
        standing: RowStatus,
        reason: String?,
        other: Int64?,
        batch: BatchID? = nil,
        registrant: UnsafeBufferPointer<UInt8>,
        email: UnsafeBufferPointer<UInt8>
    ) throws {
        guard let outcome = standing.outcome else {
            throw JournalError.illegal("a row that is \(standing.rawValue) has no outcome of its own")
        }
        try insert(standing, reason: reason, other: other, batch: batch, registrant: registrant, email: email)
        counts[outcome] += 1
        try keep(row)
    }

    /// Adds a row that follows an earlier row of the same job.
    mutating func add(
        _ row: SourceRow,
        duplicateOf other: Int64,
        reason: String,
        registrant: UnsafeBufferPointer<UInt8>,
        email: UnsafeBufferPointer<UInt8>
    ) throws {
        try sendable.flush()
        let standing = try selectStanding.first(other) { row throws(SQLiteError) in row.optionalString(0) } ?? nil
        guard let outcome = standing.map({ RowStatus(rawValue: $0)?.outcome }) ?? .pending else {
            throw JournalError.illegal("row \(nextDecision) follows row \(other), which has no outcome of its own")
        }
        try insert(.duplicate, reason: reason, other: other, registrant: registrant, email: email)
        copied.append((other, outcome == .pending))
        counts[outcome] += 1
        try keep(row)
    }

    private mutating func insert(
        _ standing: RowStatus,
        reason: String?,
        other: Int64?,
        batch: BatchID? = nil,
        registrant: UnsafeBufferPointer<UInt8>,
        email: UnsafeBufferPointer<UInt8>
    ) throws(SQLiteError) {
        // Rows are written in the order of their ids.
        try sendable.flush()
        insertFixed.bind(nextDecision, at: 1)
        insertFixed.bind(unlessEmpty: registrant, at: 2)
        insertFixed.bind(unlessEmpty: email, at: 3)
        insertFixed.bind(copying: standing.rawValue, at: 4)
        insertFixed.bind(copying: reason, at: 5)
        insertFixed.bind(other, at: 6)
        insertFixed.bind(batch?.rawValue, at: 7)
        try insertFixed.runBound()
    }

    /// Writes what is still under construction.
    mutating func finish() throws {
        for slot in growing.indices where growing[slot] != nil { try close(slot) }
        try sendable.flush()
        try flush()
        for (decision, isPending) in copied {
            try countCopy.run(decision)
            if isPending { try widenBatch.run(decision) }
        }
    }

    private mutating func close(_ slot: Int) throws {
        guard let batch = growing[slot] else { return }
        growing[slot] = nil
        try insertBatch.run(
            batch.id,
            job.rawValue,
            batch.target,
            batch.action.rawValue,
            batch.members.count,
            batch.members.bytes
        )
    }

    private mutating func keep(_ row: SourceRow) throws {
        nextDecision += 1
        chunk.append(row)
        if chunk.bytes.count >= SourceChunk.wantedSize { try flush() }
    }

    private mutating func flush() throws {
        guard !chunk.bytes.isEmpty else { return }
        insertSource.bind(chunkStart, at: 1)
        try chunk.bytes.withUnsafeBytes { bytes throws in
            insertSource.bind(blob: bytes, at: 2)
            try insertSource.runBound()
        }
        chunkStart = nextDecision
        chunk.removeAll()
    }
}

/// Consecutive rows in one blob, so that a results file can be written from the journal alone, byte for byte.
///
/// Each row is its length, its number of fields and its line, as varints, and then its bytes.
struct SourceChunk {
    /// Large enough that SQLite's cost per row vanishes, small enough to hold in memory without a thought.
    static let wantedSize = 60_000

    private(set) var bytes: [UInt8] = []

    mutating func append(_ row: SourceRow) {
        Varint.append(UInt64(row.record.count), to: &bytes)
        Varint.append(UInt64(row.fields), to: &bytes)
        Varint.append(UInt64(row.line), to: &bytes)
        bytes.append(contentsOf: row.record)
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    /// Hands out the rows of a chunk in order; false where the bytes are not what `append` wrote.
    static func forEachRow(in bytes: UnsafeRawBufferPointer, _ body: (SourceRow) throws -> Void) rethrows -> Bool {
        var position = 0
        while position < bytes.count {
            guard let count = Varint.read(bytes, at: &position), let fields = Varint.read(bytes, at: &position),
                let line = Varint.read(bytes, at: &position), count <= UInt64(bytes.count - position)
            else { return false }
            let end = position + Int(count)
            try body(
                SourceRow(
                    record: UnsafeRawBufferPointer(rebasing: bytes[position..<end]),
                    fields: Int(fields),
                    line: Int(line)
                )
            )
            position = end
        }
        return true
    }

    /// Hands out the rows of the chunk that holds a decision, in order, each with its decision. Where the rows of its job were
    /// pruned these are rows before it, or none.
    static func forEachRow(
        around decision: Int64,
        in connection: Connection,
        _ body: (_ decision: Int64, _ row: SourceRow) -> Void
    ) throws(SQLiteError) {
        let chunk = try connection.statement(
            "select first_decision, records from source where first_decision <= :id order by first_decision desc limit 1"
        )
        _ = try chunk.first(decision) { row throws(SQLiteError) in
            var id = row.int64(0)
            _ = row.withBytes(1) { bytes in
                forEachRow(in: bytes) { source in
                    body(id, source)
                    id += 1
                }
            }
        }
    }
}

/// One row of a spreadsheet as it was read.
struct SourceRow {
    /// Its record as well-formed UTF-8 CSV, without the line's end.
    let record: UnsafeRawBufferPointer
    let fields: Int
    /// The line of the file on which it begins, counted from 1.
    let line: Int
}
