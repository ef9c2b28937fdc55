package import Decisions
package import FoundationEssentials
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
    /// - Parameters:
    ///   - jobs: Nil means every job.
    ///   - account: The account in whose name they are to be sent; left out, every account.
    /// - Throws: `JournalError`.
    package func openBatches(of jobs: [JobID]? = nil, in account: String?? = .none) throws -> [OpenBatch] {
        try reading {
            var batches: [OpenBatch] = []
            // Not kept in `targets`: there may be 200,000. Consecutive batches mostly have the same one.
            var latest: (id: Int64, target: Target)?
            let select = try connection.statement(
                """
                select batch.id, account, kind, number, occurrence, action, size, rows, due_at, attempts, suspect, target.id
                from batch cross join target on target.id = batch.target
                where job = :job and state in ('pending', 'in_flight', 'deferred')
                    and (:account is null or account = :account)
                order by batch.id
                """
            )
            for job in try jobs ?? openJobs() {
                try select.forEach(job.rawValue, account.map { $0 ?? "" }) { row in
                    let known = latest.flatMap { $0.id == row.int64(11) ? $0.target : nil }
                    guard let target = known ?? Target(journaled: row, from: 1),
                        let action = Action(rawValue: row.string(5))
                    else {
                        throw JournalError.inconsistent(path: self.path, detail: "batch \(row.int64(0)) can't be read")
                    }
                    latest = (row.int64(11), target)
                    batches.append(
                        OpenBatch(
                            id: BatchID(rawValue: row.int64(0)),
                            job: job,
                            target: target,
                            action: action,
                            size: row.int(6),
                            rows: row.int(7),
                            dueAt: row.optionalInt64(8).map(Date.init(milliseconds:)),
                            attempts: row.int(9),
                            suspect: row.int(10) != 0
                        )
                    )
                }
            }
            return batches
        }
    }

    /// What of some jobs is open, by job and account, and when the first of it may be sent.
    ///
    /// - Throws: `JournalError`.
    package func openWork(of jobs: [JobID]) throws -> [(job: JobID, account: String?, dueAt: Date)] {
        try reading {
            var work: [(JobID, String?, Date)] = []
            let select = try connection.statement(
                """
                select account, min(coalesce(due_at, 0)) from batch cross join target on target.id = batch.target
                where job = :job and state in ('pending', 'in_flight', 'deferred') group by account
                """
            )
            for job in jobs {
                try select.forEach(job.rawValue) { row in
                    let account = row.string(0)
                    work.append((job, account.isEmpty ? nil : account, Date(milliseconds: row.int64(1))))
                }
            }
            return work
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
    package func spending(on day: UTCDay) throws -> DayUsage {
        try reading {
            var spending = DayUsage()
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
    package func spending(around day: UTCDay) throws -> [UTCDay: DayUsage] {
        var days: [UTCDay: DayUsage] = [:]
        for day in day.advanced(by: -2)...day.advanced(by: 2) {
            let spending = try spending(on: day)
            if spending != DayUsage() { days[day] = spending }
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
