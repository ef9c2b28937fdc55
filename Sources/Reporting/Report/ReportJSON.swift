import Decisions
import FoundationEssentials
import Journal

/// A report for programs. Names are in snake case; times are ISO 8601, UTC.
package struct ReportJSON: Sendable {
    private let report: Report

    package init(_ report: Report) {
        self.report = report
    }

    /// The whole text.
    ///
    /// - Throws: Never in practice: all values can be encoded.
    package func text() throws -> String {
        try JSONEncoder.usher(isPretty: true).text(of: Root(report))
    }

    private struct Root: Encodable {
        let subject: String
        let headline: String
        let madeAt: String
        let rows: [String: Int]
        let needingPerson: Int
        let jobs: [Job]
        let moreJobs: Int
        let runs: [Run]
        let requests: Requests?

        init(_ report: Report) {
            subject = report.subject
            headline = report.headline
            madeAt = UTCTime(report.madeAt).description
            rows = report.counts.byWord
            needingPerson = report.needingPerson
            jobs = report.jobs.first.map(Job.init)
            moreJobs = report.jobs.more
            runs = report.runs.first.map(Run.init)
            requests = report.requests.map(Requests.init)
        }
    }

    private struct Job: Encodable {
        let job: Int64
        let spreadsheet: String
        let notices: [String]
        let rows: [String: Int]
        let meetings: [Meeting]
        let moreMeetings: Int
        let needs: [NeedLine]
        let moreNeeds: Int
        let waiting: [Waiting]

        init(_ part: JobReport) {
            job = part.job.id.rawValue
            spreadsheet = part.job.name
            notices = Array(part.notices)
            rows = part.job.counts.byWord
            meetings = part.meetings.first.map(Meeting.init)
            moreMeetings = part.meetings.more
            needs = part.needs.map(NeedLine.init)
            moreNeeds = part.moreNeeds
            waiting = part.waiting.first.map(Waiting.init)
        }
    }

    private struct Place: Encodable {
        let kind: String
        let id: String
        let occurrence: String?
        let account: String?

        init(_ target: Target) {
            kind = target.kind.rawValue
            id = target.id.description
            occurrence = target.occurrence?.description
            account = target.account
        }
    }

    private struct Meeting: Encodable {
        let target: Place
        let topic: String?
        let applied: [String: Int]
        let failed: Int
        let deferred: Int
        let pending: Int

        init(_ tally: MeetingTally) {
            target = Place(tally.target)
            topic = tally.topic
            applied = Dictionary(uniqueKeysWithValues: Action.allCases.map { ($0.rawValue, tally.applied[$0] ?? 0) })
            failed = tally.failed
            deferred = tally.deferred
            pending = tally.pending
        }
    }

    private struct NeedLine: Encodable {
        let outcome: String
        let target: Place?
        /// All of them, where there are several.
        let meetings: [Place]
        let reason: String
        let rows: Int
        let listed: [Listed]

        init(_ need: ActionItem) {
            outcome = need.outcome.rawValue
            target = need.target.map(Place.init)
            reason = need.reason
            rows = need.count
            listed = need.rows.map(Listed.init)
            meetings = need.targets.map(Place.init)
        }
    }

    /// One of the first rows of a reason.
    private struct Listed: Encodable {
        let row: Int?
        let line: Int
        let person: String?
        let email: String?
        let meeting: String?
        let topic: String?
        let action: String?
        /// What its own reason says in place of "…".
        let differing: [String]

        init(_ listed: ListedRow) {
            row = listed.row.place.row
            line = listed.row.place.line
            person = listed.row.text.person
            email = listed.row.text.cells[.email]
            meeting = listed.row.target?.id.description ?? listed.row.text.cells[.meeting]
            topic = listed.row.text.topic
            action = listed.action
            differing = listed.differing
        }
    }

    private struct Waiting: Encodable {
        let target: Place?
        let meetings: [Place]
        let reason: String?
        let rows: Int
        let dueAt: String?

        init(_ item: WaitingItem) {
            target = item.targets.count == 1 ? Place(item.targets[0]) : nil
            meetings = item.targets.map(Place.init)
            reason = item.reason
            rows = item.rows
            dueAt = item.dueAt.map { UTCTime($0).description }
        }
    }

    private struct Run: Encodable {
        let startedAt: String
        let endedAt: String?
        let exitCode: Int?
        let requests: Int
        let rateLimited: Int

        init(_ run: RunRecord) {
            startedAt = UTCTime(run.startedAt).description
            endedAt = run.endedAt.map { UTCTime($0).description }
            exitCode = run.exitCode
            requests = run.requests
            rateLimited = run.refusals
        }
    }

    private struct Requests: Encodable {
        let start: String
        let stepSeconds: Int
        let requests: [Int]
        let rateLimited: [Int]
        let answers: [String: Int]
        let medianMs: Int?
        let slowestMs: Int?
        let trackingIds: [String]

        init(_ part: RequestReport) {
            start = UTCTime(part.timeline.start).description
            stepSeconds = part.timeline.seconds
            requests = part.timeline.steps.map(\.requests)
            rateLimited = part.timeline.steps.map(\.refusals)
            answers = Dictionary(part.answers.map { ($0.words, $0.count) }, uniquingKeysWith: +)
            medianMs = part.latency?.median
            slowestMs = part.latency?.slowest
            trackingIds = part.refused.first.compactMap(\.trackingID)
        }
    }
}
