package import FoundationEssentials
import SQLite
package import Spreadsheet

extension JournalReader {
    /// Passes every row of a job to `body` in file order, all as of one moment.
    ///
    /// - Throws: `JournalError`, or what `body` throws.
    package func forEachRow(of job: JobSummary, _ body: (ResultRow) throws -> Void) throws {
        guard !job.isPruned else { throw JournalError.pruned(job.id) }
        let chunk = try connection.statement("select records from source where first_decision = :first")
        let decisions = try connection.statement(
            """
            select id, batch, standing, reason, other, registrant, email from decision
            where id >= :first and id < :end order by id
            """
        )
        var lookup = try OutcomeLookup(connection: connection)
        var expected = job.firstDecision
        try connection.snapshot {
            var rows = KeptRows()
            var record: [UInt8] = []
            try decisions.forEach(["first": job.firstDecision, "end": job.endDecision]) { decision in
                let own = OwnStanding(decision)
                guard own.id == expected else { throw damaged(job) }
                if !rows.advance() {
                    guard !rows.isDamaged,
                        let bytes = try chunk.first(["first": expected], body: { $0.bytes("records") })
                    else { throw damaged(job) }
                    rows = KeptRows(bytes)
                    guard rows.advance() else { throw damaged(job) }
                }
                guard rows.row.write(id: "registrant", email: "email", of: decision, to: &record) else {
                    throw damaged(job)
                }
                let number = own.id - job.firstDecision + 1
                try record.withUnsafeBytes { record in
                    try body(lookup.result(of: own, number: number, row: rows.row, record: record))
                }
                expected = expected + 1
            }
            guard expected == job.endDecision, !rows.advance(), !rows.isDamaged else { throw damaged(job) }
        }
    }

    /// Counts a job's rows by outcome, one by one.
    package func recount(_ job: JobSummary) throws(JournalError) -> Counts {
        try guarded {
            var counts = Counts()
            var lookup = try OutcomeLookup(connection: connection)
            var expected = job.firstDecision
            try connection.snapshot {
                let decisions = try connection.statement(Self.decisionsInRange)
                try decisions.forEach(["first": expected, "end": job.endDecision]) { row in
                    let own = OwnStanding(row)
                    guard own.id == expected else { throw missing(expected) }
                    counts[try lookup.answer(for: own).outcome] += 1
                    expected = expected + 1
                }
                guard expected == job.endDecision else { throw missing(expected) }
            }
            return counts
        }
    }

    private static let decisionsInRange = """
        select id, batch, standing, reason, other from decision where id >= :first and id < :end order by id
        """

    private func missing(_ decision: DecisionID) -> JournalError {
        .inconsistent(path: path, detail: "decision \(decision) is missing")
    }

    func damaged(_ job: JobSummary) -> JournalError {
        .inconsistent(path: path, detail: "the rows of job \(job.id) can't be read back")
    }
}

/// A decision's own standing; its batch says the rest.
private struct OwnStanding {
    let id: DecisionID
    let batch: BatchID?
    let standing: RowStatus?
    let reason: String?
    let other: DecisionID?

    /// Reads the columns id, batch, standing, reason and other.
    init(_ row: Row) {
        id = row.id("id")
        batch = row.optionalID("batch")
        standing = row.optionalString("standing").flatMap(RowStatus.init(rawValue:))
        reason = row.optionalString("reason")
        other = row.optionalID("other")
    }
}

/// Looks up the outcomes of decisions. Neighbours tend to share batches, so recent ones are cached.
private struct OutcomeLookup {
    private let path: String
    private let selectDecision: Statement
    private let selectBatch: Statement
    /// Indexed by the batch's number modulo `slots`: enough for a spreadsheet that interleaves as many meetings.
    private var remembered = [BatchAnswer?](repeating: nil, count: slots)
    private static let slots = 8_192

    fileprivate struct BatchAnswer {
        let id: BatchID
        let outcome: Outcome
        let reason: String?
        let code: Int?
        let attempts: Int
        let settledAt: Date?
        let dueAt: Date?
    }

    struct Answer {
        var outcome: Outcome
        var reason: String?
        fileprivate var batch: BatchAnswer?
    }

