package import Decisions
import FoundationEssentials
import SQLite

/// What a run asks before it sends anything.
extension Journal {
    /// Takes up the batches that a run before this one left in flight: whether Zoom has applied them is unknown, so they
    /// are pending again, and the request counts as one that was made.
    ///
    /// Each counts as a request of the UTC day of its intent, because none leaves on another.
    ///
    /// - Returns: How many there were.
    /// - Throws: `JournalError`.
    package func recover() async throws -> Int {
        try alone {
            var records: [(BatchRecord, Int64)] = []
            try connection.statement(
                "select \(BatchRecord.columns), begun_at from batch where state in ('pending', 'in_flight', 'deferred') and state = 'in_flight'"
            ).forEach { row in
                let record = try BatchRecord(checked: row, path: self.path)
                records.append((record, row.int64(14)))
            }
            for (record, begun) in records where inFlight[record.id] == nil {
                var record = record
                let attempt = Attempt(startedAt: Date(milliseconds: begun), duration: .zero, cause: "interrupted")
                try insert(attempt, kind: "update", batch: record.id, target: record.target, registrants: record.size)
                record.count(attemptOn: UTCDay(attempt.startedAt), mayHaveChanged: true)
                record.lost = try nextEvent(at: begun)
                try move(
                    &record,
                    to: .pending,
                    code: nil,
                    reason: "the run before this one ended before Zoom's answer was noted"
                )
            }
            return records.count
        }
    }

    /// All batches of some jobs that are not settled, those that may be sent later included.
    ///
    /// - Parameter jobs: Nil means every job.
    /// - Throws: `JournalError`.
    package func openBatches(of jobs: [JobID]? = nil) throws -> [OpenBatch] {
        try reading {
            var batches: [OpenBatch] = []
            let wanted: [JobID] = try jobs ?? openJobs()
            let select = try connection.statement(
                """
                select id, target, action, size, rows, due_at, attempts, suspect from batch
                where job = :job and state in ('pending', 'in_flight', 'deferred') order by id
                """
            )
            for job in wanted {
                try select.forEach(job.rawValue) { row in
                    guard let action = Action(rawValue: row.string(2)) else {
                        throw JournalError.inconsistent(path: self.path, detail: "batch \(row.int64(0)) can't be read")
                    }
                    batches.append(
                        OpenBatch(
                            id: BatchID(rawValue: row.int64(0)),
                            job: job,
                            target: try targets.target(row.int64(1), in: connection),
                            action: action,
                            size: row.int(3),
                            rows: row.int(4),
                            dueAt: row.optionalInt64(5).map(Date.init(milliseconds:)),
                            attempts: row.int(6),
                            suspect: row.int(7) != 0
                        )
                    )
                }
            }
            return batches
        }
    }

    /// The jobs that have something left to send.
    ///
    /// - Throws: `JournalError`.
    package func openJobs() throws -> [JobID] {
        try reading {
            var jobs: [JobID] = []
            try connection.statement("select id from job where pending > 0 or deferred > 0 order by id")
                .forEach { row in jobs.append(JobID(rawValue: row.int64(0))) }
            return jobs
        }
    }

    /// The requests of a day so far.
    ///
    /// - Throws: `JournalError`.
    package func spending(on day: UTCDay) throws -> Spending {
        try reading {
            var spending = Spending()
            try connection.statement(
                """
                select target, kind, count(*) from attempt where started_at >= :from and started_at < :to
                group by target, kind
                """
            ).forEach(day.start.milliseconds, day.end.milliseconds) { row in
                let target = try targets.target(row.int64(0), in: connection)
                spending.byAccount[target.account, default: 0] += row.int(2)
                // Only status changes count against what a webinar takes in a day.
                guard row.string(1) == "update" else { return }
                spending.byTarget[target.whole, default: 0] += row.int(2)
            }
            return spending
        }
    }

    /// The requests of a day, and of those to which a clock that is wrong may step: two before and two after.
    ///
    /// - Returns: By day; days without any are left out.
    /// - Throws: `JournalError`.
    package func spending(around day: UTCDay) throws -> [UTCDay: Spending] {
        var days: [UTCDay: Spending] = [:]
        for day in day.advanced(by: -2)...day.advanced(by: 2) {
            let spending = try spending(on: day)
            if spending != Spending() { days[day] = spending }
        }
        return days
    }

    /// Journals a request that changes nothing, such as a page of a list of registrants.
    ///
    /// - Throws: `JournalError`.
    package func note(listing attempt: Attempt, of target: Target) async throws(JournalError) {
        try await grouped {
            let number = try self.targets.makeID(of: target, in: self.connection)
            try self.insert(attempt, kind: "list", batch: nil, target: number, registrants: 0)
        }
    }

    func reading<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch { throw fail(with: error) }
    }
}
