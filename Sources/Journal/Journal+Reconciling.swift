import Decisions
import SQLite

/// The rule by which it is decided what is sent; told in Reconciling.md.
///
/// For each target and person: what is wanted is the newest decision of the spreadsheets that still stand; what is known is
/// what Zoom last confirmed, unless something else was asked for since without a word in return. Where the two differ,
/// the wish is to be sent.
extension Journal {
    // MARK: What is known

    /// The decision by which Zoom has confirmed an action for a person, if nothing speaks against that it is still so: no other
    /// action that was confirmed or asked for since, here, or for the whole series of an occurrence, or for an occurrence of
    /// a series (how far the one reaches into the other, only Zoom knows).
    ///
    /// - Parameters:
    ///   - decisions: Those that may be about the person at the target, of which the journal knows.
    ///   - limit: Only decisions before this one.
    private func confirmation(
        of action: Action,
        for person: inout Person,
        at target: Int64,
        among decisions: [DecisionRecord],
        before limit: Int64
    ) throws -> DecisionRecord? {
        var latest: (event: Int64, decision: DecisionRecord)?
        var otherwise: Int64 = 0
        for decision in decisions {
            let relation = person.relation(of: decision)
            guard relation != .none else { continue }
            if decision.action != action {
                otherwise = max(otherwise, decision.lastEvent)
            } else if relation == .certain, let event = decision.confirmed, event > latest?.event ?? 0 {
                latest = (event, decision)
            }
        }
        guard let latest, latest.event > otherwise else { return nil }
        for other in try targets.related(to: target, in: connection) {
            for decision in try self.decisions(about: &person, at: other, before: limit)
            where decision.action != action && decision.lastEvent > latest.event
                && person.relation(of: decision) != .none
            {
                return nil
            }
        }
        return latest.decision
    }

    // MARK: What is wanted

    /// Lets a new decision replace the older ones about its person that wait or were refused, unless they are the same.
    ///
    /// - Parameter first: The first decision of the same job; those from it on were compared by the sheet itself.
    /// - Returns: The decision that was already applied and makes this one needless; nil where this one is to be sent.
    func compare(
        _ row: DecisionRow,
        target: Int64,
        action: Action,
        decision: Int64,
        first: Int64,
        reapply: Bool
    ) throws -> DecisionRecord? {
        guard let registrant = row.named else { return nil }
        var person = try person(registrant, of: target)
        let older = try decisions(about: &person, at: target, before: first)
        let applied =
            reapply
            ? nil : try confirmation(of: action, for: &person, at: target, among: older, before: first)
        for old in older where old.isOpenOrFailed && person.yields(old, to: action) {
            try supersede(old, by: decision, reason: "replaced by \(place(of: decision, line: row.line))")
        }
        return applied
    }

    /// Withdraws a member of a batch if something newer was decided about its registrant.
    func withdrawReplaced(_ id: Int64, from record: inout BatchRecord) throws {
        guard let own = try DecisionRecord.read(id, in: connection), let registrant = own.named else { return }
        var person = try person(registrant, of: record.target)
        let job = try span(of: id)
        let newer = try decisions(about: &person, at: record.target).first { other in
            try other.id > id && stands(other.id) && person.yields(own, to: other) && span(of: other.id) != job
        }
        guard let newer else { return }
        try withdraw(
            [id],
            from: &record,
            as: .superseded,
            other: newer.id,
            reason: "replaced by \(place(of: newer.id))"
        )
    }

