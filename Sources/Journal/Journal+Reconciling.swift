import Decisions
import SQLite

/// The rule that decides what is sent; see Reconciling.md.
///
/// For each target and person, the wanted action is the newest decision of the spreadsheets still in force; the known
/// action is what Zoom last confirmed, unless something else was requested since and went unanswered. If the two
/// differ, the wanted action is sent.
extension Journal {
    /// Lets a new decision replace older, different ones about its person that are waiting or were refused.
    ///
    /// - Parameter first: The first decision of the same job; the sheet itself compared those from it on.
    /// - Returns: The applied decision that makes this one unnecessary; nil if this one must be sent.
    func compare(
        _ row: DecisionRow,
        target: TargetID,
        action: Action,
        decision: DecisionID,
        first: DecisionID,
        reapply: Bool
    ) throws -> DecisionRecord? {
        guard let registrant = row.named else { return nil }
        let person = try history.person(registrant, of: target)
        let older = try history.decisions(about: person, at: target, before: first)
        let applied =
            reapply
            ? nil : try history.confirmation(of: action, for: person, at: target, among: older, before: first)
        for old in older where old.isOpenOrFailed && old.yields(to: action) {
            try supersede(old, by: decision, Reason.replaced(by: jobTable.place(of: decision, place: row.place)))
        }
        return applied
    }

    /// Withdraws members of a batch whose registrants have a newer decision.
    func withdrawReplaced(_ members: [DecisionID], from record: inout BatchRecord) throws {
        for id in members {
            guard let own = try DecisionRecord.read(id, in: connection), let registrant = own.named else { continue }
            let decisions = try history.decisions(about: registrant, at: record.target, including: own)
            let newer = try decisions.first { other in
                try other.id > id && jobTable.stands(other.id) && !jobTable.isSameJob(other.id, id)
                    && decisions.contains { $0.id == id && $0.yields(to: other.action, certainly: other.isCertain) }
            }
            guard let newer else { continue }
            let reason = try Reason.replaced(by: jobTable.place(of: newer.id))
            try batches.withdraw([id], from: &record, as: .superseded, other: newer.id, reason: reason)
        }
    }

    /// Applies the rule to all decisions about a registrant and target: the newest in force counts, and older ones are
    /// not sent.
    ///
    /// - Parameter isNews: Whether two names turned out to be one person's, so that a decision waiting under one may be
    ///   confirmed under the other.
    func reconcile(_ registrant: Registrant, at target: TargetID, isNews: Bool = false) throws {
        let person = try history.person(registrant, of: target)
        let all = try history.decisions(about: person, at: target)
        let standing = try all.filter { try jobTable.stands($0.id) }
        guard let wanted = standing.first, let action = wanted.action else { return }
        let older = standing.dropFirst()
        // If rows of one sheet name a person in several ways, all of them are sent.
        for old in older where old.isOpenOrFailed && old.yields(to: action, certainly: wanted.isCertain) {
            guard try !jobTable.isSameJob(old.id, wanted.id) else { continue }
            try supersede(old, by: wanted.id, Reason.replaced(by: jobTable.place(of: wanted.id)))
        }
        func known(among decisions: [DecisionRecord]) throws -> DecisionRecord? {
            try history.confirmation(of: action, for: person, at: target, among: decisions)
        }
        func takeUpBeside() throws {
            for beside in older where beside.action == action {
                guard beside.standing == .superseded || beside.standing == .alreadyApplied else { continue }
                if try jobTable.isSameJob(beside.id, wanted.id) { try takeUp(beside) }
            }
        }
        switch wanted.standing {
        case nil where isNews && wanted.isOpenOrFailed:
            guard let known = try known(among: all.filter { $0.id != wanted.id }) else { return try takeUpBeside() }
            guard wanted.confirmed == nil, wanted.lost == nil, let batch = wanted.batch else { return }
            var record = try batches.record(of: batch)
            let reason = try Reason.alreadyApplied(jobTable.place(of: known.id))
            try batches.withdraw([wanted.id], from: &record, as: .alreadyApplied, other: known.id, reason: reason)
        case nil where wanted.state == .applied, .superseded, .alreadyApplied, .alreadySo:
            guard try known(among: all) == nil else { return }
            try takeUp(wanted)
            try takeUpBeside()
        default: return
        }
    }

    // MARK: Which spreadsheets are in force

    /// Withdraws what earlier readings of a spreadsheet wanted, because a newer one replaced them. What an older
    /// spreadsheet wants for the same people counts again.
    ///
    /// - Returns: How many unsent rows were withdrawn.
    func retire(_ jobs: [JobID], for job: JobID) throws -> Int {
        guard !jobs.isEmpty else { return 0 }
        let mark = try connection.statement("update job set retired_by = :job where id = :old")
        for old in jobs { try mark.run(["job": job, "old": old]) }
        jobTable.forget()
        let hasRivals = try jobTable.spans().contains { !$0.isRetired && $0.job != job }
        var withdrawn = 0
        for old in jobs {
            try forEachDecision(of: old) { decision in
                if decision.isOpenOrFailed {
                    let reason = Reason.dropped(since: job, wasTried: decision.lost != nil)
                    let rows = try supersede(decision, by: nil, reason)
                    if decision.standing == nil, decision.state != .failed { withdrawn += rows }
                }
                guard decision.decides, let registrant = decision.named else { return true }
                if hasRivals { try reconcile(registrant, at: decision.target) }
                try forgetNames(of: decision.id, registrant, at: decision.target)
                return true
            }
            try retireRejected(of: old, for: job)
        }
        return withdrawn
    }

