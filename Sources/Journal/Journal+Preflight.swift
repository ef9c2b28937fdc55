package import Decisions
package import FoundationEssentials
import SQLite

/// What Zoom's lists of registrants change before sending.
extension Journal {
    /// The decisions of some jobs that could be sent now to a target, in journal order.
    package func openDecisions(
        for target: Target,
        of jobs: [JobID],
        at date: Date
    ) throws(JournalError) -> [OpenDecision] {
        try looking {
            guard let number = try targets.id(of: target) else { return [] }
            var decisions: [OpenDecision] = []
            for record in try sendable(to: number, of: jobs, at: date) {
                for id in record.members {
                    guard let own = try DecisionRecord.read(id, in: connection),
                        let registrant = Registrant(id: own.registrant, email: own.email)
                    else {
                        throw JournalError.inconsistent(
                            path: path,
                            detail: "decision \(id) of batch \(record.id) names no registrant"
                        )
                    }
                    decisions.append(
                        OpenDecision(
                            id: id,
                            job: record.job,
                            action: record.action,
                            registrant: registrant,
                            wasSent: record.attempts > 0,
                            // Only cancellations need it, and each takes a search.
                            wasKnown: try record.action == .cancel
                                && wasAccepted(registrant, target: number, besides: id)
                        )
                    )
                }
            }
            return decisions.sorted { $0.id < $1.id }
        }
    }

    /// The targets with sendable decisions that name their registrant by id and by email, in journal order.
    ///
    /// - Parameter date: Decisions that were sent since then are left out.
    package func comparableTargets(
        of jobs: [JobID],
        at now: Date,
        unlessSentSince date: Date
    ) throws(JournalError) -> [Target] {
        try reading {
            let select = try connection.statement(
                """
                select min(batch.id), account, kind, number, occurrence from job
                join decision on decision.id >= first_decision and decision.id < first_decision + job.rows
                join batch on batch.id = decision.batch
                join target on target.id = batch.target
                where job.id = :job and \(Self.isComparable)
                    and decision.standing is null and registrant is not null and email is not null
                group by target.id order by 1
                """
            )
            var seen: Set<Target> = []
            var targets: [Target] = []
            for job in jobs {
                try select.forEach(["job": job, "now": now.milliseconds, "since": date.milliseconds]) { row in
                    guard let target = Target(journaled: row) else {
                        throw JournalError.inconsistent(path: path, detail: "a target of job \(job) can't be read")
                    }
                    if seen.insert(target).inserted { targets.append(target) }
                }
            }
            return targets
        }
    }

    /// The ids in the decisions that make a target one of ``comparableTargets(of:at:unlessSentSince:)``.
    package func comparableIDs(
        for target: Target,
        of jobs: [JobID],
        at now: Date,
        unlessSentSince date: Date
    ) throws(JournalError) -> Set<String> {
        try reading {
            guard let number = try targets.id(of: target) else { return [] }
            let select = try connection.statement(
                "select members from batch where job = :job and target = :target and \(Self.isComparable)"
            )
            var ids: Set<String> = []
            for job in jobs {
                let members = try select.all([
                    "job": job, "target": number, "now": now.milliseconds, "since": date.milliseconds,
                ]) { $0.withBytes("members", DecisionIDList.decode) ?? [] }
                for id in members.joined() {
                    guard let decision = try DecisionRecord.read(id, in: connection), decision.email != nil,
                        let registrant = decision.registrant
                    else { continue }
                    ids.insert(registrant)
                }
            }
            return ids
        }
    }

    /// The condition for a batch whose decisions are to be compared with Zoom, where they can be.
    private static let isComparable =
        "\(Schema.isSendable) and not (attempts > 0 and coalesce(begun_at, 0) >= :since)"

    /// Records what Zoom's lists say about unsent decisions, in one transaction: some learn their registrant's id, some
    /// need not be sent, some fail. Batches that lose members shrink or are replaced.
    ///
    /// - Throws: `JournalError`; `.illegal` if a decision is not waiting to be sent, or a row that already names an id
    ///   would learn another. Then nothing was recorded.
    package func note(_ findings: [PreflightFinding], at date: Date) throws(JournalError) {
        try alone {
            for (batch, findings) in try byBatch(findings) {
                var record = try batches.record(of: batch)
                try apply(findings, to: &record, at: date)
                try batches.finishJobIfDone(record.job, at: date)
            }
        }
    }

    private func sendable(to target: TargetID, of jobs: [JobID], at date: Date) throws -> [BatchRecord] {
        let select = try connection.statement(
            """
            select \(BatchRecord.columns) from batch
            where job = :job and target = :target and \(Schema.isSendable) order by id
            """
        )
        return try jobs.flatMap { job in
            try select.all(["job": job, "target": target, "now": date.milliseconds]) { row in
                try BatchRecord(checked: row, path: path)
            }
        }
    }

    /// Whether this journal knows that Zoom once accepted a decision about a registrant.
    private func wasAccepted(_ registrant: Registrant, target: TargetID, besides own: DecisionID) throws -> Bool {
        try history.decisions(about: registrant, at: target).contains { $0.id != own && $0.confirmed != nil }
    }

