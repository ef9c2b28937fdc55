package import Decisions
import SQLite

/// What a job says is so, for comparing it with what Zoom says.
extension Journal {
    /// The rows of a job that claim a registrant's status, by target: those that were applied, those for which Zoom showed
    /// the wanted state already, and those that follow such a row: a row that repeats another, which in its turn may have
    /// been applied by an earlier job. All other rows claim nothing.
    package func claimingRows(of job: JobID) throws(JournalError) -> [ClaimingRows] {
        try looking {
            var places: [TargetID: Int] = [:]
            var groups: [ClaimingRows] = []
            try connection.statement(
                """
                select decision.id as own, root.id as root, batch.target from job
                join decision on decision.id >= first_decision and decision.id < first_decision + job.rows
                join decision head on head.id = iif(decision.standing = 'duplicate', decision.other, decision.id)
                join decision root on root.id = iif(head.standing = 'already_applied', head.other, head.id)
                join batch on batch.id = root.batch
                where job.id = :job
                    and (root.standing is null and batch.state = 'applied' or root.standing = 'already_so')
                order by decision.id
                """
            ).forEach(["job": job]) { row in
                let target: TargetID = row.id("target")
                if places[target] == nil {
                    places[target] = groups.count
                    groups.append(ClaimingRows(target: try targets.target(target)))
                }
                guard let place = places[target] else { return }
                groups[place].decisions.append((own: row.id("own"), root: row.id("root")))
            }
            return groups
        }
    }

    /// What rows claim, once for each decision: rows that repeat one are named beside it. Those about whose registrant
    /// something else was applied later are left out: they claim it no more.
    package func claims(of rows: ClaimingRows, in job: JobID) throws(JournalError) -> [AppliedDecision] {
        try looking {
            guard let target = try targets.id(of: rows.target) else { return [] }
            guard let first = try jobTable.span(of: job)?.decisions.lowerBound else {
                throw JournalError.noSuchJob(job)
            }
            var claims: [AppliedDecision] = []
            /// Where in `claims` a decision stands; nil where it is outdated.
            var places: [DecisionID: Int?] = [:]
            for (own, root) in rows.decisions {
                let row = own - first + 1
                if let known = places[root] {
                    if let place = known { claims[place].repeats.append(row) }
                    continue
                }
                guard let decision = try DecisionRecord.read(root, in: connection), let action = decision.action,
                    let registrant = decision.named
                else { throw JournalError.inconsistent(path: path, detail: "decision \(root) claims nothing") }
                let isOutdated = try history.decisions(about: registrant, at: target).contains { other in
                    other.action != action && other.confirmed ?? 0 > decision.confirmed ?? 0
                }
                places[root] = .some(isOutdated ? nil : claims.count)
                if isOutdated { continue }
                claims.append(AppliedDecision(row: row, action: action, registrant: registrant))
            }
            return claims
        }
    }
}

/// What the journal says of a registrant's status, as one decision of a spreadsheet made it so.
package struct AppliedDecision: Sendable, Hashable {
    /// The row's number among the rows under the header, counted from 1.
    package let row: Int
    /// The numbers of the rows that merely repeat it, in file order.
    package internal(set) var repeats: [Int]
    /// What was done, so that it should still be so.
    package let action: Action
    /// The registrant as the row named it, with Zoom's id where it was learned.
    package let registrant: Registrant

    package init(row: Int, repeats: [Int] = [], action: Action, registrant: Registrant) {
        self.row = row
        self.repeats = repeats
        self.action = action
        self.registrant = registrant
    }
}

/// The rows of a job that claim something about one target, without what they claim: there may be millions.
package struct ClaimingRows: Sendable {
    /// The meeting, webinar or occurrence.
    package let target: Target
    /// How many there are.
    package var count: Int { decisions.count }
    var decisions: [(own: DecisionID, root: DecisionID)] = []
}

/// Rows that Zoom confirmed and whose registrants its lists showed otherwise afterwards. They stay applied, since that is
/// what Zoom answered; a note beside them says the rest, in every results file and report from then on.
extension Journal {
    /// Notes what Zoom's lists showed. Rows that merely repeat another one follow that one, and get no note of their own.
    ///
    /// - Parameter found: By the row's number, counted from 1: what follows "Zoom confirmed this, but".
    /// - Throws: `JournalError`; then nothing was noted.
    package func note(differences found: [Int: String], of job: JobID) throws(JournalError) {
        guard !found.isEmpty else { return }
        try alone {
            guard let first = try jobTable.span(of: job)?.decisions.lowerBound else {
                throw JournalError.noSuchJob(job)
            }
            let update = try connection.statement(
                """
                update decision set reason =
                    iif(instr(reason, :mark) > 0, substr(reason, 1, instr(reason, :mark) - 1), coalesce(reason || '; ', ''))
                    || :mark || :text
                where id = :id and standing is null
                """
            )
            for (row, text) in found.sorted(by: { $0.key < $1.key }) {
                try update.run(["mark": Reason.differenceMark, "text": text, "id": first + (row - 1)])
            }
        }
    }
}

extension JournalReader {
    /// The applied rows whose registrants Zoom's lists showed otherwise: how many, those that repeat one included, and the
    /// first of them in file order, each with what was found.
    package func differingRows(of job: JobSummary, limit: Int) throws(JournalError) -> (count: Int, rows: [PlacedRow]) {
        guard job.counts[.applied] > 0 else { return (0, []) }
        return try guarded {
            var count = 0
            var rows: [(DecisionID, String?)] = []
            try connection.statement(
                """
                select id, substr(reason, instr(reason, :mark)) as note, copies from decision
                where id >= :first and id < :end and standing is null and instr(reason, :mark) > 0 order by id
                """
            ).forEach(["mark": Reason.differenceMark, "first": job.firstDecision, "end": job.endDecision]) { row in
                count += 1 + row.int("copies")
                if rows.count < limit { rows.append((row.id("id"), row.optionalString("note"))) }
            }
            return (count, try placed(rows, of: job))
        }
    }
}
