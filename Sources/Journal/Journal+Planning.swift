package import Decisions
package import FoundationEssentials
import SQLite

/// What a run asks the journal before it sends anything.
extension Journal {
    /// Recovers the batches that an earlier run left in flight: whether Zoom applied them is unknown, so they become
    /// pending again, and each request counts as sent.
    ///
    /// Each request counts for the UTC day of its intent, because none leaves on another day.
    ///
    /// - Returns: How many there were.
    package func recover() throws(JournalError) -> Int {
        try alone {
            let records = try connection.statement(
                "select \(BatchRecord.columns), begun_at from batch where \(Schema.isOpen) and state = 'in_flight'"
            ).all { row in (try BatchRecord(checked: row, path: path), row.int64("begun_at")) }
            for (record, begun) in records where batches.inFlight[record.id] == nil {
                var record = record
                let attempt = Attempt(startedAt: Date(milliseconds: begun), duration: .zero, cause: "interrupted")
                try attempts.insert(attempt, of: record)
                record.count(attemptOn: UTCDay(attempt.startedAt), mayHaveChanged: true)
                record.lost = try batches.nextEvent(at: begun)
                try batches.move(&record, to: .pending, code: nil, reason: Reason.interrupted)
            }
            return records.count
        }
    }

    /// All unsettled batches of some jobs, including those that may only be sent later.
    ///
    /// - Parameters:
    ///   - jobs: Nil means every job.
    ///   - account: The account that sends them; if omitted, every account.
    package func openBatches(
        of jobs: [JobID]? = nil,
        in account: String?? = .none
    ) throws(JournalError) -> [OpenBatch] {
        try reading {
            let wanted: [JobID] = try jobs ?? openJobs()
            // Not kept in `targets`: there may be 200,000. Consecutive batches mostly have the same one.
            var latest: (id: TargetID, target: Target)?
            let select = try connection.statement(
                """
                select batch.id as batch, target.id as target, account, kind, number, occurrence, action, size, rows, due_at,
                    attempts, suspect
                from batch cross join target on target.id = batch.target
                where job = :job and \(Schema.isOpen) and \(Schema.isNotHeldBack)
                    and (:account is null or account = :account)
                order by batch.id
                """
            )
            return try wanted.flatMap { job in
                try select.all(["job": job, "account": account.map { $0 ?? "" }]) { row in
                    let id: TargetID = row.id("target")
                    let known = latest.flatMap { $0.id == id ? $0.target : nil }
                    guard let target = known ?? Target(journaled: row),
                        let action = Action(rawValue: row.string("action"))
                    else {
                        throw JournalError.inconsistent(
                            path: path,
                            detail: "batch \(row.int64("batch")) can't be read"
                        )
                    }
                    latest = (id, target)
                    return OpenBatch(
                        id: row.id("batch"),
                        job: job,
                        target: target,
                        action: action,
                        size: row.int("size"),
                        rows: row.int("rows"),
                        dueAt: row.optionalInt64("due_at").map(Date.init(milliseconds:)),
                        attempts: row.int("attempts"),
                        suspect: row.bool("suspect")
                    )
                }
            }
        }
    }

    /// The open work of some jobs, by job and account, and when the first of it may be sent.
    package func openWork(
        of jobs: [JobID]
    ) throws(JournalError) -> [(job: JobID, account: String?, dueAt: Date)] {
        try reading {
            let select = try connection.statement(
                """
                select account, min(coalesce(due_at, 0)) as due_at
                from batch cross join target on target.id = batch.target
                where job = :job and \(Schema.isOpen) and \(Schema.isNotHeldBack) group by account
                """
            )
            return try jobs.flatMap { job in
                try select.all(["job": job]) { row in
                    let account = row.string("account")
                    return (job, account.isEmpty ? nil : account, Date(milliseconds: row.int64("due_at")))
                }
            }
        }
    }

    /// The jobs that have something left to send.
    package func openJobs() throws(JournalError) -> [JobID] {
        try reading {
            try connection.statement("select id from job where \(Schema.jobIsOpen) order by id").all { $0.id("id") }
        }
    }

    /// The requests of a day so far that count for its limits: all but those for a single registrant, whose label has a
    /// day of its own.
    package func spending(on day: UTCDay) throws(JournalError) -> DayUsage {
        try reading { try attempts.spending(on: day) }
    }

    /// The requests of a day, and of the two days before and after it, to which a wrong clock may step.
    ///
    /// - Returns: By day; days without requests are left out.
    package func spending(around day: UTCDay) throws(JournalError) -> [UTCDay: DayUsage] {
        var days: [UTCDay: DayUsage] = [:]
        for day in day.advanced(by: -2)...day.advanced(by: 2) {
            let spending = try spending(on: day)
            if spending != DayUsage() { days[day] = spending }
        }
        return days
    }

