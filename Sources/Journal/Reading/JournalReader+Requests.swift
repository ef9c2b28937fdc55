package import Decisions
package import FoundationEssentials
import SQLite

/// What a report says about requests, summed up in SQL.
extension JournalReader {
    /// Requests by their answers, the most frequent first.
    package func answers(in scope: RequestScope) throws(JournalError) -> [AnswerTally] {
        try guarded {
            try connection.statement(
                """
                select a.status, a.code, a.cause, count(*) as count
                \(RequestScope.attempts)
                group by 1, 2, 3 order by 4 desc, 1, 2 limit 200
                """
            ).all(scope.values) { row in
                AnswerTally(
                    status: row.optionalInt("status"),
                    code: row.optionalInt("code"),
                    cause: row.optionalString("cause"),
                    count: row.int("count")
                )
            }
        }
    }

    /// How long requests took; nil if there were none.
    package func latency(in scope: RequestScope) throws(JournalError) -> LatencyFigures? {
        try guarded {
            // Whole milliseconds repeat, so this list stays short however many requests there are.
            var durations: [(milliseconds: Int, upTo: Int)] = []
            var count = 0
            try connection.statement(
                """
                select a.duration, count(*) as count
                \(RequestScope.attempts)
                group by a.duration order by a.duration
                """
            ).forEach(scope.values) { row in
                count += row.int("count")
                durations.append((row.int("duration"), count))
            }
            guard let slowest = durations.last?.milliseconds else { return nil }
            func percentile(_ part: Int) -> Int {
                let rank = (count * part + 99) / 100
                return durations.first { $0.upTo >= rank }?.milliseconds ?? slowest
            }
            return LatencyFigures(
                median: percentile(50),
                percentile95: percentile(95),
                percentile99: percentile(99),
                slowest: slowest
            )
        }
    }

    /// The latest requests that were refused or got no answer, newest first.
    package func refused(in scope: RequestScope, limit: Int) throws(JournalError) -> CappedList<RefusedRequest> {
        try guarded {
            var requests = CappedList<RefusedRequest>(first: [], count: 0)
            try connection.statement(
                """
                select t.account, t.kind, t.number, t.occurrence,
                    a.started_at, a.registrants, a.status, a.code, a.cause, a.tracking_id, a.duration,
                    count(*) over () as count
                from attempt a join target t on t.id = a.target left join batch b on b.id = a.batch
                where \(RequestScope.condition) and (a.status is null or a.status not between 200 and 299)
                order by a.started_at desc, a.id desc limit :limit
                """
            ).forEach(["since": scope.since.milliseconds, "until": scope.end, "job": scope.job, "limit": limit]) {
                row in
                guard let target = Target(journaled: row) else {
                    throw JournalError.inconsistent(path: path, detail: "a target can't be read")
                }
                requests.count = row.int("count")
                requests.first.append(
                    RefusedRequest(
                        startedAt: Date(milliseconds: row.int64("started_at")),
                        target: target,
                        registrants: row.int("registrants"),
                        status: row.optionalInt("status"),
                        code: row.optionalInt("code"),
                        cause: row.optionalString("cause"),
                        trackingID: row.optionalString("tracking_id"),
                        duration: row.int("duration")
                    )
                )
            }
            return requests
        }
    }

    /// Requests over time; nil if there were none.
    ///
    /// - Parameter steps: The most steps.
    package func timeline(of scope: RequestScope, atMost steps: Int = 120) throws(JournalError) -> RequestTimeline? {
        try guarded {
            let range = try connection.statement(
                """
                select min(a.started_at) as first, max(a.started_at) as last
                \(RequestScope.attempts)
                """
            ).first(scope.values) { row in (first: row.optionalInt64("first"), last: row.optionalInt64("last")) }
            guard let first = range?.first, let last = range?.last else { return nil }
            let length = RequestTimeline.stepLength(over: Int((last - first) / 1_000), atMost: steps)
            let start = first - first % Int64(length * 1_000)
            let count = Int((last - start) / Int64(length * 1_000)) + 1
            var timeline = RequestTimeline(
                start: Date(milliseconds: start),
                seconds: length,
                steps: Array(repeating: RequestTimeline.Step(), count: count)
            )
            try connection.statement(
                """
                select (a.started_at - :start) / :length as step, count(*) as requests, sum(a.status is 429) as refusals,
                    sum(a.status is null or a.status <> 429 and a.status not between 200 and 299) as troubles
                \(RequestScope.attempts)
                group by 1
                """
            ).forEach([
                "start": start, "length": length * 1_000, "since": scope.since.milliseconds, "until": scope.end,
                "job": scope.job,
            ]) { row in
                let step = row.int("step")
                guard timeline.steps.indices.contains(step) else { return }
                timeline.steps[step].requests = row.int("requests")
                timeline.steps[step].refusals = row.int("refusals")
                timeline.steps[step].troubles = row.int("troubles")
            }
            return timeline
        }
    }

