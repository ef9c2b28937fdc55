/// How fast requests may leave.
package enum Pace: Sendable, Hashable, LosslessStringConvertible {
    /// At most so many in any second; below 1 too.
    case perSecond(Double)
    /// As fast as answers come: for benchmarks against one's own machine only.
    case unlimited

    /// What a plan allows, or less where the user asks for less.
    ///
    /// - Parameters:
    ///   - plan: The account's plan.
    ///   - wanted: Requests a second; more than the plan allows is cut to what it allows.
    package init(_ plan: Plan, atMost wanted: Double? = nil) {
        let allowed = Double(plan.requestsPerSecond)
        self = .perSecond(min(wanted ?? allowed, allowed))
    }

    /// Reads a number above 0, or `unlimited`; anything else is nil.
    package init?(_ text: String) {
        if text == "unlimited" {
            self = .unlimited
        } else if let rate = Double(text), rate.isFinite, rate > 0 {
            self = .perSecond(rate)
        } else {
            return nil
        }
    }

    /// As it is written: `20`, `2.5`, `unlimited`.
    package var description: String {
        switch self {
        case .unlimited: "unlimited"
        case .perSecond(let rate): Int(exactly: rate).map(String.init) ?? String(rate)
        }
    }

    /// Whether nothing leaves faster at this pace than at another.
    package static func <= (one: Pace, other: Pace) -> Bool {
        switch (one, other) {
        case (_, .unlimited): true
        case (.unlimited, .perSecond): false
        case (.perSecond(let rate), .perSecond(let allowed)): rate <= allowed
        }
    }
}

/// An account's plan, which decides how many requests Zoom takes.
///
/// "Update registrant's status" and the lists of registrants carry the label Medium.
/// Source: Zoom's rate-limit page, table "Rate limits by account type".
package enum Plan: String, Sendable, Hashable, CaseIterable {
    /// 2 requests a second, 2,000 a day.
    case free
    /// 20 requests a second.
    case pro
    /// 60 requests a second; also Education, Enterprise and Partners.
    case business

    /// Requests a second that the label Medium allows.
    package var requestsPerSecond: Int {
        switch self {
        case .free: 2
        case .pro: 20
        case .business: 60
        }
    }

    /// Requests a UTC day that the label Medium allows; nil where Zoom names no limit.
    var requestsPerDay: Int? {
        self == .free ? 2_000 : nil
    }
}

/// The rate that is thought to be free for us: the label's, unless a refusal has shown that others use part of it.
///
/// After a refusal the rate is halved, climbs in a straight line to a little below what was left for us when it happened,
/// and from there at first slowly and then faster towards the label's rate, because the others may have gone. (The shape
/// is that of CUBIC, RFC 9438: probing is slow where the limit was last met.) Where what was left for us is not known yet,
/// it climbs so slowly that when the limit is met again, few of the requests under way are refused with the first.
struct AllowedRate: Sendable {
    /// Requests a second that the label, or the user, allows.
    let ceiling: Double
    private var recovery: Recovery?

    private struct Recovery {
        /// When sending goes on, in nanoseconds.
        let start: Int64
        let from: Double
        /// Where fast climbing ends; nil where nobody knows what is left for us.
        let knee: Double?
    }

    /// Seconds from the halved rate back to the knee.
    static let climb = 0.5
    /// The part of the ceiling by which the rate climbs in each second as long as the share is not known.
    static let feeling = 0.05
    /// How far below the share last met the knee lies.
    static let humility = 0.97
    /// Seconds in which probing would climb from nothing to the ceiling.
    static let probing = 120.0
    /// One refusal lowers the knee to no less than this part of the rate: the second before it may have been a rare one.
    static let steepest = 0.7
    /// The part of the ceiling below which the rate is never lowered.
    static let least = 0.125

    init(ceiling: Double) {
        self.ceiling = ceiling
    }

    /// Requests a second at a moment in nanoseconds.
    func rate(at now: Int64) -> Double {
        guard let recovery else { return ceiling }
        let seconds = max(0, Double(now - recovery.start) * 1e-9)
        guard let knee = recovery.knee else { return min(ceiling, recovery.from + ceiling * Self.feeling * seconds) }
        if seconds < Self.climb {
            return min(ceiling, recovery.from + (knee - recovery.from) * seconds / Self.climb)
        }
        let probed = (seconds - Self.climb) / Self.probing
        return min(ceiling, knee + ceiling * probed * probed * probed)
    }

    /// Halves the rate because the server refused a request.
    ///
    /// - Parameters:
    ///   - start: When sending goes on.
    ///   - now: The moment of the refusal.
    ///   - share: Requests a second that the server took from us just before; nil if we had not sent for long enough to
    ///     know.
    mutating func reduce(from start: Int64, at now: Int64, share: Double?) {
        let rate = rate(at: now)
        let half = max(ceiling * Self.least, rate / 2)
        let knee = share.map { max(half, rate * Self.steepest, min(rate, $0) * Self.humility) }
        recovery = Recovery(start: start, from: half, knee: knee)
    }
}
