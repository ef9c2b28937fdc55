import Decisions
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
                "select failed, reopened, retired_by is not null from job where id = :job"
            ).first(job.rawValue) { row throws(SQLiteError) in
                (failed: row.int(0), reopened: row.int(1), isRetired: row.int(2) != 0)
            }
            guard let asked else { throw JournalError.noSuchJob(job) }
            guard asked.failed > 0, !asked.isRetired, !unattended || asked.reopened < Self.unattendedReopenings else {
                return 0
            }
            var reopened = 0
            for var record in try batches(of: job, in: .failed) {
                try withdrawReplaced(from: &record)
                guard record.state == .failed else { continue }
                try move(&record, to: .pending, code: nil, reason: nil)
                reopened += record.rows
            }
            reopened += try reopenUnsent(job, looksFirst: looksFirst)
            // A night on which nothing could be asked again takes none of the job's tries.
            if unattended, reopened > 0 {
                try connection.statement("update job set reopened = reopened + 1 where id = :job").run(job.rawValue)
            }
            return reopened
        }
    }

    func batches(of job: JobID, in state: BatchState) throws -> [BatchRecord] {
        var records: [BatchRecord] = []
        try connection.statement(
            "select \(BatchRecord.columns) from batch where job = :job and state = :state order by id"
        ).forEach(job.rawValue, state.rawValue) { row in
            let record = try BatchRecord(checked: row, path: self.path)
            records.append(record)
        }
        return records
    }

    /// Makes those decisions pending again that Zoom's lists had spoken against, so that nothing was sent.
    private func reopenUnsent(_ job: JobID, looksFirst: Bool) throws -> Int {
        var batches: [(batch: BatchID, members: [Int64])] = []
        try connection.statement(
            """
            select batch, decision.id from decision
            join job on job.id = :job and decision.id >= first_decision and decision.id < first_decision + job.rows
            where (standing = 'not_registered' or standing = 'mismatched' and :looks_first)
                and batch is not null
            order by batch, decision.id
            """
        ).forEach(job.rawValue, looksFirst ? 1 : 0) { row in
            let batch = BatchID(rawValue: row.int64(0))
            if batches.last?.batch != batch { batches.append((batch, [])) }
            batches[batches.count - 1].members.append(row.int64(1))
        }
        let clear = try connection.statement(
            "update decision set standing = null, reason = null, other = null where id = :id"
        )
        var reopened = 0
        for (batch, members) in batches {
            for member in members { try clear.run(member) }
            let child = try makeChild(of: record(of: batch), holding: members, suspect: false)
            countChanges.move(child.rows, of: job, from: .failed, to: .pending)
            var record = try record(of: child.id)
            try withdrawReplaced(from: &record)
            reopened += record.rows
        }
        return reopened
    }

    /// Withdraws the members of a batch about whose registrants something was decided later.
    private func withdrawReplaced(from record: inout BatchRecord) throws {
        for id in record.members { try withdrawReplaced(id, from: &record) }
    }
}
