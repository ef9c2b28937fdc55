internal import SQLite

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

extension JournalReader {
    /// Hands out every row of a job in file order, all as of one moment.
    ///
    /// - Throws: `JournalError`, or what `body` throws.
    public func forEachRow(of job: JobSummary, _ body: (ResultRow) throws -> Void) throws {
        guard !job.isPruned else { throw JournalError.pruned(job.id) }
        let end = job.firstDecision + Int64(job.counts.rows)
        let chunks = try connection.statement(
            "select first_decision, records from source where first_decision >= :first and first_decision < :end order by 1"
        )
        var lookup = OutcomeLookup(connection: connection)
        var expected = job.firstDecision
        try connection.snapshot {
            try chunks.forEach(job.firstDecision, end) { chunk in
                let first = chunk.int64(0)
                guard first == expected else { throw damaged(job) }
                let whole = try chunk.withBytes(1) { bytes in
                    var count = 0
                    guard SourceChunk.forEachRow(in: bytes, { _ in count += 1 }) else { return false }
                    // All rows of a chunk with one query, not one query for each.
                    let decisions = try lookup.decisions(from: first, count: count)
                    return try SourceChunk.forEachRow(in: bytes) { source in
                        let number = Int(expected - job.firstDecision) + 1
                        let decision = decisions[Int(expected - first)]
                        try body(lookup.row(decision, id: expected, number: number, source: source))
                        expected += 1
                    }
                }
                guard whole else { throw damaged(job) }
            }
            guard expected == end else { throw damaged(job) }
        }
    }

    /// Counts a job's rows by outcome, one by one.
    ///
    /// - Throws: `JournalError`.
    public func recount(_ job: JobSummary) throws -> Counts {
        var counts = Counts()
        var lookup = OutcomeLookup(connection: connection)
        try connection.snapshot {
            let end = job.firstDecision + Int64(job.counts.rows)
            for first in stride(from: job.firstDecision, to: end, by: 1_000) {
                let count = min(1_000, Int(end - first))
                for (place, decision) in try lookup.decisions(from: first, count: count).enumerated() {
                    counts[try lookup.answer(decision, id: first + Int64(place)).outcome] += 1
                }
            }
        }
        return counts
    }

    private func damaged(_ job: JobSummary) -> JournalError {
        .inconsistent(path: path, detail: "the rows of job \(job.id) can't be read back")
    }
}

/// Finds what became of one decision after another. Neighbours tend to share batches, so the latest are remembered.
private struct OutcomeLookup {
    let connection: Connection
    private var remembered = [BatchAnswer?](repeating: nil, count: 1024)

    fileprivate struct BatchAnswer {
        let id: Int64
        let outcome: Outcome
        let reason: String?
        let code: Int?
        let attempts: Int
        let settledAt: Date?
        let dueAt: Date?
    }

    /// What a decision's own row says.
    struct Decision {
        let batch: Int64?
        let standing: Standing?
        let reason: String?
        let other: Int64?
    }

    struct Answer {
        var outcome: Outcome
        var reason: String?
        fileprivate var batch: BatchAnswer?
    }

    init(connection: Connection) {
        self.connection = connection
    }

    mutating func row(_ decision: Decision, id: Int64, number: Int, source: SourceRow) throws -> ResultRow {
        let answer = try answer(decision, id: id)
        return ResultRow(
            number: number,
            line: source.line,
            record: source.record,
            fields: source.fields,
            outcome: answer.outcome,
            reason: answer.reason ?? Self.fallback(answer.outcome),
            code: answer.batch?.code,
            attempts: answer.batch?.attempts ?? 0,
            appliedAt: answer.outcome == .applied ? answer.batch?.settledAt : nil,
            dueAt: answer.outcome == .deferred ? answer.batch?.dueAt : nil
        )
    }

    private static func fallback(_ outcome: Outcome) -> String? {
        outcome == .pending ? "not sent yet" : nil
    }

    mutating func answer(for id: Int64, depth: Int = 0) throws -> Answer {
        guard let own = try decisions(from: id, count: 1).first else { throw inconsistent("decision \(id) is missing") }
        return try answer(own, id: id, depth: depth)
    }

    /// Reads decisions with consecutive ids.
    func decisions(from first: Int64, count: Int) throws -> [Decision] {
        var decisions: [Decision] = []
        decisions.reserveCapacity(count)
        let end = first + Int64(count)
        try connection.statement(
            "select batch, standing, reason, other from decision where id >= :first and id < :end order by id"
        ).forEach(first, end) { row in
            decisions.append(
                Decision(
                    batch: row.optionalInt64(0),
                    standing: row.optionalString(1).flatMap(Standing.init(rawValue:)),
                    reason: row.optionalString(2),
                    other: row.optionalInt64(3)
                )
            )
        }
        guard decisions.count == count else { throw inconsistent("decisions from \(first) to \(end - 1) are missing") }
        return decisions
    }

    mutating func answer(_ own: Decision, id: Int64, depth: Int = 0) throws -> Answer {
        if own.standing == .duplicate {
            // A duplicate's other row never is a duplicate itself.
            guard let other = own.other, depth == 0 else { throw inconsistent("decision \(id) follows no other row") }
            var answer = try answer(for: other, depth: 1)
            answer.reason = [own.reason, answer.reason].compactMap { $0 }.joined(separator: "; ")
            return answer
        }
        if let standing = own.standing {
            guard let outcome = standing.outcome else { throw inconsistent("decision \(id) has no outcome") }
            return Answer(outcome: outcome, reason: own.reason, batch: nil)
        }
        guard let batch = own.batch else { throw inconsistent("decision \(id) has neither a batch nor a standing") }
        let answer = try self.batch(batch)
        let reason = own.reason.map { notice in
            [answer.reason ?? Self.fallback(answer.outcome), notice].compactMap { $0 }.joined(separator: "; ")
        }
        return Answer(outcome: answer.outcome, reason: reason ?? answer.reason, batch: answer)
    }

    private mutating func batch(_ id: Int64) throws -> BatchAnswer {
        let slot = Int(id & 1023)
        if let known = remembered[slot], known.id == id { return known }
        let found: BatchAnswer?? = try connection.statement(
            "select state, reason, code, attempts, settled_at, due_at from batch where id = :id"
        ).first(id) { row throws(SQLiteError) in
            BatchState(rawValue: row.string(0))?.outcome.map { outcome in
                BatchAnswer(
                    id: id,
                    outcome: outcome,
                    reason: row.optionalString(1),
                    code: row.optionalInt(2),
                    attempts: row.int(3),
                    settledAt: row.optionalInt64(4).map(Date.init(milliseconds:)),
                    dueAt: row.optionalInt64(5).map(Date.init(milliseconds:))
                )
            }
        }
        guard let answer = found ?? nil else { throw inconsistent("batch \(id) has no outcome for its decisions") }
        remembered[slot] = answer
        return answer
    }

    private func inconsistent(_ detail: String) -> JournalError {
        .inconsistent(path: connection.path, detail: detail)
    }
}
