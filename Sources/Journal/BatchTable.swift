import Decisions
import FoundationEssentials
import SQLite

/// The batches, and their jobs' counts. Every change of a batch's state passes through here, and so does every row's
/// move from one outcome to another.
final class BatchTable {
    private let connection: Connection
    private let targets: TargetTable
    /// The batches in flight, so that settling one need not read it again.
    private(set) var inFlight: [BatchID: BatchRecord] = [:]
    /// Changes to the jobs' counts that the current transaction has not written yet.
    private var countChanges = CountChanges()
    /// The last point in the order of events; nil if it has not been read.
    private var lastEvent: Int64?

    init(_ connection: Connection, _ targets: TargetTable) {
        self.connection = connection
        self.targets = targets
    }

    // MARK: Transactions

    /// The jobs whose counts the current transaction has changed.
    var changedJobs: Set<JobID> { countChanges.jobs }

    /// Writes the changed counts. Call it at the end of each transaction.
    func writeCounts() throws(SQLiteError) { try countChanges.write(to: connection) }

    /// Forgets what was not written. Call it when a transaction was undone.
    func forget() { countChanges = CountChanges() }

    /// Moves rows from one outcome to another, for decisions that are in no batch or leave theirs.
    func moveRows(_ rows: Int, of job: JobID, from old: Outcome, to new: Outcome) {
        countChanges.move(rows, of: job, from: old, to: new)
    }

    // MARK: Batches in flight

    /// Marks a batch as in flight: its intent.
    func begin(_ batch: BatchID, at date: Date) throws -> BatchRecord {
        var record = try record(of: batch)
        try move(&record, to: .inFlight, code: nil, reason: nil, at: date)
        inFlight[batch] = record
        return record
    }

    /// A batch in flight, which its caller settles now.
    func takeInFlight(_ batch: BatchID) throws -> BatchRecord {
        guard let record = inFlight.removeValue(forKey: batch) else {
            throw JournalError.illegal("batch \(batch) was settled without being in flight")
        }
        return record
    }

    // MARK: Changes

    /// Reads a batch.
    func record(of batch: BatchID) throws -> BatchRecord {
        let record = try connection.statement("select \(BatchRecord.columns) from batch where id = :id")
            .first(["id": batch]) { BatchRecord($0) }
        guard let record else {
            throw JournalError.inconsistent(path: connection.path, detail: "batch \(batch) can't be read")
        }
        return record
    }

    /// Moves a batch to its next state, and updates its job's counts.
    ///
    /// - Parameters:
    ///   - record: The batch as it is; it is updated too.
    ///   - state: The next state.
    ///   - code: What the results file shows as Zoom's code.
    ///   - reason: Why it is in that state, as the results file shows it.
    ///   - date: When it was begun or settled.
    ///   - due: The earliest time to send it.
    func move(
        _ record: inout BatchRecord,
        to state: BatchState,
        code: Int?,
        reason: String?,
        at date: Date? = nil,
        due: Date? = nil
    ) throws {
        guard record.state.mayBecome(state) else {
            throw JournalError.illegal(
                "batch \(record.id) is \(record.state.rawValue) and can't become \(state.rawValue)"
            )
        }
        try connection.statement(
            """
            update batch set state = :state, attempts = :attempts, day = :day, day_attempts = :day_attempts,
                begun_at = iif(:state = 'in_flight', :date, begun_at), settled_at = iif(:state = 'in_flight', null, :date),
                due_at = :due, code = :code, reason = :reason, confirmed = :confirmed, lost = :lost
            where id = :id and state = :old
            """
        ).run([
            "state": state.rawValue, "attempts": record.attempts, "day": record.day.number,
            "day_attempts": record.dayAttempts, "date": date?.milliseconds, "due": due?.milliseconds, "code": code,
            "reason": reason, "confirmed": record.confirmed, "lost": record.lost, "id": record.id,
            "old": record.state.rawValue,
        ])
        guard connection.changes == 1 else {
            throw JournalError.illegal("batch \(record.id) is no longer \(record.state.rawValue)")
        }
        if let old = record.state.outcome, let new = state.outcome {
            countChanges.move(record.rows, of: record.job, from: old, to: new)
        } else if let old = record.state.outcome {
            // Its children take over its rows as pending.
            countChanges.move(record.rows, of: record.job, from: old, to: .pending)
        }
        record.state = state
    }

    /// Makes a pending or deferred batch of some of a replaced batch's decisions.
    func makeChild(
        of parent: BatchRecord,
        for job: JobID? = nil,
        holding members: [DecisionID],
        suspect: Bool? = nil,
        due: Date? = nil,
        code: Int? = nil,
        reason: String? = nil
    ) throws -> OpenBatch {
        let job = job ?? parent.job
        let rows = try members.count + copies(of: members)
        let state: BatchState = due == nil ? .pending : .deferred
        try connection.statement(
            """
            insert into batch (
                job, target, action, state, size, rows, members, parent, suspect, attempts, day, day_attempts,
                due_at, code, reason, confirmed, lost
            ) values (
                :job, :target, :action, :state, :size, :rows, :members, :parent, :suspect, :attempts, :day, :day_attempts,
                :due_at, :code, :reason, :confirmed, :lost
            )
            """
        ).run([
            "job": job, "target": parent.target, "action": parent.action.rawValue, "state": state.rawValue,
            "size": members.count, "rows": rows, "members": DecisionIDList(members).bytes, "parent": parent.id,
            "suspect": suspect ?? parent.suspect, "attempts": parent.attempts, "day": parent.day.number,
            "day_attempts": parent.dayAttempts, "due_at": due?.milliseconds, "code": code, "reason": reason,
            "confirmed": parent.confirmed, "lost": parent.lost,
        ])
        let id = BatchID(rawValue: connection.lastInsertRowID)
        let update = try connection.statement("update decision set batch = :batch where id = :id")
        for member in members { try update.run(["batch": id, "id": member]) }
        if state == .deferred { countChanges.move(rows, of: job, from: .pending, to: .deferred) }
        return OpenBatch(
            id: id,
            job: job,
            target: try targets.target(parent.target),
            action: parent.action,
            size: members.count,
            rows: rows,
            dueAt: due,
            attempts: parent.attempts,
            suspect: suspect ?? parent.suspect
        )
    }