    /// Journals a request that changes nothing: for a page of a list of registrants, or for a single one.
    ///
    /// - Parameter registrants: 1 for a single registrant; 0 for a list.
    package func note(
        listing attempt: Attempt,
        of target: Target,
        registrants: Int = 0
    ) async throws(JournalError) {
        try await grouped {
            let number = try self.targets.makeID(of: target)
            try self.attempts.insert(attempt, kind: "list", batch: nil, target: number, registrants: registrants)
        }
    }
}

/// Sends a part of what is open first.
extension Journal {
    /// Leaves to a later run, as long as this journal is open, what may not be sent until after a moment: whoever was
    /// asked then was not shown it, and a run waits for what falls due soon.
    ///
    /// - Parameters:
    ///   - date: The moment.
    ///   - jobs: The jobs.
    package func holdBack(dueAfter date: Date, of jobs: [JobID]) throws(JournalError) {
        try alone {
            let hold = try connection.statement(
                """
                insert or ignore into held_back (id)
                select id from batch where job = :job and \(Schema.isOpen) and state = 'deferred' and due_at > :date
                """
            )
            for job in jobs { try hold.run(["job": job, "date": date.milliseconds]) }
        }
    }

    /// Leaves to a later run, as long as this journal is open, what some jobs decide beyond their first rows: nothing
    /// sends, fails or defers it. A batch of both is split, so that the rest can go without it.
    ///
    /// - Parameters:
    ///   - count: How many rows below the header, over the jobs in this order.
    ///   - jobs: The jobs.
    /// - Returns: How many rows are held back.
    package func holdBack(beyond count: Int, of jobs: [JobID]) throws(JournalError) -> Int {
        try alone {
            let hold = try connection.statement("insert or ignore into held_back (id) values (:id)")
            var (left, rows) = (count, 0)
            for job in jobs {
                let found = try connection.statement("select first_decision, rows from job where id = :job")
                    .first(["job": job]) { (first: $0.id("first_decision") as DecisionID, rows: $0.int("rows")) }
                guard let found else { throw JournalError.noSuchJob(job) }
                let end = found.first + min(left, found.rows)
                left -= min(left, found.rows)
                let open = try connection.statement(
                    "select \(BatchRecord.columns), due_at, code, reason from batch where job = :job and \(Schema.isOpen)"
                ).all(["job": job]) { row in
                    (
                        record: try BatchRecord(checked: row, path: path), due: row.optionalInt64("due_at"),
                        code: row.optionalInt("code"), reason: row.optionalString("reason")
                    )
                }
                for (record, due, code, reason) in open {
                    let parts = [record.members.filter { $0 < end }, record.members.filter { $0 >= end }]
                    guard !parts[1].isEmpty else { continue }
                    guard !parts[0].isEmpty else {
                        try hold.run(["id": record.id])
                        rows += record.rows
                        continue
                    }
                    var record = record
                    try batches.move(&record, to: .replaced, code: nil, reason: Reason.regrouped)
                    let children = try parts.map { members in
                        try batches.makeChild(
                            of: record,
                            holding: members,
                            due: due.map(Date.init(milliseconds:)),
                            code: code,
                            reason: reason
                        )
                    }
                    try hold.run(["id": children[1].id])
                    rows += children[1].rows
                }
            }
            return rows
        }
    }
}

/// Keeps batches full and within the wanted size, for the fewest requests: Zoom limits requests per day.
extension Journal {
    /// Splits a job's sendable batches to at most `size` registrants, and joins small ones of the same target and
    /// action.
    ///
    /// Batches split off after a refusal are not joined: the registrant at fault would only have to be found again.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - size: The most registrants in one request.
    ///   - date: Now; batches deferred beyond it are left alone.
    package func regroup(_ job: JobID, size: Int, at date: Date) throws(JournalError) {
        try alone {
            // Most jobs need no regrouping, and of a large job only the groups that need it are read.
            for key in try groupsToRegroup(job, size: size, at: date) {
                let records = try connection.statement(
                    """
                    select \(BatchRecord.columns) from batch
                    where job = :job and target = :target and \(Schema.isSendable)
                        and (size > :most or suspect = 0 and size < :most)
                        and action = :action and suspect = :suspect and attempts = :attempts
                    order by id
                    """
                ).all([
                    "job": job, "target": key.target, "now": date.milliseconds, "most": size, "action": key.action,
                    "suspect": key.suspect, "attempts": key.attempts,
                ]) { row in try BatchRecord(checked: row, path: path) }
                try replace(records, size: size)
            }
        }
    }

