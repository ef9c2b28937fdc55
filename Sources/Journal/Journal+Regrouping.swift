internal import Decisions
internal import SQLite

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

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
    public func regroup(_ job: JobID, size: Int, at date: Date) throws {
        try alone {
            var groups: [GroupKey: [BatchRecord]] = [:]
            try connection.statement(
                """
                select \(BatchRecord.columns) from batch
                where job = :job and state in ('pending', 'in_flight', 'deferred')
                    and (state = 'pending' or state = 'deferred' and due_at <= :now)
                    and (size > :most or suspect = 0 and size < :most)
                order by id
                """
            ).forEach(job.rawValue, date.milliseconds, size) { row in
                let record = try BatchRecord(checked: row, path: self.path)
                groups[GroupKey(record), default: []].append(record)
            }
            for records in groups.values {
                let total = records.reduce(0) { $0 + $1.size }
                let needed = (total + size - 1) / size
                guard needed < records.count || records.contains(where: { $0.size > size }) else { continue }
                try replace(records, size: size)
            }
        }
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
    private struct GroupKey: Hashable {
        let target: Int64
        let action: Action
        let suspect: Bool
        let attempts: Int

        init(_ record: BatchRecord) {
            target = record.target
            action = record.action
            suspect = record.suspect
            attempts = record.attempts
        }
    }
}
