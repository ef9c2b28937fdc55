package import Decisions
package import FoundationEssentials
import SQLite

/// The requests sent, and what they say about a day's limits.
final class AttemptTable {
    private let connection: Connection
    private let targets: TargetTable
    /// A day, and the targets that got requests on it before this run; only their registrants can have status changes
    /// that their own batch does not know about.
    private var contacted: (day: UTCDay, targets: Set<TargetID>)?

    init(_ connection: Connection, _ targets: TargetTable) {
        self.connection = connection
        self.targets = targets
    }

    /// Records the request of a batch.
    func insert(_ attempt: Attempt, of record: BatchRecord) throws {
        try insert(attempt, kind: "update", batch: record.id, target: record.target, registrants: record.size)
    }

    /// Records a request; one for a list of registrants belongs to no batch.
    func insert(_ attempt: Attempt, kind: String, batch: BatchID?, target: TargetID, registrants: Int) throws {
        try connection.statement(
            """
            insert into attempt (
                kind, batch, target, registrants, started_at, duration, status, code, message, tracking_id, cause
            ) values (
                :kind, :batch, :target, :registrants, :started_at, :duration, :status, :code, :message, :tracking_id, :cause
            )
            """
        ).run([
            "kind": kind, "batch": batch, "target": target, "registrants": registrants,
            "started_at": attempt.startedAt.milliseconds, "duration": attempt.duration.milliseconds,
            "status": attempt.status, "code": attempt.code, "message": attempt.message,
            "tracking_id": attempt.trackingID, "cause": attempt.cause,
        ])
    }

    /// Whether earlier runs sent requests to a target on a day; the batches' own counts hold those of this run.
    func wasContacted(_ target: TargetID, on day: UTCDay) throws -> Bool {
        if contacted?.day != day {
            let found: [TargetID] = try connection.statement(
                "select distinct target from attempt where started_at >= :since and kind = 'update'"
            ).all(["since": day.start.milliseconds]) { $0.id("target") }
            contacted = (day, Set(found))
        }
        return contacted?.targets.contains(target) == true
    }

    /// The requests of a day so far that count for its limits.
    func spending(on day: UTCDay) throws -> DayUsage {
        var spending = DayUsage()
        try connection.statement(
            """
            select target, kind, count(*) as count from attempt
            where started_at >= :from and started_at < :to and not (kind = 'list' and registrants = 1)
            group by target, kind
            """
        ).forEach(["from": day.start.milliseconds, "to": day.end.milliseconds]) { row in
            let target = try targets.target(row.id("target"))
            spending.byAccount[target.account, default: 0] += row.int("count")
            // Only status changes count against a webinar's daily limit.
            guard row.string("kind") == "update" else { return }
            spending.byTarget[target.whole, default: 0] += row.int("count")
        }
        return spending
    }
}

/// One request and its answer, as the journal keeps them. Holds no secret; Zoom's message may name a registrant.
package struct Attempt: Sendable, Hashable {
    /// When the request was sent, by this machine's clock.
    package var startedAt: Date
    /// From sending to the end of the answer.
    package var duration: Duration
    /// The HTTP status; nil if there was no answer.
    package var status: Int?
    /// Zoom's own code from the body.
    package var code: Int?
    /// Zoom's message, word for word.
    package var message: String?
    /// Zoom's `x-zm-trackingid`, which its support asks for.
    package var trackingID: String?
    /// Why there was no answer: one word, such as `timeout`.
    package var cause: String?
    /// Whether Zoom may count it as a change of its registrants' status: false if Zoom refused its rate or token, or if
    /// it never left. Kept only in the batch's daily count.
    package var mayHaveChanged: Bool

    package init(
        startedAt: Date,
        duration: Duration,
        status: Int? = nil,
        code: Int? = nil,
        message: String? = nil,
        trackingID: String? = nil,
        cause: String? = nil,
        mayHaveChanged: Bool = true
    ) {
        self.startedAt = startedAt
        self.duration = duration
        self.status = status
        self.code = code
        self.message = message
        self.trackingID = trackingID
        self.cause = cause
        self.mayHaveChanged = mayHaveChanged
    }

    /// Whether Zoom may have applied it without saying so: no answer came, or one from a server in trouble, or a
    /// claimed success that was not accepted as one.
    var leavesInDoubt: Bool { status.map { $0 == 408 || $0 >= 500 || (200...299).contains($0) } ?? true }

    /// The code that a results file shows: Zoom's own, or else the HTTP status.
    var shownCode: Int? { code ?? status }
}

/// Requests sent on a UTC day, as far as this journal knows.
package struct DayUsage: Sendable, Hashable {
    /// By account: the name of the profile, or nil for the default one.
    package var byAccount: [String?: Int] = [:]
    /// By meeting or webinar. All occurrences count under the target without occurrence.
    package var byTarget: [Target: Int] = [:]

    package init() {}
}
