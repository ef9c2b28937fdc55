public import Decisions
public import Journal

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What happened, for those who read it the next morning. Made from the journal alone.
public struct Report: Sendable {
    /// What it is about, for its title.
    public let subject: String
    /// When it was made.
    public let madeAt: Date
    /// What the journal knew then, spreadsheet by spreadsheet.
    public let jobs: Excerpted<JobReport>
    /// The rows of all its jobs.
    public let counts: Counts
    /// The runs that it covers, oldest first.
    public let runs: Excerpted<RunRecord>
    /// Whether a run was under way when this was made.
    public let isUnderWay: Bool
    /// What was sent, for the administrator; nil where nothing was.
    public let requests: RequestReport?

    /// Rows that need a person.
    public var needingPerson: Int { counts[.rejected] + counts[.failed] }
}

/// What a report says of one spreadsheet.
public struct JobReport: Sendable {
    /// The job and its counts.
    public let job: JobSummary
    /// What was done, for each meeting.
    public let meetings: Excerpted<MeetingTally>
    /// What needs a person: the gravest first.
    public let needs: [Need]
    /// Rows that need a person and belong to none of the `needs`.
    public let moreNeeds: Int
    /// What is sent later, and why not yet.
    public let waiting: Excerpted<ReasonGroup>
}

/// Rows that a person must look at, all for the same reason.
public struct Need: Sendable {
    /// Failed or rejected.
    public let outcome: Outcome
    /// Whether Zoom refused them; otherwise they were never sent.
    public let wasSent: Bool
    /// The meeting or webinar, where it is known.
    public let target: Target?
    /// Why, in plain words.
    public let reason: String
    /// How many rows.
    public let count: Int
    /// The first of them.
    public let rows: [PlacedRow]

    /// Rows that are not listed.
    public var more: Int { max(0, count - rows.count) }
}

/// What a report says of requests.
public struct RequestReport: Sendable {
    /// Over time.
    public let timeline: RequestTimeline
    /// Requests a second that were allowed; nil where that is not known or was not limited.
    public let allowedRate: Double?
    /// By answer.
    public let answers: [AnswerTally]
    /// How long they took.
    public let latency: LatencyFigures?
    /// The latest that went wrong.
    public let refused: Excerpted<RefusedRequest>

    /// All requests.
    public var count: Int { answers.reduce(0) { $0 + $1.count } }
    /// Those that Zoom refused with 429.
    public var refusals: Int { answers.filter { $0.status == 429 }.reduce(0) { $0 + $1.count } }
}