    /// Requests per hour since a moment, for the history: the start of the hour and the count.
    package func requestsByHour(since date: Date) throws(JournalError) -> [(hour: Date, count: Int)] {
        try guarded {
            try connection.statement(
                """
                select started_at / 3600000 as hour, count(*) as count from attempt
                where started_at >= :since group by 1 order by 1
                """
            ).all(["since": date.milliseconds]) { row in
                (Date(milliseconds: row.int64("hour") * 3_600_000), row.int("count"))
            }
        }
    }
}

/// Which requests a report covers: those of a period, of one job or of all.
package struct RequestScope: Sendable, Hashable {
    /// The job; nil for all, including lists that belong to none.
    package var job: JobID?
    /// The start of the period.
    package var since: Date
    /// The end of the period; nil for no end.
    package var until: Date?

    package init(job: JobID? = nil, since: Date, until: Date? = nil) {
        self.job = job
        self.since = since
        self.until = until
    }

    /// The condition for its requests `a` and their batches `b`.
    fileprivate static let condition = """
        a.started_at >= :since and a.started_at <= :until and (:job is null or b.job = :job)
        """
    fileprivate static let attempts = "from attempt a left join batch b on b.id = a.batch where \(condition)"

    /// `until` in milliseconds, or later than anything.
    fileprivate var end: Int64 { until?.milliseconds ?? .max }

    fileprivate var values: Statement.Values { ["since": since.milliseconds, "until": end, "job": job] }
}

/// Requests over time, in steps of equal length.
package struct RequestTimeline: Sendable, Hashable {
    package struct Step: Sendable, Hashable {
        /// Requests sent in this step.
        package var requests = 0
        /// Requests that Zoom refused with 429.
        package var refusals = 0
        /// Requests that went wrong in another way, or got no answer.
        package var troubles = 0

        package init() {}
    }

    /// When the first step begins.
    package let start: Date
    /// The length of a step in seconds.
    package let seconds: Int
    /// The steps, without a gap.
    package var steps: [Step]

    package init(start: Date, seconds: Int, steps: [Step]) {
        self.start = start
        self.seconds = seconds
        self.steps = steps
    }

    /// When the last step ends.
    package var end: Date { start.addingTimeInterval(Double(seconds * steps.count)) }

    /// The highest number of requests per second in any step.
    package var highestRate: Double { Double(steps.map(\.requests).max() ?? 0) / Double(seconds) }

    /// The shortest usual step length, in seconds, that covers a range in at most `steps` steps.
    static func stepLength(over range: Int, atMost steps: Int) -> Int {
        let usual = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400]
        return usual.first { range / $0 < steps } ?? (range / steps / 86_400 + 1) * 86_400
    }
}

/// Requests with the same answer.
package struct AnswerTally: Sendable, Hashable {
    /// The HTTP status; nil if there was no answer.
    package let status: Int?
    /// Zoom's own code.
    package let code: Int?
    /// Why there was no answer: one word, such as `timeout`.
    package let cause: String?
    package let count: Int
}

/// How long answers took, in milliseconds.
package struct LatencyFigures: Sendable, Hashable {
    /// Half were faster.
    package let median: Int
    /// 95 of 100 were faster.
    package let percentile95: Int
    /// 99 of 100 were faster.
    package let percentile99: Int
    package let slowest: Int
}

/// A request that failed, for Zoom's support.
package struct RefusedRequest: Sendable, Hashable {
    /// When it was sent.
    package let startedAt: Date
    /// The meeting or webinar.
    package let target: Target
    /// How many registrants it held.
    package let registrants: Int
    /// The HTTP status; nil if there was no answer.
    package let status: Int?
    /// Zoom's own code.
    package let code: Int?
    /// Why there was no answer.
    package let cause: String?
    /// Zoom's name for the request.
    package let trackingID: String?
    /// How long it took, in milliseconds.
    package let duration: Int
}
