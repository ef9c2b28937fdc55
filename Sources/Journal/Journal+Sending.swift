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
        guard !isDraft else { throw .illegal("a batch was to be sent before its intent was kept") }
        return try await grouped { try batches.map { try self.begin($0, at: date) } }
    }

    /// Takes back intents whose requests never left.
    ///
    /// - Throws: `JournalError`.
    package func release(_ batches: [BatchID]) async throws(JournalError) {
        try await grouped {
            for batch in batches {
                var record = try self.batches.takeInFlight(batch)
                try self.batches.move(&record, to: .pending, code: nil, reason: nil)
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
        let record = try batches.begin(batch, at: date)
        let target = try targets.target(record.target)
        let registrants = try registrants(of: record)
        let day = UTCDay(date)
        let own = record.changes(on: day)
        var changes = [Int](repeating: own, count: registrants.count)
        if try attempts.wasContacted(record.target, on: day) {
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
        var record = try batches.takeInFlight(batch)
        let code = attempt?.shownCode
        if let attempt {
            try attempts.insert(attempt, of: record)
            record.count(attemptOn: UTCDay(attempt.startedAt), mayHaveChanged: attempt.mayHaveChanged)
            if result == .applied {
                record.confirmed = try batches.nextEvent(at: date.milliseconds)
            } else if attempt.mayHaveChanged, attempt.leavesInDoubt || result.blamesSomebody {
                record.lost = try batches.nextEvent(at: date.milliseconds)
            }
        }
        switch result {
        case .applied:
            try batches.move(&record, to: .applied, code: code, reason: nil, at: date)
            try batches.finishJobIfDone(record.job, at: date)
        case .pending(let reason):
            try batches.move(&record, to: .pending, code: code, reason: reason)
        case .failed(let reason):
            try batches.move(&record, to: .failed, code: code, reason: reason, at: date)
            try batches.finishJobIfDone(record.job, at: date)
        case .deferred(let until, let reason):
            try batches.move(&record, to: .deferred, code: code, reason: reason, due: until)
        case .split(let first, let suspect, let reason):
            guard first > 0, first < record.size else {
                throw JournalError.illegal("batch \(record.id) of \(record.size) can't be split after \(first)")
            }
            try batches.move(&record, to: .replaced, code: code, reason: reason)
            let suspect = suspect || record.suspect
            return try [record.members[..<first], record.members[first...]].map {
                try batches.makeChild(of: record, holding: Array($0), suspect: suspect)
            }
        case .pick(let position, let reason):
            guard record.size > 1, record.members.indices.contains(position) else {
                throw JournalError.illegal("batch \(record.id) of \(record.size) has nobody to pick at \(position)")
            }
            try batches.move(&record, to: .replaced, code: code, reason: reason)
            var others = record.members
            let picked = others.remove(at: position)
            return try [[picked], others].map { try batches.makeChild(of: record, holding: $0) }
        case .setAside(let positions, let until, let reason):
            let aside = Set(positions)
            guard !aside.isEmpty, aside.allSatisfy(record.members.indices.contains) else {
                throw JournalError.illegal("batch \(record.id) of \(record.size) has no registrants at \(positions)")
            }
            guard aside.count < record.size else {
                try batches.move(&record, to: .deferred, code: code, reason: reason, due: until)
                return []
            }
            try batches.move(&record, to: .replaced, code: code, reason: reason)
            let named = record.members.indices.filter { aside.contains($0) }.map { record.members[$0] }
            let others = record.members.indices.filter { !aside.contains($0) }.map { record.members[$0] }
            return [
                try batches.makeChild(of: record, holding: named, due: until, code: code, reason: reason),
                try batches.makeChild(of: record, holding: others),
            ]
        }
        return []
    }
}

extension Duration {
    /// Whole milliseconds, rounded.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + (attoseconds + 500_000_000_000_000) / 1_000_000_000_000_000
    }
}
