/// Counts an account's requests against its rate. A pure value; times are seconds since 1970.
struct RateCounter {
    private let limit: Int
    private let window: RateWindow
    /// Requests per second that another app of the account sends.
    private let others: Double

    private var recent: [Double] = []
    private var second = 0.0
    private var inSecond = 0
    private var bucket: (level: Double, at: Double)
    private var nextOther: Double?

    init(limit: Int, window: RateWindow, others: Double) {
        self.limit = limit
        self.window = window
        self.others = others
        bucket = (Double(limit), 0)
    }

    /// Whether a request may pass now; one that may not is not counted.
    mutating func admits(at now: Double) -> Bool {
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
    func remaining(at now: Double) -> Int {
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
