import Decisions
import FoundationEssentials
import SQLite

/// How batches change. Every change of a state passes through here, but that of a batch whose last decision is withdrawn.
extension Journal {
    /// Reads a batch.
    func record(of batch: BatchID) throws -> BatchRecord {
        let found: BatchRecord?? = try connection.statement(
            "select \(BatchRecord.columns) from batch where id = :id"
        ).first(batch.rawValue) { row throws(SQLiteError) in BatchRecord(row) }
        guard let record = found ?? nil else {
            throw JournalError.inconsistent(path: path, detail: "batch \(batch) can't be read")
        }
        return record
    }

    /// Takes a batch to its next state, and its job's counts with it.
    ///
    /// - Parameters:
    ///   - record: The batch as it stands; it is changed along.
    ///   - state: The next state.
    ///   - code: What the results file shows as Zoom's code.
    ///   - reason: Why it is in that state, for the results file.
    ///   - date: When it began or was settled.
    ///   - due: Not to be sent before.
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
        ).run(
            state.rawValue,
            record.attempts,
            record.day.number,
            record.dayAttempts,
            date?.milliseconds,
            due?.milliseconds,
            code,
            reason,
            record.confirmed,
            record.lost,
            record.id.rawValue,
            record.state.rawValue
        )
        guard connection.changes == 1 else {
            throw JournalError.illegal("batch \(record.id) is no longer \(record.state.rawValue)")
        }
        if let old = record.state.outcome, let new = state.outcome {
            countChanges.move(record.rows, of: record.job, from: old, to: new)
        } else if let old = record.state.outcome {
            // Its children take its rows over as pending ones.
            countChanges.move(record.rows, of: record.job, from: old, to: .pending)
        }
        record.state = state
    }

    /// Makes a batch of some of a replaced batch's decisions, pending or deferred.
    func makeChild(
        of parent: BatchRecord,
        for job: JobID? = nil,
        holding members: [Int64],
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
        ).run(
            job.rawValue,
            parent.target,
            parent.action.rawValue,
            state.rawValue,
            members.count,
            rows,
            Members(members).bytes,
            parent.id.rawValue,
            suspect ?? parent.suspect,
            parent.attempts,
            parent.day.number,
            parent.dayAttempts,
            due?.milliseconds,
            code,
            reason,
            parent.confirmed,
            parent.lost
        )
        let id = connection.lastInsertRowID
        let update = try connection.statement("update decision set batch = :batch where id = :id")
        for member in members { try update.run(id, member) }
        if state == .deferred { countChanges.move(rows, of: job, from: .pending, to: .deferred) }
        return OpenBatch(
            id: BatchID(rawValue: id),
            job: job,
            target: try targets.target(parent.target, in: connection),
            action: parent.action,
            size: members.count,
            rows: rows,
            dueAt: due,
            attempts: parent.attempts,
            suspect: suspect ?? parent.suspect
        )
    }

    /// How many other rows follow these decisions as their duplicates.
    func copies(of decisions: [Int64]) throws -> Int {
        let select = try connection.statement("select copies from decision where id = :id")
        return try decisions.reduce(0) { sum, id in
            sum + (try select.first(id) { row throws(SQLiteError) in row.int(0) } ?? 0)
        }
    }

    /// Notes when the last open decision of a job was settled.
    func finishJobIfDone(_ job: JobID, at date: Date) throws {
        try countChanges.write(to: connection)
        try connection.statement(
            "update job set finished_at = :date where id = :job and pending = 0 and deferred = 0"
        ).run(date.milliseconds, job.rawValue)
    }
}