    /// The groups with more batches than they need, or with a batch that is too large.
    private func groupsToRegroup(_ job: JobID, size: Int, at date: Date) throws -> [GroupKey] {
        try connection.statement(
            """
            select target, action, suspect, attempts from batch
            where job = :job and \(Schema.isSendable) and (size > :most or suspect = 0 and size < :most)
            group by target, action, suspect, attempts
            having max(size) > :most or (sum(size) + :most - 1) / :most < count(*)
            """
        ).all(["job": job, "now": date.milliseconds, "most": size]) { row in
            GroupKey(
                target: row.id("target"),
                action: row.string("action"),
                suspect: row.int("suspect"),
                attempts: row.int("attempts")
            )
        }
    }

    private func replace(_ records: [BatchRecord], size: Int) throws {
        // Members of several batches may interleave; ids ascend in file order.
        let members = records.flatMap(\.members).sorted()
        var model = records[0]
        for var record in records {
            // The highest count of the latest day applies to the new batch: deferring early is safe, an eleventh change
            // is not.
            if record.day > model.day || record.day == model.day && record.dayAttempts > model.dayAttempts {
                model.day = record.day
                model.dayAttempts = record.dayAttempts
            }
            try batches.move(&record, to: .replaced, code: nil, reason: Reason.regrouped)
        }
        for start in stride(from: 0, to: members.count, by: size) {
            _ = try batches.makeChild(of: model, holding: Array(members[start..<min(start + size, members.count)]))
        }
    }

    /// What batches must share to be joined, including the number of attempts, so that each row's count stays true.
    private struct GroupKey {
        let target: TargetID
        let action: String
        let suspect: Int
        let attempts: Int
    }
}

/// Answers that settle more than the batch they came for.
extension Journal {
    /// Fails every batch of some jobs for a target, unless it is in flight: Zoom would refuse each of them alike.
    ///
    /// A target without an occurrence means all occurrences of its meeting or webinar; no action means all actions.
    ///
    /// - Returns: The batches.
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
                try self.batches.move(&record, to: .failed, code: code, reason: reason, at: date)
                try self.batches.finishJobIfDone(record.job, at: date)
            }
        }
    }

    /// Defers every batch of some jobs for a target that could be sent now.
    ///
    /// A target without an occurrence means all occurrences of its meeting or webinar.
    ///
    /// - Returns: The batches.
    package func deferOpen(
        _ target: Target,
        of jobs: [JobID],
        until due: Date,
        reason: String,
        at date: Date
    ) async throws(JournalError) -> [BatchID] {
        try await grouped {
            try self.forEachOpen(target, of: jobs, dueBy: date) { record in
                try self.batches.move(&record, to: .deferred, code: nil, reason: reason, due: due)
            }
        }
    }

    /// Notes why what is pending of some jobs was not sent, for the results and the reports. It stays pending.
    package func note(unsent reason: String, of jobs: [JobID], in account: String?) throws(JournalError) {
        try alone {
            let update = try connection.statement(
                """
                update batch set reason = :reason
                where job = :job and \(Schema.isOpen) and state = 'pending' and \(Schema.isNotHeldBack)
                    and target in (select id from target where account = :account)
                """
            )
            for job in jobs { try update.run(["reason": reason, "job": job, "account": account ?? ""]) }
        }
    }

    private func forEachOpen(
        _ target: Target,
        only action: Action? = nil,
        of jobs: [JobID],
        dueBy date: Date? = nil,
        _ body: (inout BatchRecord) throws -> Void
    ) throws -> [BatchID] {
        let select = try connection.statement(
            """
            select \(BatchRecord.columns) from batch
            where job = :job and target in (
                    select id from target
                    where account = :account and kind = :kind and number = :number
                        and (:occurrence is null or occurrence = :occurrence)
                ) and \(Schema.isOpen) and \(Schema.isNotHeldBack)
                and (state = 'pending' or state = 'deferred' and (:date is null or due_at <= :date))
                and (:action is null or action = :action)
            order by id
            """
        )
        var records = try jobs.flatMap { job in
            try select.all([
                "job": job, "account": target.account ?? "", "kind": target.kind.rawValue,
                "number": target.id.description, "occurrence": target.occurrence?.description,
                "date": date?.milliseconds, "action": action?.rawValue,
            ]) { row in try BatchRecord(checked: row, path: path) }
        }
        for index in records.indices { try body(&records[index]) }
        return records.map(\.id)
    }
}
