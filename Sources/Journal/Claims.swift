package import Decisions
import SQLite

/// What a job claims, for comparison with what Zoom says.
extension Journal {
    /// The rows of a job that claim a registrant's status, by target: rows that were applied, rows for which Zoom
    /// already showed the wanted state, and rows that repeat such a row, which may itself have been applied by an
    /// earlier job. All other rows claim nothing.
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

    /// What rows claim, once for each decision, with the rows that repeat it. Rows are left out if something else was
    /// applied to their registrant later, because they no longer claim it.
    package func claims(of rows: ClaimingRows, in job: JobID) throws(JournalError) -> [AppliedDecision] {
        try looking {
            guard let target = try targets.id(of: rows.target) else { return [] }
            guard let first = try jobTable.span(of: job)?.decisions.lowerBound else {
                throw JournalError.noSuchJob(job)
            }
            var claims: [AppliedDecision] = []
            /// The index of a decision in `claims`; nil if it is outdated.
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

/// A registrant's status according to the journal, as set by one decision of a spreadsheet.
package struct AppliedDecision: Sendable, Hashable {
    /// The row's number among the rows under the header, counted from 1.
    package let row: Int
    /// The numbers of the rows that only repeat it, in file order.
    package internal(set) var repeats: [Int]
    /// The action that was applied and should still hold.
    package let action: Action
    /// The registrant as the row named it, with Zoom's id if it was learned.
    package let registrant: Registrant

    package init(row: Int, repeats: [Int] = [], action: Action, registrant: Registrant) {
        self.row = row
        self.repeats = repeats
        self.action = action
        self.registrant = registrant
    }
}

/// The rows of a job with claims about one target, without the claims themselves: there may be millions.
package struct ClaimingRows: Sendable {
    /// The meeting, webinar or occurrence.
    package let target: Target
    /// How many there are.
    package var count: Int { decisions.count }
    var decisions: [(own: DecisionID, root: DecisionID)] = []
}

/// Rows that Zoom confirmed although its lists showed otherwise afterwards. They stay applied, because that is what
/// Zoom answered; a note in every later results file and report says the rest.
extension Journal {
    /// Records what Zoom's lists showed. Rows that only repeat another follow it, and get no note of their own.
    ///
    /// - Parameter found: The text that follows "Zoom confirmed this, but", by the row's number, counted from 1.
    /// - Throws: `JournalError`; then nothing was recorded.
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
    /// The applied rows that Zoom's lists contradicted: how many, including those that repeat one, and the first of
    /// them in file order, each with what was found.
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
