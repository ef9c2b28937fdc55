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
            var sums: [TargetID: MeetingSums] = [:]
            try connection.statement(
                "select target, state, action, rows from batch where job = :job and state <> 'replaced'"
            ).forEach(["job": job.id]) { row in
                sums[row.id("target"), default: MeetingSums()].add(
                    row.int("rows"),
                    state: BatchState(rawValue: row.string("state")),
                    action: Action(rawValue: row.string("action"))
                )
            }
            let first = sums.sorted { $0.value.precedence($0.key) < $1.value.precedence($1.key) }.prefix(limit)
            let targets = TargetTable(connection)
            return CappedList(
                first: try first.map { try $0.value.tally(of: targets.target($0.key)) },
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
            ).forEach(["job": job.id, "state": outcome.rawValue]) { row in
                let key = ReasonKey(target: row.id("target"), reason: row.optionalString("reason"))
                let batch: BatchID = row.id("id")
                sums[key, default: ReasonSums(firstBatch: batch)].add(
                    batch,
                    rows: row.int("rows"),
                    code: row.optionalInt("code"),
                    dueAt: row.optionalInt64("due_at")
                )
            }
            let first = sums.sorted { $0.value.precedence < $1.value.precedence }.prefix(limit)
            let targets = TargetTable(connection)
            return CappedList(
                first: try first.map { key, sum in
                    ReasonGroup(
                        target: try targets.target(key.target),
                        reason: key.reason,
                        code: sum.code,
                        rows: sum.rows,
                        dueAt: sum.dueAt.map(Date.init(milliseconds:)),
                        targetID: key.target
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
    func precedence(_ target: TargetID) -> (Int, Int, Int, TargetID) {
        (failed > 0 ? 0 : 1, deferred > 0 ? 0 : 1, -all, target)
    }

    func tally(of target: Target) -> MeetingTally {
        MeetingTally(target: target, applied: applied, failed: failed, deferred: deferred, pending: pending)
    }
}

private struct ReasonKey: Hashable {
    let target: TargetID
    let reason: String?
}

/// Rows that stand alike for one reason.
private struct ReasonSums {
    private var firstBatch: BatchID
    private(set) var rows = 0
    private(set) var code: Int?
    private(set) var dueAt: Int64?

    init(firstBatch: BatchID) {
        self.firstBatch = firstBatch
    }

    mutating func add(_ batch: BatchID, rows: Int, code: Int?, dueAt: Int64?) {
        firstBatch = min(firstBatch, batch)
        self.rows += rows
        self.code = [self.code, code].compactMap { $0 }.max()
        self.dueAt = [self.dueAt, dueAt].compactMap { $0 }.min()
    }

    /// The largest first; of equals the one that was met first.
    var precedence: (Int, BatchID) { (-rows, firstBatch) }
}
