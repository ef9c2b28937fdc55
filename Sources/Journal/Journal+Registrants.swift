internal import Decisions
internal import SQLite

/// What the journal knows about single registrants, found by their keys and confirmed by their text.
extension Journal {
    /// The decisions about a registrant and target, latest first, each with the one whose batch speaks for it.
    ///
    /// Rows that decided nothing (rejected ones) are left out.
    func decisions(
        about registrant: Registrant,
        target: Int64,
        before limit: Int64 = .max
    ) throws -> [(row: DecisionRecord, root: DecisionRecord)] {
        var ids: Set<Int64> = []
        let select = try connection.statement(
            "select decision from registrant_key where hash = :hash and decision < :limit"
        )
        for key in RegistrantKey.keys(of: registrant, target: try targets.target(target, in: connection)) {
            try select.forEach(Int64(bitPattern: key.low), limit) { row in ids.insert(row.int64(0)) }
        }
        return try ids.sorted(by: >).compactMap { id in
            guard let row = try DecisionRecord.read(id, in: connection), row.standing != .rejected,
                row.isAbout(registrant)
            else { return nil }
            var root = row
            while root.standing == .duplicate || root.standing == .alreadyApplied, let other = root.other,
                other < root.id,
                let next = try DecisionRecord.read(other, in: connection)
            {
                root = next
            }
            return root.target == target ? (row, root) : nil
        }
    }

    /// The decisions about a registrant and target, and about whoever hangs together with it: by an id and an email that stand
    /// in one row, in whatever spreadsheet. Latest first. Those that a later one replaced say who is who, and are left out.
    func linkedDecisions(
        about registrant: Registrant,
        target: Int64,
        before limit: Int64 = .max
    ) throws -> [(row: DecisionRecord, root: DecisionRecord)] {
        var found: [Int64: (row: DecisionRecord, root: DecisionRecord)] = [:]
        var names = [registrant]
        var ids = Set([registrant.id].compactMap(\.self))
        var emails = Set([registrant.email?.lowercased()].compactMap(\.self))
        var next = 0
        while next < names.count, next < Self.mostNames {
            for (row, root) in try decisions(about: names[next], target: target, before: limit) {
                guard found.updateValue((row, root), forKey: row.id) == nil else { continue }
                if let id = row.registrant, ids.insert(id).inserted, let name = Registrant(id: id, email: nil) {
                    names.append(name)
                }
                if let email = row.email, emails.insert(email.lowercased()).inserted,
                    let name = Registrant(id: nil, email: email)
                {
                    names.append(name)
                }
            }
            next += 1
        }
        return found.values.filter { $0.root.standing != .superseded }.sorted { $0.row.id > $1.row.id }
    }

    /// Nobody goes by more ids and emails than this; a column of placeholders may seem to.
    private static let mostNames = 64

    /// How many requests of a UTC day held other decisions about a registrant and target.
    func changesToday(of registrant: Registrant, target: Int64, besides own: Int64, on day: UTCDay) throws -> Int {
        var batches: Set<BatchID> = []
        for (_, root) in try decisions(about: registrant, target: target) where root.id != own {
            if let batch = root.batch { batches.insert(batch) }
        }
        return try batches.reduce(0) { sum, batch in
            try sum + record(of: batch).changes(on: day)
        }
    }

    /// Takes decisions out of their batches for good, each with a standing of its own. Batches in flight can't be changed.
    ///
    /// - Parameters:
    ///   - decisions: Members of `record`.
    ///   - record: The batch; it shrinks, or is replaced by nothing when empty.
    ///   - other: The decision that explains it, if there is one.
    func withdraw(
        _ decisions: Set<Int64>,
        from record: inout BatchRecord,
        as standing: Standing,
        other: Int64?,
        reason: String
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
        let update = try connection.statement(
            "update decision set standing = :standing, other = :other, reason = :reason where id = :id"
        )
        for id in leaving { try update.run(standing.rawValue, other, reason, id) }
        countChanges.move(rows, of: record.job, from: old, to: new)
        record = record.without(decisions, rows: rows)
        if record.members.isEmpty { record.state = .replaced }
        try connection.statement(
            "update batch set members = :members, size = :size, rows = :rows, state = :state where id = :id"
        ).run(Members(record.members).bytes, record.size, record.rows, record.state.rawValue, record.id.rawValue)
    }
}
