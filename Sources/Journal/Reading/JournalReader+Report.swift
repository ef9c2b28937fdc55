package import Decisions
package import FoundationEssentials
import SQLite
package import Spreadsheet

/// What a report says about a job, summed up or truncated while reading, so that memory does not grow with the job.
extension JournalReader {
    /// The jobs that were read, sent or finished since a moment, oldest first.
    package func jobs(touchedSince date: Date) throws(JournalError) -> [JobSummary] {
        try guarded {
            try connection.statement(
                """
                select \(JobSummary.columns) from job
                where created_at >= :since or finished_at >= :since or id in (
                    select b.job from attempt a join batch b on b.id = a.batch where a.started_at >= :since
                ) order by id
                """
            ).all(["since": date.milliseconds]) { JobSummary($0) }
        }
    }

    /// The first rows that Zoom refused for a reason, in file order.
    package func failedRows(of job: JobSummary, _ group: ReasonGroup, limit: Int) throws(JournalError) -> [PlacedRow] {
        try guarded {
            let members = try connection.statement(
                """
                select members from batch
                where job = :job and state = 'failed' and target = :target and reason is :reason
                order by id limit :limit
                """
            ).all(["job": job.id, "target": group.targetID, "reason": group.reason, "limit": limit]) { row in
                row.withBytes("members", DecisionIDList.decode) ?? []
            }
            return try placed(members.joined().sorted().prefix(limit).map { ($0, nil) }, of: job)
        }
    }

    /// The first rows rejected as wrong and never sent, in file order.
    package func rejectedRows(of job: JobSummary, limit: Int) throws(JournalError) -> [PlacedRow] {
        try ownRows(of: job, .rejected, or: .mixedUp, limit: limit)
    }

    /// The first rows that gave way to another decision about the same registrant, in file order.
    package func overruledRows(of job: JobSummary, limit: Int) throws(JournalError) -> [PlacedRow] {
        try ownRows(of: job, .superseded, or: .superseded, limit: limit)
    }

    /// The first rows that failed without being sent, because Zoom's lists contradict them, in file order.
    package func unsentRows(of job: JobSummary, limit: Int) throws(JournalError) -> [PlacedRow] {
        try ownRows(of: job, .notRegistered, or: .mismatched, limit: limit)
    }

    private func ownRows(
        of job: JobSummary,
        _ standing: RowStatus,
        or other: RowStatus,
        limit: Int
    ) throws(JournalError) -> [PlacedRow] {
        try guarded {
            let rows = try connection.statement(
                """
                select id, reason from decision
                where id >= :first and id < :end and standing in (:standing, :other) order by id limit :limit
                """
            ).all([
                "first": job.firstDecision, "end": job.endDecision, "standing": standing.rawValue,
                "other": other.rawValue, "limit": limit,
            ]) { row in (id: row.id("id") as DecisionID, reason: row.optionalString("reason")) }
            return try placed(rows, of: job)
        }
    }

    /// Finds rows, given in ascending order, in the journal's copy of the spreadsheet.
    func placed(_ rows: [(id: DecisionID, reason: String?)], of job: JobSummary) throws -> [PlacedRow] {
        guard !job.isPruned else { return [] }
        let columns = RowTextColumns(header: job.header, delimiter: job.delimiter)
        let named = try connection.statement(
            """
            select d.registrant, d.email, b.action, b.target
            from decision d left join batch b on b.id = d.batch where d.id = :id
            """
        )
        let targets = TargetTable(connection)
        var found: [PlacedRow] = []
        var rest = rows[...]
        while let next = rest.first {
            let before = rest.count
            try SourceChunk.forEachRow(around: next.id, in: connection) { id, source in
                guard let wanted = rest.first, wanted.id == id else { return }
                rest.removeFirst()
                found.append(
                    PlacedRow(
                        decision: id,
                        place: source.place,
                        text: columns.text(of: source.record),
                        record: String(decoding: source.record.prefix(Self.shownBytes), as: UTF8.self),
                        reason: wanted.reason
                    )
                )
            }
            guard rest.count < before else {
                throw JournalError.inconsistent(path: path, detail: "the rows of job \(job.id) can't be read back")
            }
        }
        for index in found.indices {
            // What the user called the columns is not in the header.
            let target: TargetID? = try named.first(["id": found[index].decision]) { row in
                if let id = row.optionalString("registrant") { found[index].text.cells[.registrant] = id.excerpt(80) }
                if let email = row.optionalString("email") { found[index].text.cells[.email] = email.excerpt(80) }
                found[index].action = row.optionalString("action").flatMap(Action.init(rawValue:))
                return row.optionalID("target")
            }
            if let target { found[index].target = try targets.target(target) }
        }
        return found
    }

