import Decisions
import FoundationEssentials
import Journal

/// How many requests Zoom takes in a UTC day.
package struct DayLimits: Sendable, Hashable {
    /// All requests of the account; nil where Zoom names no limit.
    package var account: Int?
    /// Status changes of one registrant in one meeting or webinar.
    /// Source: Zoom's rate-limit page: 10 requests a day for the same registrant.
    package var registrant: Int
    /// Requests to one webinar. Users report that the eleventh is refused whoever it names, but no document of Zoom's says
    /// so. Nil sends until Zoom refuses, which costs one request a day; a number holds back what is beyond it.
    package var webinar: Int?

    /// What users report of a webinar.
    static let webinarsTen = 10

    package init(account: Int? = nil, registrant: Int = 10, webinar: Int? = nil) {
        self.account = account
        self.registrant = registrant
        self.webinar = webinar
    }

    /// What a plan allows.
    package init(_ plan: Plan) {
        self.init(account: plan.requestsPerDay)
    }
}

/// What is left of the daily limits, counted by request and by the UTC day in which it was sent.
///
/// A clock that is stepped over midnight changes the day and nothing else: each day keeps its own count, so that stepping
/// back does not give anything away twice.
struct DailyBudget: Sendable {
    let limits: DayLimits
    private var days: [UTCDay: Day]

    private struct Day: Sendable {
        var account = 0
        var byTarget: [Target: Int] = [:]
    }

    /// - Parameters:
    ///   - limits: The limits.
    ///   - spent: What was sent so far, by day.
    ///   - account: The account.
    init(_ limits: DayLimits, spent: [UTCDay: DayUsage], by account: String?) {
        self.limits = limits
        days = spent.mapValues { Day(account: $0.byAccount[account] ?? 0, byTarget: $0.byTarget) }
    }

    /// Whether the account may send one more request.
    func accountHasRoom(at date: Date) -> Bool {
        guard let limit = limits.account else { return true }
        return days[UTCDay(date), default: Day()].account < limit
    }

    /// Whether one more request may go to a meeting or webinar.
    func hasRoom(for target: Target, at date: Date) -> Bool {
        guard target.kind == .webinar, let limit = limits.webinar else { return true }
        return days[UTCDay(date), default: Day()].byTarget[target, default: 0] < limit
    }

    /// How many requests a webinar may have until half of what it takes in a day is spent; nil for a meeting.
    func halfLeft(of target: Target, at date: Date) -> Int? {
        guard target.kind == .webinar else { return nil }
        return (limits.webinar ?? DayLimits.webinarsTen) / 2
            - days[UTCDay(date), default: Day()].byTarget[target.whole, default: 0]
    }

    /// Which registrants of a batch have no status change left today.
    ///
    /// - Parameter changes: For each, how many requests of today held them.
    func spent(_ changes: [Int]) -> [Int] {
        changes.indices.filter { changes[$0] >= limits.registrant }
    }

    /// Whether a limit that names registrants of a batch is theirs, and not their webinar's: users report that a webinar's
    /// eleventh request of the day is refused with the name of somebody who had few changes (devforum 122482).
    ///
    /// - Parameter changes: For each of those who are named, how many requests of today held them before.
    func isRegistrants(_ changes: [Int], in target: Target) -> Bool {
        !changes.isEmpty && (target.kind == .meeting || changes.contains { $0 >= limits.registrant })
    }

    /// A request for a list leaves: it counts for the account, but is no status change.
    mutating func spendOnList(at date: Date) {
        days[UTCDay(date), default: Day()].account += 1
    }

    /// A request leaves.
    mutating func spend(on target: Target, at date: Date) {
        let day = UTCDay(date)
        days[day, default: Day()].account += 1
        if target.kind == .webinar { days[day, default: Day()].byTarget[target, default: 0] += 1 }
        // A clock may step by a day or two; beyond that the journal's count is asked at the next run.
        if days.count > 8, let oldest = days.keys.min() { days[oldest] = nil }
    }
}