    init(connection: Connection) throws {
        path = connection.path
        selectDecision = try connection.statement(
            "select id, batch, standing, reason, other from decision where id = :id"
        )
        selectBatch = try connection.statement(
            "select state, reason, code, attempts, settled_at, due_at from batch where id = :id"
        )
    }

    mutating func result(
        of own: OwnStanding,
        number: Int,
        row: KeptRow,
        record: UnsafeRawBufferPointer
    ) throws -> ResultRow {
        let answer = try answer(for: own)
        return ResultRow(
            number: number,
            place: row.place,
            record: record,
            fields: row.fields,
            outcome: answer.outcome,
            reason: answer.reason ?? Reason.fallback(answer.outcome),
            code: answer.batch?.code,
            attempts: answer.batch?.attempts ?? 0,
            appliedAt: answer.outcome == .applied ? answer.batch?.settledAt : nil,
            dueAt: answer.outcome == .deferred ? answer.batch?.dueAt : nil
        )
    }

    mutating func answer(for own: OwnStanding) throws -> Answer {
        guard own.standing == .duplicate else { return try independentAnswer(for: own) }
        let found = try own.other.flatMap { other in
            try selectDecision.first(["id": other]) { OwnStanding($0) }
        }
        // A duplicate's other row is never a duplicate itself.
        guard let other = found, other.standing != .duplicate else {
            throw inconsistent("decision \(own.id) follows no other row")
        }
        var answer = try independentAnswer(for: other)
        answer.reason = [own.reason, answer.reason].compactMap { $0 }.joined(separator: "; ")
        return answer
    }

    private mutating func independentAnswer(for own: OwnStanding) throws -> Answer {
        if let standing = own.standing {
            guard let outcome = standing.outcome else { throw inconsistent("decision \(own.id) has no outcome") }
            return Answer(outcome: outcome, reason: own.reason, batch: nil)
        }
        guard let batch = own.batch else {
            throw inconsistent("decision \(own.id) has neither a batch nor a standing")
        }
        let answer = try self.batch(batch)
        let reason = own.reason.map { notice in
            [answer.reason ?? Reason.fallback(answer.outcome), notice].compactMap { $0 }.joined(separator: "; ")
        }
        return Answer(outcome: answer.outcome, reason: reason ?? answer.reason, batch: answer)
    }

    private mutating func batch(_ id: BatchID) throws -> BatchAnswer {
        let slot = Int(id.rawValue) % Self.slots
        if let known = remembered[slot], known.id == id { return known }
        let answer = try selectBatch.first(["id": id]) { row in
            BatchState(rawValue: row.string("state"))?.outcome.map { outcome in
                BatchAnswer(
                    id: id,
                    outcome: outcome,
                    reason: row.optionalString("reason"),
                    code: row.optionalInt("code"),
                    attempts: row.int("attempts"),
                    settledAt: row.optionalInt64("settled_at").map(Date.init(milliseconds:)),
                    dueAt: row.optionalInt64("due_at").map(Date.init(milliseconds:))
                )
            }
        }
        guard let answer else { throw inconsistent("batch \(id) has no outcome for its decisions") }
        remembered[slot] = answer
        return answer
    }

    private func inconsistent(_ detail: String) -> JournalError {
        .inconsistent(path: path, detail: detail)
    }
}

/// One row of a spreadsheet and its outcome.
package struct ResultRow {
    /// The row's number among the rows under the header, counted from 1.
    package let number: Int
    /// Where it begins.
    package let place: RowPlace
    /// The record as it was read: well-formed UTF-8 CSV without the line's end. Valid only during the callback.
    package let record: UnsafeRawBufferPointer
    /// How many fields the record has.
    package let fields: Int
    /// The row's outcome.
    package let outcome: Outcome
    /// Why, in words for staff; nil if there is nothing to say.
    package let reason: String?
    /// Zoom's code, or the HTTP status if Zoom gave none.
    package let code: Int?
    /// How many requests held this decision.
    package let attempts: Int
    /// When Zoom confirmed it; only for applied rows.
    package let appliedAt: Date?
    /// The earliest moment at which it may be sent; only for deferred rows.
    package let dueAt: Date?
}