    /// Brings all decisions about a registrant and target in line with the rule: the newest that stands counts, and the older
    /// ones are not sent.
    ///
    /// - Parameter isNews: Whether two names were found to be one person's, so that what waits under the one may be known
    ///   to be so under the other.
    func reconcile(_ registrant: Registrant, at target: Int64, isNews: Bool = false) throws {
        var person = try person(registrant, of: target)
        let all = try decisions(about: &person, at: target)
        let standing = try all.filter { try stands($0.id) && person.relation(of: $0) != .none }
        guard let wanted = standing.first, let action = wanted.action else { return }
        // Of one sheet, rows that name a person in several ways are sent beside each other.
        let job = try span(of: wanted.id)
        for old in standing.dropFirst() where old.isOpenOrFailed && person.yields(old, to: wanted) {
            guard try span(of: old.id) != job else { continue }
            try supersede(old, by: wanted.id, reason: "replaced by \(place(of: wanted.id))")
        }
        func takeUpBeside() throws {
            for beside in standing.dropFirst() where beside.action == action {
                guard beside.standing == .superseded || beside.standing == .alreadyApplied else { continue }
                if try span(of: beside.id) == job { try takeUp(beside) }
            }
        }
        switch wanted.standing {
        case nil where isNews && wanted.isOpenOrFailed:
            let others = all.filter { $0.id != wanted.id }
            guard let known = try confirmation(of: action, for: &person, at: target, among: others, before: .max) else {
                return try takeUpBeside()
            }
            guard wanted.confirmed == nil, wanted.lost == nil, let batch = wanted.batch else { return }
            var record = try record(of: batch)
            let reason = "already applied: \(try place(of: known.id))"
            try withdraw([wanted.id], from: &record, as: .alreadyApplied, other: known.id, reason: reason)
        case nil where wanted.state == .applied, .superseded, .alreadyApplied, .alreadySo:
            guard try confirmation(of: action, for: &person, at: target, among: all, before: .max) == nil else {
                return
            }
            try takeUp(wanted)
            try takeUpBeside()
        default: return
        }
    }

    // MARK: Which spreadsheets stand

    /// Takes back what earlier readings of a spreadsheet wanted, because a newer one has taken their place. What an older
    /// spreadsheet wants about the same people counts again.
    ///
    /// - Returns: How many of their rows were withdrawn that had yet to be sent.
    func retire(_ jobs: [JobID], for job: JobID) throws -> Int {
        let mark = try connection.statement("update job set retired_by = :job where id = :old")
        for old in jobs { try mark.run(job.rawValue, old.rawValue) }
        jobSpans = nil
        return try jobs.reduce(0) { try $0 + withdrawAll(of: $1, for: job) }
    }

    private func withdrawAll(of old: JobID, for job: JobID) throws -> Int {
        guard let span = try spans().first(where: { $0.job == old }) else { return 0 }
        let hasRivals = try spans().contains { !$0.isRetired && $0.job != job }
        var withdrawn = 0
        let ids = try connection.statement(
            "select id from decision where id >= :from and id < :end order by id limit 1000"
        )
        var next = span.decisions.lowerBound
        while next < span.decisions.upperBound {
            var page: [Int64] = []
            try ids.forEach(next, span.decisions.upperBound) { row in page.append(row.int64(0)) }
            for id in page {
                guard let decision = try DecisionRecord.read(id, in: connection) else { continue }
                if decision.isOpenOrFailed {
                    let tried = decision.lost == nil ? "" : "; Zoom confirmed no earlier request for it"
                    let reason = "not among the decisions of the spreadsheet any more since job \(job)\(tried)"
                    let rows = try supersede(decision, by: nil, reason: reason)
                    if decision.standing == nil, decision.state != .failed { withdrawn += rows }
                }
                if hasRivals, decision.decides, let registrant = decision.named {
                    try reconcile(registrant, at: decision.target)
                }
                try forgetNames(of: decision)
            }
            next = page.last.map { $0 + 1 } ?? span.decisions.upperBound
        }
        return withdrawn
    }

