package import Decisions
package import FoundationEssentials
package import Journal

/// What happened, for readers on the next morning. Made from the journal alone.
package struct Report: Sendable {
    /// The subject, for the title.
    package let subject: String
    let madeAt: Date
    /// The zone of its readers.
    let zone: ReaderZone
    /// Whether the run that is under way writes it at its end, so that nothing in it is unfinished.
    let isFinal: Bool
    /// What the journal knew at the time, by spreadsheet.
    package let jobs: CappedList<JobReport>
    /// The rows of all its jobs.
    package let counts: Counts
    /// The runs that it covers, oldest first.
    package let runs: CappedList<RunRecord>
    /// Whether a run was under way when the report was made.
    let isUnderWay: Bool
    let matter: Matter
    /// The rows of the whole journal, if the report's own jobs have none; otherwise nil.
    let elsewhere: Counts?
    /// What was sent, for the administrator; nil if nothing was.
    package let requests: RequestReport?

    /// Rows that a person must look at.
    var needingPerson: Int { counts.needingPerson + jobs.first.reduce(0) { $0 + $1.differing } }

    enum Matter: Sendable, Hashable {
        case job
        /// The runs and how the last one ended; nil if it is under way, or there was none.
        case runs(last: End?)
    }

    enum End: Sendable, Hashable {
        case noted(exitCode: Int)
        /// It was killed, or the machine was.
        case cutOff
    }
}

/// What a report says of one spreadsheet.
package struct JobReport: Sendable {
    package let job: JobSummary
    /// How the spreadsheet was read, if that was not obvious: a report shows the first few in every format.
    var notices: ArraySlice<String> { job.notices.prefix(10) }
    /// What was done, for each meeting.
    package let meetings: CappedList<MeetingTally>
    /// What needs a person, most serious first.
    package let needs: [ActionItem]
    /// Applied rows that Zoom's lists showed differently afterwards.
    let differing: Int
    /// Rows that need a person but are not in `needs`.
    let moreNeeds: Int
    /// What will be sent later, and why not yet.
    package let waiting: CappedList<WaitingItem>
}

/// Rows that a person must look at, all for the same reason.
package struct ActionItem: Sendable {
    /// Failed or rejected; or applied, but Zoom's lists showed otherwise afterwards.
    package let outcome: Outcome
    /// Whether Zoom refused them; otherwise they were never sent.
    package let wasSent: Bool
    /// The meetings and webinars, as far as they are known.
    package internal(set) var targets: [Target] = []
    /// Why, with "…" for what differs from row to row.
    package internal(set) var reason: String
    /// Zoom's answers, for the administrator.
    var technical: [String] = []
    package internal(set) var count = 0
    /// The first of them.
    package internal(set) var rows: [ListedRow] = []

    /// The only meeting or webinar; nil if there are several, or none is known.
    package var target: Target? { targets.count == 1 ? targets[0] : nil }

    /// Rows that are not listed.
    package var more: Int { max(0, count - rows.count) }
}

/// A row of an action item.
package struct ListedRow: Sendable {
    package let row: PlacedRow
    /// What its own reason says where the item's has "…".
    package internal(set) var differing: [String]
}

/// What a report says of requests.
package struct RequestReport: Sendable {
    /// Over time.
    package let timeline: RequestTimeline
    /// Requests a second that were allowed; nil if unknown or unlimited.
    package let allowedRate: Double?
    package let answers: [AnswerTally]
    package let latency: LatencyFigures?
    /// The latest failures.
    package let refused: CappedList<RefusedRequest>

    package var count: Int { answers.reduce(0) { $0 + $1.count } }
    /// Those that Zoom refused with 429.
    package var refusals: Int { answers.filter { $0.status == 429 }.reduce(0) { $0 + $1.count } }
}

extension Report {
    /// Lists are cut here, and a report says how many entries were left out: it would be too long otherwise, and the
    /// results file has all rows.
    private enum Limit {
        static let jobs = 30
        static let runs = 60
        static let meetings = 100
        static let groups = 2_000
        static let items = 40
        static let rowsOfItem = 30
        static let rejectedRows = 200
        static let refused = 50
    }

    /// Reports on one job as a whole, and on the requests of the run that last sent some of it.
    ///
    /// - Throws: `JournalError`.
    package init(
        of job: JobSummary,
        in reader: JournalReader,
        at now: Date,
        zone: ReaderZone = .utc,
        isFinal: Bool = false
    ) throws {
        let runs = try reader.runs(since: job.createdAt.addingTimeInterval(-86_400))
        // The run that read the job began before the job was created.
        let own = runs.filter { $0.endedAt.map { $0 >= job.createdAt } ?? true }
        let latest = try own.suffix(10).last {
            try reader.timeline(of: RequestScope(job: job.id, since: $0.startedAt)) != nil
        }
        let scope = RequestScope(job: job.id, since: latest?.startedAt ?? job.createdAt)
        try self.init(
            subject: job.name,
            matter: { _ in .job },
            jobs: [job],
            runs: latest.map { [$0] } ?? own.suffix(1),
            scope: scope,
            in: reader,
            at: now,
            zone: zone,
            isFinal: isFinal
        )
    }

