import Decisions
package import FoundationEssentials
import SQLite

/// Keeping batches full and within the size asked for: fewest requests, because Zoom counts requests by the day.
extension Journal {
    /// Brings a job's sendable batches to at most `size` registrants, and joins small ones of the same target and action.
    ///
    /// Batches that came out of a refusal are not joined: the registrant at fault would only have to be found again.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - size: The most registrants in one request.
    ///   - date: Now; what is deferred beyond it is left alone.
    /// - Throws: `JournalError`.
    package func regroup(_ job: JobID, size: Int, at date: Date) throws {
        try alone {
            // Most jobs need none of it, and of a large one only the groups that do are read.
            for key in try groupsToRegroup(job, size: size, at: date) {
                var records: [BatchRecord] = []
                try connection.statement(
                    """
                    select \(BatchRecord.columns) from batch
                    where job = :job and target = :target and state in ('pending', 'in_flight', 'deferred')
                        and (state = 'pending' or state = 'deferred' and due_at <= :now)
                        and (size > :most or suspect = 0 and size < :most)
                        and action = :action and suspect = :suspect and attempts = :attempts
                    order by id
                    """
                ).forEach(
                    job.rawValue,
                    key.target,
                    date.milliseconds,
                    size,
                    key.action,
                    key.suspect,
                    key.attempts
                ) { row in records.append(try BatchRecord(checked: row, path: self.path)) }
                try replace(records, size: size)
            }
        }
    }

    /// The groups with more batches than they need, or with one that is too large.
    private func groupsToRegroup(_ job: JobID, size: Int, at date: Date) throws -> [GroupKey] {
        var keys: [GroupKey] = []
        try connection.statement(
            """
            select target, action, suspect, attempts from batch
            where job = :job and state in ('pending', 'in_flight', 'deferred')
                and (state = 'pending' or state = 'deferred' and due_at <= :now)
                and (size > :most or suspect = 0 and size < :most)
            group by target, action, suspect, attempts
            having max(size) > :most or (sum(size) + :most - 1) / :most < count(*)
            """
        ).forEach(job.rawValue, date.milliseconds, size) { row in
            keys.append(
                GroupKey(target: row.int64(0), action: row.string(1), suspect: row.int64(2), attempts: row.int64(3))
            )
        }
        return keys
    }

    private func replace(_ records: [BatchRecord], size: Int) throws {
        // Members of several batches may interleave; ids ascend in file order.
        let members = records.flatMap(\.members).sorted()
        var model = records[0]
        for var record in records {
            // The strictest count of the day holds for the new batch: deferring early is safe, sending an eleventh is not.
            if record.day > model.day || record.day == model.day && record.dayAttempts > model.dayAttempts {
                model.day = record.day
                model.dayAttempts = record.dayAttempts
            }
            try move(&record, to: .replaced, code: nil, reason: "regrouped")
        }
        for start in stride(from: 0, to: members.count, by: size) {
            _ = try makeChild(of: model, holding: Array(members[start..<min(start + size, members.count)]))
        }
    }

    /// What batches must share to be joined. The number of attempts too, so that each row's stays true.
    private struct GroupKey {
        let target: Int64
        let action: String
        let suspect: Int64
        let attempts: Int64
    }
}