    /// How many other rows follow these decisions as their duplicates.
    func copies(of decisions: [DecisionID]) throws -> Int {
        let select = try connection.statement("select copies from decision where id = :id")
        return try decisions.reduce(0) { sum, id in
            sum + (try select.first(["id": id]) { $0.int("copies") } ?? 0)
        }
    }

    /// Records when the last open decision of a job was settled.
    func finishJobIfDone(_ job: JobID, at date: Date) throws {
        try countChanges.write(to: connection)
        try connection.statement(
            "update job set finished_at = :date where id = :job and not \(Schema.jobIsOpen)"
        ).run(["date": date.milliseconds, "job": job])
    }

    /// Removes decisions from their batch for good, each with a standing of its own. Batches in flight can't be
    /// changed.
    ///
    /// - Parameters:
    ///   - decisions: Members of `record`.
    ///   - record: The batch; it shrinks, and becomes `replaced` when empty.
    ///   - other: The decision that explains why, if there is one.
    ///   - confirmed: The event in which Zoom showed the wanted state, if any.
    func withdraw(
        _ decisions: Set<DecisionID>,
        from record: inout BatchRecord,
        as standing: RowStatus,
        other: DecisionID?,
        reason: String,
        confirmed: Int64? = nil
    ) throws {
        let leaving = record.members.filter(decisions.contains)
        guard !leaving.isEmpty else { return }
        guard let old = record.state.outcome, record.state != .inFlight, record.state != .applied,
            let new = standing.outcome
        else {
            throw JournalError.illegal(
                "batch \(record.id) is \(record.state.rawValue): its decisions can't be withdrawn"
            )
        }
        let rows = try leaving.count + copies(of: leaving)
        // What happens to the batch from now on no longer concerns them.
        let update = try connection.statement(
            """
            update decision set standing = :standing, other = :other, reason = :reason, confirmed = :confirmed, lost = :lost
            where id = :id
            """
        )
        for id in leaving {
            try update.run([
                "standing": standing.rawValue, "other": other, "reason": reason,
                "confirmed": confirmed ?? record.confirmed, "lost": record.lost, "id": id,
            ])
        }
        countChanges.move(rows, of: record.job, from: old, to: new)
        record = record.without(decisions, rows: rows)
        try writeMembers(of: &record)
    }

    func writeMembers(of record: inout BatchRecord) throws {
        if record.members.isEmpty { record.state = .replaced }
        try connection.statement(
            "update batch set members = :members, size = :size, rows = :rows, state = :state where id = :id"
        ).run([
            "members": DecisionIDList(record.members).bytes, "size": record.size, "rows": record.rows,
            "state": record.state.rawValue, "id": record.id,
        ])
    }

    /// The next point in the order of events: milliseconds since 1970, but strictly increasing, however the clock is
    /// set.
    func nextEvent(at date: Int64) throws -> Int64 {
        let last =
            try lastEvent ?? connection.statement(
                """
                select max(
                    coalesce((select max(max(coalesce(confirmed, 0), coalesce(lost, 0))) from batch), 0),
                    coalesce((select max(confirmed) from decision where confirmed is not null), 0)
                ) as last
                """
            ).first { $0.int64("last") } ?? 0
        let next = max(last + 1, date)
        lastEvent = next
        return next
    }
}

/// How the counts of jobs change in one transaction; written once, at its end.
private struct CountChanges {
    private var byJob: [JobID: [Outcome: Int]] = [:]
    /// The jobs whose counts change.
    var jobs: Set<JobID> { Set(byJob.keys) }

    /// Moves rows of a job from one outcome to another.
    mutating func move(_ rows: Int, of job: JobID, from old: Outcome, to new: Outcome) {
        guard old != new, rows != 0 else { return }
        byJob[job, default: [:]][old, default: 0] -= rows
        byJob[job, default: [:]][new, default: 0] += rows
    }

    /// Writes and clears the changes. The schema refuses counts that do not add up.
    ///
    /// A job with something open again is not finished. If a newer job replaced its last open rows, it is finished
    /// since that job was made; if Zoom's answer came last, `Journal.finishJobIfDone` records when.
    mutating func write(to connection: Connection) throws(SQLiteError) {
        guard !byJob.isEmpty else { return }
        let update = try connection.statement(
            """
            update job set applied = applied + :applied, skipped = skipped + :skipped,
                rejected = rejected + :rejected, failed = failed + :failed, deferred = deferred + :deferred, pending = pending + :pending,
                finished_at = iif(
                    pending + :pending + deferred + :deferred > 0, null,
                    coalesce(finished_at, (select max(created_at) from job))
                )
            where id = :job
            """
        )
        for (job, change) in byJob {
            try update.run([
                "applied": change[.applied] ?? 0, "skipped": change[.skipped] ?? 0,
                "rejected": change[.rejected] ?? 0, "failed": change[.failed] ?? 0,
                "deferred": change[.deferred] ?? 0, "pending": change[.pending] ?? 0, "job": job,
            ])
        }
        byJob = [:]
    }
}
