import Decisions
import FoundationEssentials
import Journal

/// How many requests Zoom accepts in a UTC day.
package struct DayLimits: Sendable, Hashable {
    /// All requests of the account; nil if Zoom names no limit.
    package var account: Int?
    /// Status changes of one registrant in one meeting or webinar.
    /// Source: Zoom's rate-limit page: 10 requests a day for the same registrant.
    package var registrant: Int
    /// Requests to one webinar. Users report that the eleventh is refused whichever registrant it names, but no Zoom
    /// document says so. Nil sends until Zoom refuses, which costs one request a day; a number holds back whatever
    /// exceeds it.
    package var webinar: Int?

    /// A webinar's limit, as users report it.
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

/// What is left of the daily limits, counted by request and by the UTC day on which it was sent.
///
/// A clock stepped over midnight only changes the day: each day keeps its own count, so stepping back does not allow
/// anything twice.
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

    /// How many requests are left until half of a webinar's day limit is spent; nil for a meeting.
    func halfLeft(of target: Target, at date: Date) -> Int? {
        guard target.kind == .webinar else { return nil }
        return (limits.webinar ?? DayLimits.webinarsTen) / 2
            - days[UTCDay(date), default: Day()].byTarget[target.whole, default: 0]
    }

    /// Which registrants of a batch have no status change left today.
    ///
    /// - Parameter changes: For each registrant, how many of today's requests held them.
    func spent(_ changes: [Int]) -> [Int] {
        changes.indices.filter { changes[$0] >= limits.registrant }
    }

    /// Whether a limit that names registrants of a batch is theirs rather than their webinar's: users report that the
    /// refusal of a webinar's eleventh request of the day names somebody who had few changes (devforum 122482).
    ///
    /// - Parameter changes: For each named registrant, how many of today's earlier requests held them.
    func isRegistrants(_ changes: [Int], in target: Target) -> Bool {
        !changes.isEmpty && (target.kind == .meeting || changes.contains { $0 >= limits.registrant })
    }

    /// Counts a list request, which counts for the account but is not a status change.
    mutating func spendOnList(at date: Date) {
        days[UTCDay(date), default: Day()].account += 1
    }

    /// Counts a request that leaves.
    mutating func spend(on target: Target, at date: Date) {
        let day = UTCDay(date)
        days[day, default: Day()].account += 1
        if target.kind == .webinar { days[day, default: Day()].byTarget[target, default: 0] += 1 }
        // A clock may step by a day or two; beyond that, the next run reads the journal's count.
        if days.count > 8, let oldest = days.keys.min() { days[oldest] = nil }
    }
}