    private func byBatch(_ findings: [PreflightFinding]) throws -> [(BatchID, [PreflightFinding])] {
        var batches: [BatchID: [PreflightFinding]] = [:]
        for finding in findings {
            guard let decision = try DecisionRecord.read(finding.decision, in: connection), decision.standing == nil,
                let batch = decision.batch
            else { throw JournalError.illegal("decision \(finding.decision) is not waiting to be sent") }
            batches[batch, default: []].append(finding)
        }
        return batches.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private func apply(_ findings: [PreflightFinding], to record: inout BatchRecord, at date: Date) throws {
        guard record.state == .pending || record.state == .deferred else {
            throw JournalError.illegal("batch \(record.id) is \(record.state.rawValue): it is not waiting to be sent")
        }
        var refused: [(decision: DecisionID, standing: RowStatus, other: DecisionID?, reason: String)] = []
        for finding in findings {
            let id = finding.decision
            switch finding.kind {
            case .learned(let registrant):
                try learn(registrant, for: id, target: record.target)
                // A later decision by that id may already be applied; this one must not undo it.
                try withdrawReplaced([id], from: &record)
            case .alreadySo(let reason):
                let event = try batches.nextEvent(at: date.milliseconds)
                try batches.withdraw([id], from: &record, as: .alreadySo, other: nil, reason: reason, confirmed: event)
            case .superseded(let other):
                let reason = Reason.sameRegistrant(replacedBy: try jobTable.place(of: other))
                try batches.withdraw([id], from: &record, as: .superseded, other: other, reason: reason)
            case .notRegistered(let reason): refused.append((id, .notRegistered, nil, reason))
            case .mismatched(let reason): refused.append((id, .mismatched, nil, reason))
            case .contradicted(let other):
                let reason = Reason.contradicted(by: try jobTable.place(of: other))
                refused.append((id, .mismatched, other, reason))
            }
        }
        guard !refused.isEmpty else { return }
        // Failed decisions get a batch of their own, so that its attempts are theirs alone if they are reopened.
        let leaving = Set(refused.map(\.decision))
        var failing = record
        if leaving.count < record.size {
            let staying = record.members.filter { !leaving.contains($0) }
            try batches.move(&record, to: .replaced, code: nil, reason: Reason.regrouped)
            _ = try batches.makeChild(of: record, holding: staying)
            let child = try batches.makeChild(of: record, holding: record.members.filter(leaving.contains))
            failing = try batches.record(of: child.id)
        }
        for (decision, standing, other, reason) in refused {
            try batches.withdraw([decision], from: &failing, as: standing, other: other, reason: reason)
        }
    }

    /// Adds Zoom's id to a decision that named its registrant by email alone.
    private func learn(_ registrant: String, for decision: DecisionID, target: TargetID) throws {
        try connection.statement(
            "update decision set registrant = :registrant where id = :id and registrant is null and email is not null"
        ).run(["registrant": registrant, "id": decision])
        guard connection.changes == 1,
            let named = try DecisionRecord.read(decision, in: connection)?.named, let email = named.email
        else {
            throw JournalError.illegal("decision \(decision) names its registrant's id already")
        }
        let keys = try targets.keys(of: target)
        try connection.statement("delete from registrant_key where hash = :hash and decision = :decision")
            .run(["hash": RegistrantKey(.email, email, of: keys.own).kept(besideID: false), "decision": decision])
        let insert = try connection.statement(
            "insert or ignore into registrant_key (hash, decision) values (:hash, :decision)"
        )
        for key in RegistrantKey.kept(of: named, target: keys.own) + RegistrantKey.kept(of: named, target: keys.whole) {
            try insert.run(["hash": key, "decision": decision])
        }
    }
}

/// What Zoom's lists say about a decision to send.
package struct PreflightFinding: Sendable, Hashable {
    /// The consequence for the decision.
    package enum Kind: Sendable, Hashable {
        /// Zoom's id of the registrant, whom the row names by email alone. The decision is sent with both.
        case learned(id: String)
        /// The registrant already has the wanted state: nothing is sent.
        case alreadySo(reason: String)
        /// Zoom's lists do not hold the registrant: the decision fails, and nothing is sent.
        case notRegistered(reason: String)
        /// The row's id and email belong to two registrants: the decision fails, and nothing is sent.
        case mismatched(reason: String)
        /// Another row of the same job, which names the same registrant differently, contradicts it.
        case contradicted(by: DecisionID)
        /// A later row or job, which names the same registrant differently, replaces it.
        case superseded(by: DecisionID)
    }

    package let decision: DecisionID
    /// The consequence.
    package let kind: Kind

    package init(_ decision: DecisionID, _ kind: Kind) {
        self.decision = decision
        self.kind = kind
    }
}

/// A decision to send, for comparison with Zoom's lists.
package struct OpenDecision: Sendable, Hashable {
    /// Names it within the journal.
    package let id: DecisionID
    /// The job it belongs to.
    package let job: JobID
    /// What was decided.
    package let action: Action
    /// The registrant it is about.
    package let registrant: Registrant
    /// Whether a request with it was sent before, so that Zoom may already have applied it.
    package let wasSent: Bool
    /// Whether this journal knows that Zoom once accepted a change of this registrant's status there; only set for
    /// cancellations.
    package let wasKnown: Bool

    package init(
        id: DecisionID,
        job: JobID,
        action: Action,
        registrant: Registrant,
        wasSent: Bool = false,
        wasKnown: Bool = false
    ) {
        self.id = id
        self.job = job
        self.action = action
        self.registrant = registrant
        self.wasSent = wasSent
        self.wasKnown = wasKnown
    }
}