    /// Removes a decision of a retired spreadsheet from the index of registrants if it tells nothing that is not known without
    /// it: so a list that is read anew each night costs the same each night.
    private func forgetNames(of decision: DecisionRecord) throws {
        guard decision.decides, let registrant = decision.named else { return }
        let current = try DecisionRecord.read(decision.id, in: connection)
        guard let current, current.confirmed == nil, current.lost == nil else { return }
        let keys = try targets.keys(of: decision.target, in: connection)
        if keys.own == keys.whole, registrant.id != nil, registrant.email != nil,
            try isNews(registrant, whole: keys.whole, besides: decision.id)
        {
            return
        }
        let delete = try connection.statement("delete from registrant_key where hash = :hash and decision = :decision")
        for key in RegistrantKey.kept(of: registrant, target: keys.own) { try delete.run(key, decision.id) }
    }

    /// Whether a newer spreadsheet decides otherwise about somebody than a job does.
    func isOverruled(_ job: JobID) throws -> Bool {
        guard let span = try spans().first(where: { $0.job == job }),
            try spans().contains(where: { !$0.isRetired && $0.job > job })
        else { return false }
        for id in span.decisions.lowerBound..<(try lastDecision(of: span) + 1) {
            guard let decision = try DecisionRecord.read(id, in: connection), decision.decides,
                let registrant = decision.named
            else { continue }
            var person = try person(registrant, of: decision.target)
            for target in try [decision.target] + targets.related(to: decision.target, in: connection) {
                let newest = try decisions(about: &person, at: target).first { other in
                    try stands(other.id) && person.relation(of: other) != .none
                }
                if let newest, newest.id >= span.decisions.upperBound, newest.action != decision.action { return true }
            }
        }
        return false
    }

    private func lastDecision(of span: JobSpan) throws -> Int64 {
        try connection.statement("select max(id) from decision where id < :end").first(span.decisions.upperBound) {
            row throws(SQLiteError) in row.int64(0)
        } ?? 0
    }

    /// Whether a decision's spreadsheet stands.
    private func stands(_ decision: Int64) throws -> Bool { try span(of: decision)?.isRetired == false }