    /// Reports on everything since a point in time.
    ///
    /// - Parameter subject: What to call it, for example `the last 7 days`.
    /// - Throws: `JournalError`.
    package init(
        since date: Date,
        subject: String,
        in reader: JournalReader,
        at now: Date,
        zone: ReaderZone = .utc
    ) throws {
        try self.init(
            on: reader.runs(since: date),
            subject: subject,
            scope: RequestScope(since: date),
            in: reader,
            at: now,
            zone: zone
        )
    }

    /// Reports on the last run of the journal.
    ///
    /// - Throws: `JournalError`.
    package init(ofLast run: RunRecord, in reader: JournalReader, at now: Date, zone: ReaderZone = .utc) throws {
        try self.init(
            on: [run],
            subject: "the last run",
            // Later requests of `usher verify` do not belong to the run.
            scope: RequestScope(since: run.startedAt, until: run.endedAt),
            in: reader,
            at: now,
            zone: zone
        )
    }

    private init(
        on runs: [RunRecord],
        subject: String,
        scope: RequestScope,
        in reader: JournalReader,
        at now: Date,
        zone: ReaderZone
    ) throws {
        try self.init(
            subject: subject,
            matter: { isUnderWay in .runs(last: runs.last.flatMap { End(of: $0, isUnderWay: isUnderWay) }) },
            jobs: reader.jobs(touchedSince: scope.since),
            runs: runs,
            scope: scope,
            in: reader,
            at: now,
            zone: zone,
            isFinal: false
        )
    }

    private init(
        subject: String,
        matter: (_ isUnderWay: Bool) -> Matter,
        jobs: [JobSummary],
        runs: [RunRecord],
        scope: RequestScope,
        in reader: JournalReader,
        at now: Date,
        zone: ReaderZone,
        isFinal: Bool
    ) throws {
        self.subject = subject
        self.zone = zone
        self.isFinal = isFinal
        madeAt = now
        counts = jobs.reduce(Counts()) { $0 + $1.counts }
        // Those that need a person first; among equals, the latest first.
        let ordered = jobs.sorted { one, other in
            (one.isCalm ? 1 : 0, -one.createdAt.timeIntervalSince1970)
                < (other.isCalm ? 1 : 0, -other.createdAt.timeIntervalSince1970)
        }
        self.jobs = CappedList(
            first: try ordered.prefix(Limit.jobs).map { try Self.report(of: $0, in: reader) },
            count: jobs.count
        )
        self.runs = CappedList(first: Array(runs.suffix(Limit.runs)), count: runs.count)
        isUnderWay = reader.holder != nil
        self.matter = matter(isUnderWay)
        elsewhere = counts.rows > 0 ? nil : try reader.jobs().reduce(Counts()) { $0 + $1.counts }
        requests = try Self.requests(in: scope, runs: runs, reader)
    }

    private static func requests(
        in scope: RequestScope,
        runs: [RunRecord],
        _ reader: JournalReader
    ) throws -> RequestReport? {
        guard let timeline = try reader.timeline(of: scope) else { return nil }
        let rates = Set(runs.map(\.allowedRate))
        return RequestReport(
            timeline: timeline,
            allowedRate: rates.count == 1 ? rates.first ?? nil : nil,
            answers: try reader.answers(in: scope),
            latency: try reader.latency(in: scope),
            refused: try reader.refused(in: scope, limit: Limit.refused)
        )
    }

    private static func report(of job: JobSummary, in reader: JournalReader) throws -> JobReport {
        let differing = try reader.differingRows(of: job, limit: Limit.rejectedRows)
        var needs = ActionItems(limit: Limit.rowsOfItem)
        if job.counts[.failed] > 0 {
            for group in try reader.reasons(of: job, .failed, limit: Limit.groups).first {
                try needs.add(group, .failed) { limit in try reader.failedRows(of: job, group, limit: limit) }
            }
            needs.add(try reader.unsentRows(of: job, limit: Limit.rejectedRows), .failed)
        }
        needs.add(differing.rows, .applied, wasSent: true)
        if job.counts[.rejected] > 0 {
            needs.add(try reader.rejectedRows(of: job, limit: Limit.rejectedRows), .rejected)
        }
        let items = Array(needs.all.prefix(Limit.items))
        let listed = items.reduce(0) { $0 + $1.count }
        var groups = try reader.reasons(of: job, .deferred, limit: Limit.groups)
        let pending = try reader.reasons(of: job, .pending, limit: Limit.groups - groups.first.count)
        groups.first += pending.first
        groups.count += pending.count
        let waiting = WaitingItem.all(of: groups.first)
        return JobReport(
            job: job,
            meetings: try reader.meetings(of: job, limit: Limit.meetings),
            needs: items,
            differing: differing.count,
            moreNeeds: max(0, job.counts.needingPerson + differing.count - listed),
            waiting: CappedList(first: waiting, count: waiting.count + groups.more)
        )
    }
}

extension Report.End {
    fileprivate init?(of run: RunRecord, isUnderWay: Bool) {
        if let code = run.exitCode {
            self = .noted(exitCode: code)
        } else if isUnderWay {
            return nil
        } else {
            self = .cutOff
        }
    }
}

extension JobSummary {
    /// Whether no one needs to look at it.
    fileprivate var isCalm: Bool { counts.needingPerson + counts.open == 0 }
}