    /// The most bytes of a row that a report shows.
    private static let shownBytes = 2_000
}

/// A job's results for one meeting or webinar, in rows of the spreadsheet.
package struct MeetingTally: Sendable, Hashable {
    /// The meeting or webinar.
    package let target: Target
    /// What the spreadsheet calls it.
    package let topic: String?
    /// Rows that Zoom applied, by action.
    package let applied: [Action: Int]
    /// Rows that Zoom refused.
    package let failed: Int
    /// Rows that may be sent later.
    package let deferred: Int
    /// Rows not sent yet.
    package let pending: Int
}

/// Rows of a job with the same outcome for the same reason.
package struct ReasonGroup: Sendable, Hashable {
    /// The meeting or webinar.
    package let target: Target
    /// Why, in words for staff.
    package let reason: String?
    /// Zoom's code, or the HTTP status.
    package let code: Int?
    /// The number of rows in the spreadsheet.
    package let rows: Int
    /// When the first of them may be sent; only for deferred rows.
    package let dueAt: Date?
    let targetID: TargetID
}

/// One row of a spreadsheet, to find and correct.
package struct PlacedRow: Sendable, Hashable {
    /// The row's number in the journal.
    let decision: DecisionID
    /// Where it begins.
    package let place: RowPlace
    /// What its cells say; the registrant as it was sent, or would have been.
    package fileprivate(set) var text: RowText
    /// What it decides and where, as read; nil if it never reached a batch.
    package fileprivate(set) var action: Action?
    package fileprivate(set) var target: Target?
    /// Its cells as they were read.
    package let record: String
    /// Why it can't be sent; only for rejected rows.
    package let reason: String?
}

/// Sums over a job's batches. They are not made by `group by`, for which SQLite would hold every batch in memory.
extension JournalReader {
    /// The outcomes of a job's rows for each meeting: those with most trouble first, then by number.
    ///
    /// Rows that never reached a batch (rejected, skipped) belong to no meeting here.
    package func meetings(of job: JobSummary, limit: Int) throws(JournalError) -> CappedList<MeetingTally> {
        try guarded {
            var sums: [TargetID: MeetingSums] = [:]
            try connection.statement(
                "select id, target, state, action, rows from batch where job = :job and state <> 'replaced'"
            ).forEach(["job": job.id]) { row in
                sums[row.id("target"), default: MeetingSums(batch: row.id("id"))].add(
                    row.int("rows"),
                    state: BatchState(rawValue: row.string("state")),
                    action: Action(rawValue: row.string("action"))
                )
            }
            let targets = TargetTable(connection)
            let all = try sums.map { (target: try targets.target($0.key), sums: $0.value) }
            let first = all.sorted { $0.sums.precedence($0.target) < $1.sums.precedence($1.target) }.prefix(limit)
            return CappedList(
                first: try first.map { target, sums in sums.tally(of: target, topic: try topic(sums.batch, of: job)) },
                count: sums.count
            )
        }
    }

