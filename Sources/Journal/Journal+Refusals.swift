package import Decisions
package import FoundationEssentials
import SQLite

/// Answers that settle more than the batch they came for.
extension Journal {
    /// Fails every batch of some jobs for a target that is not in flight: Zoom would refuse each alike.
    ///
    /// A target without an occurrence stands for all occurrences of its meeting or webinar; without an action, all are
    /// meant.
    ///
    /// - Returns: The batches.
    /// - Throws: `JournalError`.
    package func failOpen(
        _ target: Target,
        only action: Action? = nil,
        of jobs: [JobID],
        code: Int?,
        reason: String,
        at date: Date
    ) async throws(JournalError) -> [BatchID] {
        try await grouped {
            try self.forEachOpen(target, only: action, of: jobs) { record in
                try self.move(&record, to: .failed, code: code, reason: reason, at: date)
                try self.finishJobIfDone(record.job, at: date)
            }
        }
    }

    /// Defers every batch of some jobs for a target that could be sent now.
    ///
    /// A target without an occurrence stands for all occurrences of its meeting or webinar.
    ///
    /// - Returns: The batches.
    /// - Throws: `JournalError`.
    package func deferOpen(
        _ target: Target,
        of jobs: [JobID],
        until due: Date,
        reason: String,
        at date: Date
    ) async throws(JournalError) -> [BatchID] {
        try await grouped {
            try self.forEachOpen(target, of: jobs, dueBy: date) { record in
                try self.move(&record, to: .deferred, code: nil, reason: reason, due: due)
            }
        }
    }

    private func forEachOpen(
        _ target: Target,
        only action: Action? = nil,
        of jobs: [JobID],
        dueBy date: Date? = nil,
        _ body: (inout BatchRecord) throws -> Void
    ) throws -> [BatchID] {
        var records: [BatchRecord] = []
        let select = try connection.statement(
            """
            select \(BatchRecord.columns) from batch
            where job = :job and target in (
                    select id from target
                    where account = :account and kind = :kind and number = :number
                        and (:occurrence is null or occurrence = :occurrence)
                ) and state in ('pending', 'in_flight', 'deferred')
                and (state = 'pending' or state = 'deferred' and (:date is null or due_at <= :date))
                and (:action is null or action = :action)
            order by id
            """
        )
        for job in jobs {
            try select.forEach(
                job.rawValue,
                target.account ?? "",
                target.kind.rawValue,
                target.id.description,
                target.occurrence?.description,
                date?.milliseconds,
                action?.rawValue
            ) { row in records.append(try BatchRecord(checked: row, path: path)) }
        }
        for index in records.indices { try body(&records[index]) }
        return records.map(\.id)
    }
}
