/// How fast requests may leave.
package enum Pace: Sendable, Hashable, LosslessStringConvertible {
    /// At most this many in any second; may be below 1.
    case perSecond(Double)
    /// As fast as answers come: only for benchmarks against the local machine.
    case unlimited

    /// What a plan allows, or less if the user asks for less.
    ///
    /// - Parameters:
    ///   - plan: The account's plan.
    ///   - wanted: Requests per second, cut to what the plan allows.
    ///   - label: The label of the requests.
    package init(_ plan: Plan, atMost wanted: Double? = nil, label: RateLabel = .medium) {
        let allowed = Double(label == .light ? plan.lightRequestsPerSecond : plan.requestsPerSecond)
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

    /// As the user writes it: `20`, `2.5`, `unlimited`.
    package var description: String {
        switch self {
        case .unlimited: "unlimited"
        case .perSecond(let rate): Int(exactly: rate).map(String.init) ?? String(rate)
        }
    }

    /// Whether one pace is no faster than another.
    package static func <= (one: Pace, other: Pace) -> Bool {
        switch (one, other) {
        case (_, .unlimited): true
        case (.unlimited, .perSecond): false
        case (.perSecond(let rate), .perSecond(let allowed)): rate <= allowed
        }
    }
}

/// Zoom's label of a request: each has its own rate, and its own day on plans with a daily limit.
package enum RateLabel: Sendable, Hashable {
    /// "Update registrant's status" and the lists of registrants.
    case medium
    /// One registrant.
    case light
}

/// An account's plan, which decides how many requests Zoom accepts.
///
/// Source: Zoom's rate-limit page, table "Rate limits by account type".
package enum Plan: String, Sendable, Hashable, CaseIterable {
    /// 2 requests per second, 2,000 per day.
    case free
    /// 20 requests per second.
    case pro
    /// 60 requests per second; also Education, Enterprise and Partners.
    case business

    /// Requests per second that the label Medium allows.
    package var requestsPerSecond: Int {
        switch self {
        case .free: 2
        case .pro: 20
        case .business: 60
        }
    }

    /// Requests per second that the label Light allows.
    var lightRequestsPerSecond: Int {
        switch self {
        case .free: 4
        case .pro: 30
        case .business: 80
        }
    }

    /// Requests per UTC day that the label Medium allows; nil if Zoom names no limit.
    var requestsPerDay: Int? {
        self == .free ? 2_000 : nil
    }
}

/// The rate assumed to be available to us: the label's, unless a refusal has shown that others use part of it.
///
/// After a refusal the rate is halved, climbs linearly to a little below our share at the time, and from there first
/// slowly and then faster towards the label's rate, because the others may have gone. (The idea is that of CUBIC, RFC
/// 9438: probing is slow near the last known limit. A fifth power keeps away from it for longer than a third, and is as
/// soon at the label's rate.) While our share is unknown, it climbs so slowly that when it meets the limit again, what
/// was accepted in the second before is our share, and few requests in flight are refused with the first.
struct AllowedRate: Sendable {
    /// Requests per second that the label, or the user, allows.
    let ceiling: Double
    private var recovery: Recovery?

    private struct Recovery {
        /// When sending resumes, in nanoseconds.
        let start: Int64
        let from: Double
        /// The rate at which fast climbing ends; nil if our share is unknown.
        let knee: Double?
    }

    /// Seconds from the halved rate back to the knee.
    static let climb = 0.5
    /// The part of the ceiling by which the rate climbs per second while the share is unknown.
    static let feeling = 0.025
    /// The knee, as a part of the last known share.
    static let humility = 0.97
    /// Seconds that probing would take to climb from zero to the ceiling.
    static let probing = 120.0
    /// The part of the ceiling below which the rate is never lowered.
    static let least = 0.125

    init(ceiling: Double) {
        self.ceiling = ceiling
    }

    /// Requests per second at a moment in nanoseconds.
    func rate(at now: Int64) -> Double {
        guard let recovery else { return ceiling }
        let seconds = max(0, Double(now - recovery.start) * 1e-9)
        guard let knee = recovery.knee else { return min(ceiling, recovery.from + ceiling * Self.feeling * seconds) }
        if seconds < Self.climb {
            return min(ceiling, recovery.from + (knee - recovery.from) * seconds / Self.climb)
        }
        let probed = (seconds - Self.climb) / Self.probing
        return min(ceiling, knee + ceiling * probed * probed * probed * probed * probed)
    }

    /// Halves the rate because the server refused a request.
    ///
    /// - Parameters:
    ///   - start: When sending resumes.
    ///   - now: The moment of the refusal.
    ///   - share: Requests per second that the server accepted from us just before; nil if we had not sent for long
    ///     enough to know.
    mutating func reduce(from start: Int64, at now: Int64, share: Double?) {
        let rate = rate(at: now)
        let half = max(ceiling * Self.least, rate / 2)
        let knee = share.map { max(half, min(rate, $0) * Self.humility) }
        recovery = Recovery(start: start, from: half, knee: knee)
    }
}
