package import FoundationEssentials
import SQLite

/// Asking once more for what was settled.
extension Journal {
    /// How often an unattended run asks again for what failed: the cause may have been mended since (registration
    /// switched on, a host added), but not for ever without a person.
    static let unattendedReopenings = 2

    /// Makes a job's failed decisions pending again, except those that a later decision replaced. A job whose spreadsheet was
    /// read anew with another content wants nothing any more.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - unattended: Whether no person asked for it; then it is done twice at most.
    ///   - looksFirst: Whether Zoom's lists are looked at before anything is sent. Without it, what these lists spoke
    ///     against because two rows, or a row and a list, contradict each other stays as it is: to send it would be a guess.
    /// - Returns: How many rows.
    /// - Throws: `JournalError`.
    package func reopenFailed(_ job: JobID, unattended: Bool, looksFirst: Bool) throws -> Int {
        try alone {
            let asked = try connection.statement(
                "select failed, reopened, retired_by from job where id = :job"
            ).first(["job": job]) { row in
                (failed: row.int("failed"), reopened: row.int("reopened"), isRetired: !row.isNull("retired_by"))
            }
            guard let asked else { throw JournalError.noSuchJob(job) }
            guard asked.failed > 0, !asked.isRetired, !unattended || asked.reopened < Self.unattendedReopenings else {
                return 0
            }
            var reopened = 0
            let failed = try connection.statement(
                "select \(BatchRecord.columns) from batch where job = :job and state = 'failed' order by id"
            ).all(["job": job]) { row in try BatchRecord(checked: row, path: path) }
            for var record in failed {
                try withdrawReplaced(record.members, from: &record)
                guard record.state == .failed else { continue }
                try move(&record, to: .pending, code: nil, reason: nil)
                reopened += record.rows
            }
            reopened += try reopenUnsent(job, looksFirst: looksFirst)
            // A night on which nothing could be asked again takes none of the job's tries.
            if unattended, reopened > 0 {
                try connection.statement("update job set reopened = reopened + 1 where id = :job").run(["job": job])
            }
            return reopened
        }
    }

    /// Makes those decisions pending again that Zoom's lists had spoken against, so that nothing was sent.
    private func reopenUnsent(_ job: JobID, looksFirst: Bool) throws -> Int {
        let unsent = try connection.statement(
            """
            select batch, decision.id from decision
            join job on job.id = :job and decision.id >= first_decision and decision.id < first_decision + job.rows
            where (standing = 'not_registered' or standing = 'mismatched' and :looks_first)
                and batch is not null
            order by batch, decision.id
            """
        ).all(["job": job, "looks_first": looksFirst]) { row in
            (batch: row.id("batch") as BatchID, id: row.id("id") as DecisionID)
        }
        var reopened = 0
        for (batch, members) in Dictionary(grouping: unsent, by: \.batch).sorted(by: { $0.key < $1.key }) {
            for member in members { try clearStanding(of: member.id) }
            let child = try makeChild(of: record(of: batch), holding: members.map(\.id), suspect: false)
            countChanges.move(child.rows, of: job, from: .failed, to: .pending)
            var record = try record(of: child.id)
            try withdrawReplaced(record.members, from: &record)
            reopened += record.rows
        }
        return reopened
    }
}

/// What a run that nobody watches asks once more.
extension Journal {
    /// Refusals that are younger are of the same night: a second run of the night must not spend the next night's try.
    static let shortestNight: TimeInterval = 12 * 3_600
    /// Refusals that are older are left to a person, who may have acted on them by hand meanwhile.
    static let lastNight: TimeInterval = 3 * 86_400

    /// Makes what Zoom refused in the last nights pending again, in all jobs, twice at most in each.
    ///
    /// - Parameters:
    ///   - now: The moment.
    ///   - looksFirst: As for `reopenFailed`.
    /// - Returns: How many rows of which jobs.
    /// - Throws: `JournalError`.
    package func reopenFailedOfEarlierNights(at now: Date, looksFirst: Bool) throws -> [JobID: Int] {
        let jobs: [JobID] = try reading {
            try connection.statement(
                """
                select id from job
                left join (select job, max(settled_at) as settled_at from batch where state = 'failed' group by job) refused
                    on refused.job = job.id
                where failed > 0 and coalesce(refused.settled_at, finished_at) > :oldest
                    and coalesce(refused.settled_at, finished_at) <= :youngest
                order by id
                """
            ).all([
                "oldest": now.addingTimeInterval(-Self.lastNight).milliseconds,
                "youngest": now.addingTimeInterval(-Self.shortestNight).milliseconds,
            ]) { $0.id("id") }
        }
        var reopened: [JobID: Int] = [:]
        for job in jobs {
            let rows = try reopenFailed(job, unattended: true, looksFirst: looksFirst)
            if rows > 0 { reopened[job] = rows }
        }
        return reopened
    }
}
