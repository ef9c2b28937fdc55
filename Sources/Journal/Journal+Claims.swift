import Decisions
import SQLite

/// What a job says is so, for comparing it with what Zoom says.
extension Journal {
    /// The rows of a job that claim a registrant's status, by target: those that were applied, those for which Zoom showed
    /// the wanted state already, and those that follow such a row: a row that repeats another, which in its turn may have
    /// been applied by an earlier job. All other rows claim nothing.
    ///
    /// - Throws: `JournalError`.
    package func claimingRows(of job: JobID) throws(JournalError) -> [ClaimingRows] {
        do {
            var places: [Int64: Int] = [:]
            var groups: [ClaimingRows] = []
            try connection.statement(
                """
                select decision.id, root.id, batch.target from job
                join decision on decision.id >= first_decision and decision.id < first_decision + job.rows
                join decision head on head.id = iif(decision.standing = 'duplicate', decision.other, decision.id)
                join decision root on root.id = iif(head.standing = 'already_applied', head.other, head.id)
                join batch on batch.id = root.batch
                where job.id = :job
                    and (root.standing is null and batch.state = 'applied' or root.standing = 'already_so')
                order by decision.id
                """
            ).forEach(job.rawValue) { row in
                let target = row.int64(2)
                if places[target] == nil {
                    places[target] = groups.count
                    groups.append(ClaimingRows(target: try targets.target(target, in: connection)))
                }
                guard let place = places[target] else { return }
                groups[place].decisions.append((own: row.int64(0), root: row.int64(1)))
            }
            return groups
        } catch {
            throw JournalError(error, path: path)
        }
    }

    /// What rows claim, once for each decision: rows that repeat one are named beside it. Those about whose registrant
    /// something else was applied later are left out: they claim it no more.
    ///
    /// - Throws: `JournalError`.
    package func claims(of rows: ClaimingRows, in job: JobID) throws(JournalError) -> [Claim] {
        do {
            guard let target = try targets.id(of: rows.target, in: connection) else { return [] }
            let first = try connection.statement("select first_decision from job where id = :job").first(job.rawValue) {
                row throws(SQLiteError) in row.int64(0)
            }
            guard let first else { throw JournalError.noSuchJob(job) }
            var claims: [Claim] = []
            /// Where in `claims` a decision stands; nil where it is outdated.
            var places: [Int64: Int?] = [:]
            for (own, root) in rows.decisions {
                let row = Int(own - first) + 1
                if let known = places[root] {
                    if let place = known { claims[place].repeats.append(row) }
                    continue
                }
                guard let decision = try DecisionRecord.read(root, in: connection), let action = decision.action,
                    let registrant = Registrant(id: decision.registrant, email: decision.email)
                else { throw JournalError.inconsistent(path: path, detail: "decision \(root) claims nothing") }
                var person = try person(registrant, of: target)
                let isOutdated = try decisions(about: &person, at: target).contains { other in
                    other.action != action && other.confirmed ?? 0 > decision.confirmed ?? 0
                        && person.relation(of: other) != .none
                }
                places[root] = .some(isOutdated ? nil : claims.count)
                if isOutdated { continue }
                claims.append(Claim(row: row, action: action, registrant: registrant))
            }
            return claims
        } catch {
            throw JournalError(error, path: path)
        }
    }
}
