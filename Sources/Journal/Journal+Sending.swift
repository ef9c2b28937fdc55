import Decisions
package import FoundationEssentials
import SQLite

/// Writes the intent before the effect, and the result after it.
extension Journal {
    /// Marks batches as in flight, durably. Their requests may leave only afterwards.
    ///
    /// - Parameters:
    ///   - batches: Pending or deferred batches.
    ///   - date: Now.
    /// - Returns: What to send, in the same order.
    /// - Throws: `JournalError`; then nothing was marked.
    package func begin(_ batches: [BatchID], at date: Date) async throws(JournalError) -> [ClaimedBatch] {
        try await grouped { try batches.map { try self.begin($0, at: date) } }
    }

    /// Takes back intents whose requests never left.
    ///
    /// - Throws: `JournalError`.
    package func release(_ batches: [BatchID]) async throws(JournalError) {
        try await grouped {
            for batch in batches {
                var record = try self.takeInFlight(batch)
                try self.move(&record, to: .pending, code: nil, reason: nil)
            }
        }
    }

    /// Records the outcome of a batch in flight: the attempt and the new state, in one transaction.
    ///
    /// Calls that arrive while another is being written are written together.
    ///
    /// - Parameters:
    ///   - batch: The batch.
    ///   - result: Its next state.
    ///   - attempt: The request; nil if the batch turned out not to be sendable.
    ///   - date: Now.
    /// - Returns: The batches that replace it if it was split (in file order) or partly set aside (those set aside
    ///   first).
    /// - Throws: `JournalError`; then nothing was recorded, and sending must stop.
    package func settle(
        _ batch: BatchID,
        _ result: BatchResult,
        after attempt: Attempt?,
        at date: Date
    ) async throws(JournalError) -> [OpenBatch] {
        try await grouped { try self.record(result, of: batch, after: attempt, at: date) }
    }

    private func begin(_ batch: BatchID, at date: Date) throws -> ClaimedBatch {
        var record = try self.record(of: batch)
        try move(&record, to: .inFlight, code: nil, reason: nil, at: date)
        inFlight[batch] = record
        let target = try targets.target(record.target)
        let registrants = try registrants(of: record)
        let day = UTCDay(date)
        let own = record.changes(on: day)
        var changes = [Int](repeating: own, count: registrants.count)
        if try wasContacted(record.target, on: day) {
            for (place, id) in record.members.enumerated() {
                changes[place] += try changesToday(
                    of: registrants[place],
                    target: record.target,
                    besides: id,
                    on: day
                )
            }
        }
        return ClaimedBatch(
            batch: batch,
            target: target,
            action: record.action,
            registrants: registrants,
            changesToday: changes
        )
    }

    /// Reads a batch's registrants, in its own order. One statement for thirty takes half as long as thirty statements;
    /// for a smaller batch the unused parameters stay NULL and match nothing.
    private func registrants(of record: BatchRecord) throws -> [Registrant] {
        var registrants: [Registrant] = []
        registrants.reserveCapacity(record.size)
        var members = record.members[...]
        while !members.isEmpty {
            let select = try connection.statement(
                """
                with member (id) as (
                    values (?1), (?2), (?3), (?4), (?5), (?6), (?7), (?8), (?9), (?10), (?11), (?12), (?13), (?14), (?15),
                        (?16), (?17), (?18), (?19), (?20), (?21), (?22), (?23), (?24), (?25), (?26), (?27), (?28), (?29), (?30)
                )
                select registrant, email from member cross join decision on decision.id = member.id
                """
            )
            for (place, id) in members.prefix(30).enumerated() { select.bind(id.rawValue, at: Int32(place + 1)) }
            try select.forEachBound { row in
                let registrant = Registrant(id: row.optionalString("registrant"), email: row.optionalString("email"))
                if let registrant { registrants.append(registrant) }
            }
            members = members.dropFirst(30)
        }
        guard registrants.count == record.size else {
            throw JournalError.inconsistent(
                path: path,
                detail: "a decision of batch \(record.id) is missing or names no registrant"
            )
        }
        return registrants
    }