    /// Skips what a retired spreadsheet had wrong: the newer one says what still needs a person.
    private func retireRejected(of old: JobID, for job: JobID) throws {
        let rejected = try connection.statement("select rejected from job where id = :job").first(["job": old]) {
            $0.int("rejected")
        }
        guard let rejected, rejected > 0, let rows = try jobTable.span(of: old)?.decisions else { return }
        // Their status keeps these from showing who is who. Without it they must not be found.
        try connection.statement(
            """
            delete from registrant_key where exists (
                select 1 from decision where id >= :from and id < :end and standing = 'mixed_up'
            ) and decision in (select id from decision where id >= :from and id < :end and standing = 'mixed_up')
            """
        ).run(["from": rows.lowerBound, "end": rows.upperBound])
        try connection.statement(
            """
            update decision set standing = 'superseded', other = null, reason = :reason || reason
            where id >= :from and id < :end and standing in ('rejected', 'mixed_up')
            """
        ).run(["reason": Reason.outdated(since: job), "from": rows.lowerBound, "end": rows.upperBound])
        batches.moveRows(rejected, of: old, from: .rejected, to: .skipped)
    }

    /// Removes a decision of a retired spreadsheet from the index of registrants if it adds nothing to what is known,
    /// so that a list that is read again each night costs the same each night.
    private func forgetNames(of id: DecisionID, _ registrant: Registrant, at target: TargetID) throws {
        let current = try DecisionRecord.read(id, in: connection)
        guard let current, current.confirmed == nil, current.lost == nil else { return }
        let keys = try targets.keys(of: target)
        if keys.own == keys.whole, registrant.id != nil, registrant.email != nil,
            try history.isNews(registrant, whole: keys.whole, besides: id)
        {
            return
        }
        let delete = try connection.statement("delete from registrant_key where hash = :hash and decision = :decision")
        for key in RegistrantKey.kept(of: registrant, target: keys.own) {
            try delete.run(["hash": key, "decision": id])
        }
    }

    /// Whether a newer spreadsheet contradicts any of a job's decisions.
    func isOverruled(_ job: JobID) throws -> Bool {
        guard try jobTable.spans().contains(where: { !$0.isRetired && $0.job > job }) else { return false }
        var isOverruled = false
        try forEachDecision(of: job) { decision in
            guard decision.decides, let registrant = decision.named else { return true }
            let person = try history.person(registrant, of: decision.target)
            for target in try [decision.target] + targets.related(to: decision.target) {
                let newest = try history.decisions(about: person, at: target).first { try jobTable.stands($0.id) }
                guard let newest, newest.id > decision.id, try !jobTable.isSameJob(newest.id, decision.id) else {
                    continue
                }
                if newest.action != decision.action { isOverruled = true }
            }
            return !isOverruled
        }
        return isOverruled
    }

    /// Passes a job's decisions to `body` until it returns false.
    private func forEachDecision(of job: JobID, while body: (DecisionRecord) throws -> Bool) throws {
        guard let rows = try jobTable.span(of: job)?.decisions else { return }
        for id in rows.lowerBound.rawValue..<rows.upperBound.rawValue {
            guard let decision = try DecisionRecord.read(DecisionID(rawValue: id), in: connection) else { continue }
            guard try body(decision) else { return }
        }
    }

    // MARK: Moving single decisions

    /// - Returns: How many rows it affects.
    @discardableResult
    private func supersede(_ decision: DecisionRecord, by other: DecisionID?, _ reason: String) throws -> Int {
        guard let batch = decision.batch else { return 0 }
        var record = try batches.record(of: batch)
        let rows = try 1 + batches.copies(of: [decision.id])
        if decision.standing == nil {
            try batches.withdraw([decision.id], from: &record, as: .superseded, other: other, reason: reason)
        } else {
            try connection.statement(
                "update decision set standing = :standing, other = :other, reason = :reason where id = :id"
            ).run(["standing": RowStatus.superseded.rawValue, "other": other, "reason": reason, "id": decision.id])
            batches.moveRows(rows, of: record.job, from: .failed, to: .skipped)
        }
        return rows
    }

    /// Makes a settled decision pending again, in a batch of its own.
    private func takeUp(_ decision: DecisionRecord) throws {
        guard let batch = decision.batch, let job = try jobTable.span(around: decision.id)?.job else { return }
        var parent = try batches.record(of: batch)
        let rows = try 1 + batches.copies(of: [decision.id])
        if decision.standing == nil {
            parent = parent.without([decision.id], rows: rows)
            try batches.writeMembers(of: &parent)
        }
        try clearStanding(of: decision.id)
        parent.confirmed = decision.confirmed
        parent.lost = decision.lost
        if decision.standing == .alreadyApplied { parent.forgetAttempts() }
        _ = try batches.makeChild(of: parent, for: job, holding: [decision.id], suspect: false)
        batches.moveRows(rows, of: job, from: decision.standing?.outcome ?? .applied, to: .pending)
    }

    /// Makes a decision take its state from its batch again.
    func clearStanding(of decision: DecisionID) throws {
        try connection.statement("update decision set standing = null, other = null, reason = null where id = :id")
            .run(["id": decision])
    }

    /// How many requests on a UTC day held other decisions about a registrant and target.
    func changesToday(
        of registrant: Registrant,
        target: TargetID,
        besides own: DecisionID,
        on day: UTCDay
    ) throws -> Int {
        let others = try history.decisions(about: registrant, at: target).filter {
            $0.id != own && $0.standing != .alreadyApplied
        }
        return try Set(others.compactMap(\.batch)).reduce(0) { try $0 + batches.record(of: $1).changes(on: day) }
    }
}

extension DecisionRow {
    /// The registrant it names; nil if none.
    var named: Registrant? {
        Registrant(id: String(decoding: registrant, as: UTF8.self), email: String(decoding: email, as: UTF8.self))
    }
}