    /// What the spreadsheet calls the meeting of a batch.
    private func topic(_ batch: BatchID, of job: JobSummary) throws -> String? {
        guard !job.isPruned, RowTextColumns(header: job.header, delimiter: job.delimiter).hasTopic else { return nil }
        let members = try connection.statement("select members from batch where id = :id").first(["id": batch]) { row in
            row.withBytes("members", DecisionIDList.decode) ?? []
        }
        guard let first = members?.min() else { return nil }
        return try placed([(first, nil)], of: job).first?.text.topic
    }

    /// A job's rows in batches of one outcome (failed, deferred or pending), by meeting and reason, the largest first.
    package func reasons(
        of job: JobSummary,
        _ outcome: Outcome,
        limit: Int
    ) throws(JournalError) -> CappedList<ReasonGroup> {
        try guarded {
            var sums: [ReasonKey: ReasonSums] = [:]
            try connection.statement(
                """
                select target, reason, id, rows, code, due_at from batch
                where job = :job and (state = :state or state = 'in_flight' and :state = 'pending')
                """
            ).forEach(["job": job.id, "state": outcome.rawValue]) { row in
                let key = ReasonKey(target: row.id("target"), reason: row.optionalString("reason"))
                let batch: BatchID = row.id("id")
                sums[key, default: ReasonSums(firstBatch: batch)].add(
                    batch,
                    rows: row.int("rows"),
                    code: row.optionalInt("code"),
                    dueAt: row.optionalInt64("due_at")
                )
            }
            let first = sums.sorted { $0.value.precedence < $1.value.precedence }.prefix(limit)
            let targets = TargetTable(connection)
            return CappedList(
                first: try first.map { key, sum in
                    ReasonGroup(
                        target: try targets.target(key.target),
                        reason: key.reason,
                        code: sum.code,
                        rows: sum.rows,
                        dueAt: sum.dueAt.map(Date.init(milliseconds:)),
                        targetID: key.target
                    )
                },
                count: sums.count
            )
        }
    }
}

/// Rows of one meeting by outcome.
private struct MeetingSums {
    private var applied: [Action: Int] = [:]
    private var failed = 0
    private var deferred = 0
    private var pending = 0
    /// One of its batches.
    let batch: BatchID

    init(batch: BatchID) {
        self.batch = batch
    }

    mutating func add(_ rows: Int, state: BatchState?, action: Action?) {
        switch state {
        case .applied: if let action { applied[action, default: 0] += rows }
        case .failed: failed += rows
        case .deferred: deferred += rows
        case .pending, .inFlight: pending += rows
        case .replaced, nil: break
        }
    }

    /// Orders meetings: those with most failures first, then those with most rows left, then by number.
    func precedence(_ target: Target) -> (Int, Int, Int, String, String) {
        let number = target.id.description
        return (-failed, -(deferred + pending), number.count, number, target.occurrence?.description ?? "")
    }

    func tally(of target: Target, topic: String?) -> MeetingTally {
        MeetingTally(
            target: target,
            topic: topic,
            applied: applied,
            failed: failed,
            deferred: deferred,
            pending: pending
        )
    }
}

private struct ReasonKey: Hashable {
    let target: TargetID
    let reason: String?
}

/// Rows with the same outcome for one reason.
private struct ReasonSums {
    private var firstBatch: BatchID
    private(set) var rows = 0
    private(set) var code: Int?
    private(set) var dueAt: Int64?

    init(firstBatch: BatchID) {
        self.firstBatch = firstBatch
    }

    mutating func add(_ batch: BatchID, rows: Int, code: Int?, dueAt: Int64?) {
        firstBatch = min(firstBatch, batch)
        self.rows += rows
        self.code = [self.code, code].compactMap { $0 }.max()
        self.dueAt = [self.dueAt, dueAt].compactMap { $0 }.min()
    }

    /// The largest first; among equals, the one found first.
    var precedence: (Int, BatchID) { (-rows, firstBatch) }
}
