package import FoundationEssentials
import SQLite

/// Reopens settled decisions.
extension Journal {
    /// Makes a job's failed decisions pending again, except those that a later decision replaced. A job whose
    /// spreadsheet was read again with other content wants nothing any more.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - times: How often this may happen automatically; nil if a person asked for it, which does not count.
    ///   - looksFirst: Whether Zoom's lists are read before anything is sent. If not, decisions that failed because two
    ///     rows, or a row and a list, contradict each other stay failed: sending them would be a guess.
    /// - Returns: How many rows.
    package func reopenFailed(_ job: JobID, atMost times: Int? = nil, looksFirst: Bool) throws(JournalError) -> Int {
        try alone {
            let asked = try connection.statement(
                "select failed, reopened, retired_by from job where id = :job"
            ).first(["job": job]) { row in
                (failed: row.int("failed"), reopened: row.int("reopened"), isRetired: !row.isNull("retired_by"))
            }
            guard let asked else { throw JournalError.noSuchJob(job) }
            guard asked.failed > 0, !asked.isRetired, times.map({ asked.reopened < $0 }) ?? true else { return 0 }
            var reopened = 0
            let failed = try connection.statement(
                "select \(BatchRecord.columns) from batch where job = :job and state = 'failed' order by id"
            ).all(["job": job]) { row in try BatchRecord(checked: row, path: path) }
            for var record in failed {
                try withdrawReplaced(record.members, from: &record)
                guard record.state == .failed else { continue }
                try batches.move(&record, to: .pending, code: nil, reason: nil)
                reopened += record.rows
            }
            reopened += try reopenUnsent(job, looksFirst: looksFirst)
            // A night on which nothing could be reopened uses none of the job's tries.
            if times != nil, reopened > 0 {
                try connection.statement("update job set reopened = reopened + 1 where id = :job").run(["job": job])
            }
            return reopened
        }
    }

    /// Makes decisions pending again that were not sent because Zoom's lists contradicted them.
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
            let child = try batches.makeChild(of: batches.record(of: batch), holding: members.map(\.id), suspect: false)
            batches.moveRows(child.rows, of: job, from: .failed, to: .pending)
            var record = try batches.record(of: child.id)
            try withdrawReplaced(record.members, from: &record)
            reopened += record.rows
        }
        return reopened
    }

    /// The jobs whose latest refusal is within a period.
    package func jobs(refusedIn time: Range<Date>) throws(JournalError) -> [JobID] {
        try looking {
            try connection.statement(
                """
                select id from job
                left join (select job, max(settled_at) as settled_at from batch where state = 'failed' group by job) refused
                    on refused.job = job.id
                where failed > 0 and coalesce(refused.settled_at, finished_at) > :oldest
                    and coalesce(refused.settled_at, finished_at) <= :youngest
                order by id
                """
            ).all(["oldest": time.lowerBound.milliseconds, "youngest": time.upperBound.milliseconds]) { $0.id("id") }
        }
    }
}