    private func span(of decision: Int64) throws -> JobSpan? {
        let spans = try spans()
        var range = spans.indices
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if spans[middle].decisions.contains(decision) { return spans[middle] }
            range =
                spans[middle].decisions.lowerBound > decision
                ? range.lowerBound..<middle : middle + 1..<range.upperBound
        }
        return nil
    }

    private func spans() throws -> [JobSpan] {
        if let jobSpans { return jobSpans }
        var spans: [JobSpan] = []
        // The rows of a job that is being added are counted when they are all there.
        try connection.statement(
            """
            select id, first_decision, retired_by, coalesce(lead(first_decision) over (order by id), :end) from job order by id
            """
        ).forEach(Int64.max) { row in
            spans.append(
                JobSpan(
                    job: JobID(rawValue: row.int64(0)),
                    decisions: row.int64(1)..<row.int64(3),
                    isRetired: !row.isNull(2)
                )
            )
        }
        jobSpans = spans
        return spans
    }

    // MARK: Moving single decisions

    /// - Returns: How many rows that are.
    @discardableResult
    private func supersede(_ decision: DecisionRecord, by other: Int64?, reason: String) throws -> Int {
        let rows = try 1 + copies(of: [decision.id])
        guard let batch = decision.batch else { return 0 }
        var record = try record(of: batch)
        if decision.standing == nil {
            try withdraw([decision.id], from: &record, as: .superseded, other: other, reason: reason)
        } else {
            try connection.statement(
                "update decision set standing = :standing, other = :other, reason = :reason where id = :id"
            ).run(RowStatus.superseded.rawValue, other, reason, decision.id)
            countChanges.move(rows, of: record.job, from: .failed, to: .skipped)
        }
        return rows
    }

    /// Makes a settled decision pending again, in a batch of its own.
    private func takeUp(_ decision: DecisionRecord) throws {
        guard let batch = decision.batch, let job = try span(of: decision.id)?.job else { return }
        var parent = try record(of: batch)
        let rows = try 1 + copies(of: [decision.id])
        let old: Outcome = decision.standing?.outcome ?? .applied
        if decision.standing == nil {
            parent = parent.without([decision.id], rows: rows)
            try writeMembers(of: &parent)
        }
        try connection.statement("update decision set standing = null, other = null, reason = null where id = :id")
            .run(decision.id)
        parent.confirmed = decision.confirmed
        parent.lost = decision.lost
        if decision.standing == .alreadyApplied { parent.forgetAttempts() }
        _ = try makeChild(of: parent, for: job, holding: [decision.id], suspect: false)
        countChanges.move(rows, of: job, from: old, to: .pending)
    }

    /// Takes decisions out of their batches for good, each with a standing of its own. Batches in flight can't be changed.
    ///
    /// - Parameters:
    ///   - decisions: Members of `record`.
    ///   - record: The batch; it shrinks, or is replaced by nothing when empty.
    ///   - other: The decision that explains it, if there is one.
    ///   - confirmed: The event by which Zoom showed the wanted state, if it did.
    func withdraw(
        _ decisions: Set<Int64>,
        from record: inout BatchRecord,
        as standing: RowStatus,
        other: Int64?,
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
        // What happens to the batch from now on is no more about them.
        let update = try connection.statement(
            """
            update decision set standing = :standing, other = :other, reason = :reason, confirmed = :confirmed, lost = :lost
            where id = :id
            """
        )
        for id in leaving {
            try update.run(standing.rawValue, other, reason, confirmed ?? record.confirmed, record.lost, id)
        }
        countChanges.move(rows, of: record.job, from: old, to: new)
        record = record.without(decisions, rows: rows)
        try writeMembers(of: &record)
    }

    private func writeMembers(of record: inout BatchRecord) throws {
        if record.members.isEmpty { record.state = .replaced }
        try connection.statement(
            "update batch set members = :members, size = :size, rows = :rows, state = :state where id = :id"
        ).run(DecisionIDList(record.members).bytes, record.size, record.rows, record.state.rawValue, record.id.rawValue)
    }

    // MARK: The order of events

    /// The next point in the order in which things happened to decisions: milliseconds since 1970, but never the same or an
    /// earlier one again, however the clock is set.
    func nextEvent(at date: Int64) throws -> Int64 {
        let last =
            if let lastEvent { lastEvent } else {
                try connection.statement(
                    """
                    select max(
                        coalesce((select max(max(coalesce(confirmed, 0), coalesce(lost, 0))) from batch), 0),
                        coalesce((select max(confirmed) from decision where confirmed is not null), 0)
                    )
                    """
                ).first { row throws(SQLiteError) in row.int64(0) } ?? 0
            }
        let next = max(last + 1, date)
        lastEvent = next
        return next
    }
}

/// The decisions of a job, which have consecutive ids.
struct JobSpan: Equatable {
    let job: JobID
    let decisions: Range<Int64>
    /// Whether a newer reading of the spreadsheet took its place, so that it wants nothing any more.
    let isRetired: Bool
}

extension Person {
    /// Whether an older decision gives way to a newer one that wants an action. One that may be about somebody else is sent
    /// beside it where both want the same.
    fileprivate func yields(_ old: DecisionRecord, to action: Action) -> Bool {
        switch relation(of: old) {
        case .certain: true
        case .possible: old.action != action
        case .none: false
        }
    }

    /// The same for a newer decision that was found for the older one's person.
    fileprivate func yields(_ old: DecisionRecord, to newer: DecisionRecord) -> Bool {
        switch (relation(of: old), relation(of: newer)) {
        case (.none, _), (_, .none): false
        case (.certain, .certain): true
        default: old.action != newer.action
        }
    }
}

extension DecisionRecord {
    /// The last point at which Zoom may have done what it wants; 0 where it never was asked.
    fileprivate var lastEvent: Int64 { max(confirmed ?? 0, lost ?? 0) }
}

extension DecisionRow {
    /// Whom it names; nil where nobody.
    var named: Registrant? {
        Registrant(id: String(decoding: registrant, as: UTF8.self), email: String(decoding: email, as: UTF8.self))
    }
}