    private func record(
        _ result: BatchResult,
        of batch: BatchID,
        after attempt: Attempt?,
        at date: Date
    ) throws -> [OpenBatch] {
        var record = try takeInFlight(batch)
        let code = attempt?.shownCode
        if let attempt {
            try insert(attempt, of: record)
            record.count(attemptOn: UTCDay(attempt.startedAt), mayHaveChanged: attempt.mayHaveChanged)
            if result == .applied {
                record.confirmed = try nextEvent(at: date.milliseconds)
            } else if attempt.mayHaveChanged, attempt.leavesInDoubt || result.blamesSomebody {
                record.lost = try nextEvent(at: date.milliseconds)
            }
        }
        switch result {
        case .applied:
            try move(&record, to: .applied, code: code, reason: nil, at: date)
            try finishJobIfDone(record.job, at: date)
        case .pending(let reason):
            try move(&record, to: .pending, code: code, reason: reason)
        case .failed(let reason):
            try move(&record, to: .failed, code: code, reason: reason, at: date)
            try finishJobIfDone(record.job, at: date)
        case .deferred(let until, let reason):
            try move(&record, to: .deferred, code: code, reason: reason, due: until)
        case .split(let first, let suspect, let reason):
            guard first > 0, first < record.size else {
                throw JournalError.illegal("batch \(record.id) of \(record.size) can't be split after \(first)")
            }
            try move(&record, to: .replaced, code: code, reason: reason)
            let suspect = suspect || record.suspect
            return try [record.members[..<first], record.members[first...]].map {
                try makeChild(of: record, holding: Array($0), suspect: suspect)
            }
        case .pick(let position, let reason):
            guard record.size > 1, record.members.indices.contains(position) else {
                throw JournalError.illegal("batch \(record.id) of \(record.size) has nobody to pick at \(position)")
            }
            try move(&record, to: .replaced, code: code, reason: reason)
            var others = record.members
            let picked = others.remove(at: position)
            return try [[picked], others].map { try makeChild(of: record, holding: $0) }
        case .setAside(let positions, let until, let reason):
            let aside = Set(positions)
            guard !aside.isEmpty, aside.allSatisfy(record.members.indices.contains) else {
                throw JournalError.illegal("batch \(record.id) of \(record.size) has no registrants at \(positions)")
            }
            guard aside.count < record.size else {
                try move(&record, to: .deferred, code: code, reason: reason, due: until)
                return []
            }
            try move(&record, to: .replaced, code: code, reason: reason)
            let named = record.members.indices.filter { aside.contains($0) }.map { record.members[$0] }
            let others = record.members.indices.filter { !aside.contains($0) }.map { record.members[$0] }
            return [
                try makeChild(of: record, holding: named, due: until, code: code, reason: reason),
                try makeChild(of: record, holding: others),
            ]
        }
        return []
    }

    private func takeInFlight(_ batch: BatchID) throws -> BatchRecord {
        guard let record = inFlight.removeValue(forKey: batch) else {
            throw JournalError.illegal("batch \(batch) was settled without being in flight")
        }
        return record
    }

    private func insert(_ attempt: Attempt, of record: BatchRecord) throws {
        try insert(attempt, kind: "update", batch: record.id, target: record.target, registrants: record.size)
    }

    func insert(_ attempt: Attempt, kind: String, batch: BatchID?, target: TargetID, registrants: Int) throws {
        try connection.statement(
            """
            insert into attempt (
                kind, batch, target, registrants, started_at, duration, status, code, message, tracking_id, cause
            ) values (
                :kind, :batch, :target, :registrants, :started_at, :duration, :status, :code, :message, :tracking_id, :cause
            )
            """
        ).run([
            "kind": kind, "batch": batch, "target": target, "registrants": registrants,
            "started_at": attempt.startedAt.milliseconds, "duration": attempt.duration.milliseconds,
            "status": attempt.status, "code": attempt.code, "message": attempt.message,
            "tracking_id": attempt.trackingID, "cause": attempt.cause,
        ])
    }

    /// Whether earlier runs sent requests to a target on a day; the batches' own counts hold those of this run.
    private func wasContacted(_ target: TargetID, on day: UTCDay) throws -> Bool {
        if contacted?.day != day {
            let found: [TargetID] = try connection.statement(
                "select distinct target from attempt where started_at >= :since and kind = 'update'"
            ).all(["since": day.start.milliseconds]) { $0.id("target") }
            contacted = (day, Set(found))
        }
        return contacted?.targets.contains(target) == true
    }
}

extension Duration {
    /// Whole milliseconds, rounded.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + (attoseconds + 500_000_000_000_000) / 1_000_000_000_000_000
    }
}

/// How batches change. Every change of state passes through here, except when a batch's last decision is withdrawn.
extension Journal {
    /// Reads a batch.
    func record(of batch: BatchID) throws -> BatchRecord {
        let record = try connection.statement("select \(BatchRecord.columns) from batch where id = :id")
            .first(["id": batch]) { BatchRecord($0) }
        guard let record else {
            throw JournalError.inconsistent(path: path, detail: "batch \(batch) can't be read")
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
}
