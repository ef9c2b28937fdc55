internal import Decisions
internal import SQLite

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What a report says of a job. Everything is summed up or cut short in SQL, so that memory does not grow with the job.
extension JournalReader {
    /// The jobs that were read, sent or finished since a moment, oldest first.
    ///
    /// - Throws: `JournalError`.
    public func jobs(touchedSince date: Date) throws(JournalError) -> [JobSummary] {
        try guarded {
            var jobs: [JobSummary] = []
            try connection.statement(
                """
                select \(JobSummary.columns) from job
                where created_at >= :since or finished_at >= :since or id in (
                    select b.job from attempt a join batch b on b.id = a.batch where a.started_at >= :since
                ) order by id
                """
            ).forEach(date.milliseconds) { row in jobs.append(JobSummary(row)) }
            return jobs
        }
    }

    /// What became of a job's rows for each meeting: those with trouble first, then the largest.
    ///
    /// Rows that never got as far as a batch (rejected, skipped) belong to no meeting here.
    ///
    /// - Throws: `JournalError`.
    public func meetings(of job: JobSummary, limit: Int) throws(JournalError) -> Excerpted<MeetingTally> {
        try guarded {
            var tallies = Excerpted<MeetingTally>(first: [], count: 0)
            try connection.statement(
                """
                select t.account, t.kind, t.number, t.occurrence,
                    sum(iif(b.state = 'applied' and b.action = 'approve', b.rows, 0)),
                    sum(iif(b.state = 'applied' and b.action = 'deny', b.rows, 0)),
                    sum(iif(b.state = 'applied' and b.action = 'cancel', b.rows, 0)),
                    sum(iif(b.state = 'failed', b.rows, 0)) as failed,
                    sum(iif(b.state = 'deferred', b.rows, 0)) as deferred,
                    sum(iif(b.state in ('pending', 'in_flight'), b.rows, 0)),
                    count(*) over ()
                from batch b join target t on t.id = b.target
                where b.job = :job and b.state <> 'replaced'
                group by t.id
                order by failed > 0 desc, deferred > 0 desc, sum(b.rows) desc, t.id limit :limit
                """
            ).forEach(job.id.rawValue, limit) { row in
                tallies.count = row.int(10)
                tallies.first.append(
                    MeetingTally(
                        target: try target(row),
                        applied: [.approve: row.int(4), .deny: row.int(5), .cancel: row.int(6)],
                        failed: row.int(7),
                        deferred: row.int(8),
                        pending: row.int(9)
                    )
                )
            }
            return tallies
        }
    }

    /// A job's rows in batches of one outcome (failed, deferred or pending), by meeting and reason, the largest first.
    ///
    /// - Throws: `JournalError`.
    public func reasons(of job: JobSummary, _ outcome: Outcome, limit: Int) throws(JournalError) -> Excerpted<
        ReasonGroup
    > {
        try guarded {
            var groups = Excerpted<ReasonGroup>(first: [], count: 0)
            try connection.statement(
                """
                select t.account, t.kind, t.number, t.occurrence, b.reason, max(b.code), sum(b.rows), min(b.due_at),
                    t.id, count(*) over ()
                from batch b join target t on t.id = b.target
                where b.job = :job and (b.state = :state or b.state = 'in_flight' and :state = 'pending')
                group by t.id, b.reason
                order by sum(b.rows) desc, min(b.id) limit :limit
                """
            ).forEach(job.id.rawValue, outcome.rawValue, limit) { row in
                groups.count = row.int(9)
                groups.first.append(
                    ReasonGroup(
                        target: try target(row),
                        reason: row.optionalString(4),
                        code: row.optionalInt(5),
                        rows: row.int(6),
                        dueAt: row.optionalInt64(7).map(Date.init(milliseconds:)),
                        targetNumber: row.int64(8)
                    )
                )
            }
            return groups
        }
    }

    /// The first rows that Zoom refused for one reason, in file order.
    ///
    /// - Throws: `JournalError`.
    public func failedRows(of job: JobSummary, _ group: ReasonGroup, limit: Int) throws(JournalError) -> [PlacedRow] {
        try guarded {
            var ids: [Int64] = []
            try connection.statement(
                """
                select members from batch
                where job = :job and state = 'failed' and target = :target and reason is :reason
                order by id limit :limit
                """
            ).forEach(job.id.rawValue, group.targetNumber, group.reason, limit) { row in
                ids += row.withBytes(0, Members.decode) ?? []
            }
            return try placed(ids.sorted().prefix(limit).map { ($0, nil) }, of: job)
        }
    }

    /// The first rows that were never sent because they are wrong, in file order.
    ///
    /// - Throws: `JournalError`.
    public func rejectedRows(of job: JobSummary, limit: Int) throws(JournalError) -> [PlacedRow] {
        try ownRows(of: job, .rejected, limit: limit)
    }

    /// The first rows about people that Zoom's list does not know, in file order.
    ///
    /// - Throws: `JournalError`.
    public func unregisteredRows(of job: JobSummary, limit: Int) throws(JournalError) -> [PlacedRow] {
        try ownRows(of: job, .notRegistered, limit: limit)
    }

    private func ownRows(of job: JobSummary, _ standing: Standing, limit: Int) throws(JournalError) -> [PlacedRow] {
        try guarded {
            var rows: [(Int64, String?)] = []
            try connection.statement(
                """
                select id, reason from decision
                where id >= :first and id < :end and standing = :standing order by id limit :limit
                """
            ).forEach(job.firstDecision, job.firstDecision + Int64(job.counts.rows), standing.rawValue, limit) { row in
                rows.append((row.int64(0), row.optionalString(1)))
            }
            return try placed(rows, of: job)
        }
    }

    /// Finds rows, given in ascending order, in the spreadsheet as the journal keeps it.
    private func placed(_ rows: [(id: Int64, reason: String?)], of job: JobSummary) throws -> [PlacedRow] {
        guard !job.isPruned else { return [] }
        var found: [PlacedRow] = []
        let chunk = try connection.statement(
            "select first_decision, records from source where first_decision <= :id order by first_decision desc limit 1"
        )
        var rest = rows[...]
        while let next = rest.first {
            let before = rest.count
            _ = try chunk.first(next.id) { row throws(SQLiteError) in
                var id = row.int64(0)
                _ = row.withBytes(1) { bytes in
                    SourceChunk.forEachRow(in: bytes) { source in
                        if let wanted = rest.first, wanted.id == id {
                            rest.removeFirst()
                            found.append(
                                PlacedRow(
                                    decision: id,
                                    line: source.line,
                                    record: String(decoding: source.record.prefix(Self.shownBytes), as: UTF8.self),
                                    reason: wanted.reason
                                )
                            )
                        }
                        id += 1
                    }
                }
            }
            guard rest.count < before else {
                throw JournalError.inconsistent(path: path, detail: "the rows of job \(job.id) can't be read back")
            }
        }
        return found
    }

    /// More of a row than anybody reads in a report.
    private static let shownBytes = 2_000

    func target(_ row: Row) throws -> Target {
        guard let target = Target(journaled: row, from: 0) else {
            throw JournalError.inconsistent(path: path, detail: "a target can't be read")
        }
        return target
    }
}
