import Decisions
import FoundationEssentials
import SQLite

/// Sums over a job's batches. They are made here and not by `group by`, for which SQLite would hold every batch in memory.
extension JournalReader {
    /// What became of a job's rows for each meeting: those with trouble first, then the largest.
    ///
    /// Rows that never got as far as a batch (rejected, skipped) belong to no meeting here.
    ///
    /// - Throws: `JournalError`.
    package func meetings(of job: JobSummary, limit: Int) throws(JournalError) -> CappedList<MeetingTally> {
        try guarded {
            var sums: [Int64: MeetingSums] = [:]
            try connection.statement(
                "select target, state, action, rows from batch where job = :job and state <> 'replaced'"
            ).forEach(job.id.rawValue) { row in
                sums[row.int64(0), default: MeetingSums()].add(
                    row.int(3),
                    state: BatchState(rawValue: row.string(1)),
                    action: Action(rawValue: row.string(2))
                )
            }
            let first = sums.sorted { $0.value.precedence($0.key) < $1.value.precedence($1.key) }.prefix(limit)
            var targets = TargetTable()
            return CappedList(
                first: try first.map { try $0.value.tally(of: targets.target($0.key, in: connection)) },
                count: sums.count
            )
        }
    }

    /// A job's rows in batches of one outcome (failed, deferred or pending), by meeting and reason, the largest first.
    ///
    /// - Throws: `JournalError`.
    package func reasons(
        of job: JobSummary,
        _ outcome: Outcome,
        limit: Int
    ) throws(JournalError) -> CappedList<ReasonGroup> {
        try guarded {
            var sums: [ReasonKey: ReasonSums] = [:]
            try connection.statement(
                """
                select target, reason, id, rows, code, due_at from batch
                where job = :job and (state = :state or state = 'in_flight' and :state = 'pending')
                """
            ).forEach(job.id.rawValue, outcome.rawValue) { row in
                let key = ReasonKey(target: row.int64(0), reason: row.optionalString(1))
                let batch = row.int64(2)
                sums[key, default: ReasonSums(firstBatch: batch)].add(
                    batch,
                    rows: row.int(3),
                    code: row.optionalInt(4),
                    dueAt: row.optionalInt64(5)
                )
            }
            let first = sums.sorted { $0.value.precedence < $1.value.precedence }.prefix(limit)
            var targets = TargetTable()
            return CappedList(
                first: try first.map { key, sum in
                    ReasonGroup(
                        target: try targets.target(key.target, in: connection),
                        reason: key.reason,
                        code: sum.code,
                        rows: sum.rows,
                        dueAt: sum.dueAt.map(Date.init(milliseconds:)),
                        targetNumber: key.target
                    )
                },
                count: sums.count
            )
        }
    }
}

/// Rows of one meeting by what became of them.
private struct MeetingSums {
    private var applied: [Action: Int] = [:]
    private var failed = 0
    private var deferred = 0
    private var pending = 0
    private var all = 0

    mutating func add(_ rows: Int, state: BatchState?, action: Action?) {
        all += rows
        switch state {
        case .applied: if let action { applied[action, default: 0] += rows }
        case .failed: failed += rows
        case .deferred: deferred += rows
        case .pending, .inFlight: pending += rows
        case .replaced, nil: break
        }
    }

    /// Orders meetings: failures first, then what was put off, then by size.
    func precedence(_ number: Int64) -> (Int, Int, Int, Int64) {
        (failed > 0 ? 0 : 1, deferred > 0 ? 0 : 1, -all, number)
    }

    func tally(of target: Target) -> MeetingTally {
        MeetingTally(target: target, applied: applied, failed: failed, deferred: deferred, pending: pending)
    }
}

private struct ReasonKey: Hashable {
    let target: Int64
    let reason: String?
}

/// Rows that stand alike for one reason.
private struct ReasonSums {
    private var firstBatch: Int64
    private(set) var rows = 0
    private(set) var code: Int?
    private(set) var dueAt: Int64?

    init(firstBatch: Int64) {
        self.firstBatch = firstBatch
    }

    mutating func add(_ batch: Int64, rows: Int, code: Int?, dueAt: Int64?) {
        firstBatch = min(firstBatch, batch)
        self.rows += rows
        self.code = [self.code, code].compactMap { $0 }.max()
        self.dueAt = [self.dueAt, dueAt].compactMap { $0 }.min()
    }

    /// The largest first; of equals the one that was met first.
    var precedence: (Int, Int64) { (-rows, firstBatch) }
}
