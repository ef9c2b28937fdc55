/// The labels of the endpoints that the sandbox has; each has a rate and a day of its own.
package enum SandboxLabel: String, Sendable, Hashable, CaseIterable {
    /// One registrant.
    case light = "Light"
    /// Status updates and lists.
    case medium = "Medium"
}

/// Zoom's plans and their Medium label. Source: Zoom's page "Rate limits".
package enum SandboxPlan: String, Sendable, Hashable, CaseIterable, Codable {
    /// 2 requests a second, 2,000 a day.
    case free
    /// 20 requests a second.
    case pro
    /// 60 requests a second.
    case business

    /// Requests a second.
    package var perSecond: Int {
        switch self {
        case .free: 2
        case .pro: 20
        case .business: 60
        }
    }

    /// Requests a day, if limited.
    package var perDay: Int? {
        self == .free ? 2_000 : nil
    }

    /// Requests a second of a label.
    package func perSecond(_ label: SandboxLabel) -> Int {
        guard label == .light else { return perSecond }
        return switch self {
        case .free: 4
        case .pro: 30
        case .business: 80
        }
    }

    /// Requests a day of a label, if limited.
    package func perDay(_ label: SandboxLabel) -> Int? {
        label == .light ? (self == .free ? 6_000 : nil) : perDay
    }
}

/// How to count a second's requests. Zoom does not document its method.
package enum RateWindow: String, Sendable, Hashable, CaseIterable {
    /// No more than the limit in any second, wherever it begins.
    case sliding
    /// No more than the limit in each second of the clock.
    case fixed
    /// A bucket of as many tokens as the limit, filled evenly.
    case bucket
}

/// Counts an account's requests against its rate. A pure value; times are seconds since 1970.
package struct RateCounter: Sendable {
    private let limit: Int
    private let window: RateWindow
    /// Requests per second that another app of the account sends.
    private let others: Double

    private var recent: [Double] = []
    private var second = 0.0
    private var inSecond = 0
    private var bucket: (level: Double, at: Double)
    private var nextOther: Double?

    package init(limit: Int, window: RateWindow, others: Double = 0) {
        self.limit = limit
        self.window = window
        self.others = others
        bucket = (Double(limit), 0)
    }

    /// Whether a request may pass now; refused ones are not counted.
    package mutating func admits(at now: Double) -> Bool {
        if others > 0 {
            var time = max(nextOther ?? now, now - 2)
            while time <= now {
                _ = take(at: time)
                time += 1 / others
            }
            nextOther = time
        }
        return take(at: now)
    }

    /// How many more would pass in this second.
    package func remaining(at now: Double) -> Int {
        switch window {
        case .sliding: max(0, limit - recent.count { $0 > now - 1 })
        case .fixed: second == now.rounded(.down) ? max(0, limit - inSecond) : limit
        case .bucket: Int(bucket.level)
        }
    }

    private mutating func take(at now: Double) -> Bool {
        switch window {
        case .sliding:
            if let kept = recent.firstIndex(where: { $0 > now - 1 }) {
                recent.removeFirst(kept)
            } else {
                recent.removeAll(keepingCapacity: true)
            }
            guard recent.count < limit else { return false }
            recent.append(now)
        case .fixed:
            if second != now.rounded(.down) { (second, inSecond) = (now.rounded(.down), 0) }
            guard inSecond < limit else { return false }
            inSecond += 1
        case .bucket:
            let level = min(Double(limit), bucket.level + max(0, now - bucket.at) * Double(limit))
            bucket = (level, now)
            guard level >= 1 else { return false }
            bucket.level -= 1
        }
        return true
    }
}

/// Something counted per UTC day.
package struct DayCount: Sendable {
    private var day = 0
    private var count = 0

    package init() {}

    /// The count for the day of `now`, in seconds since 1970.
    package func value(at now: Double) -> Int {
        Self.day(now) == day ? count : 0
    }

    /// Adds to the count for the day of `now`.
    package mutating func add(_ more: Int = 1, at now: Double) {
        count = value(at: now) + more
        day = Self.day(now)
    }

    private static func day(_ now: Double) -> Int {
        Int((now / 86_400).rounded(.down))
    }
}
