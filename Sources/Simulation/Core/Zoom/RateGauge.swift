/// Counts an account's requests against its rate, those of other apps included.
struct RateGauge: Sendable {
    let limit: Int
    let window: RateWindow
    /// Requests a second that other apps of the account send, evenly.
    let others: Double

    /// Requests taken in the last second, for `sliding`; a ring of the latest `limit` ones.
    private var taken: [Int64] = []
    private var oldest = 0
    private var second: Int64 = -1
    private var inSecond = 0
    /// In billionths of a token.
    private var level: Int64
    private var filledAt: Int64 = 0
    private var othersSent: Int64 = 0

    private static let second: Int64 = 1_000_000_000

    init(limit: Int, window: RateWindow, others: Double = 0) {
        self.limit = limit
        self.window = window
        self.others = others
        level = Int64(limit) * Self.second
    }

    /// Whether a request that arrives now is taken; one that is not taken is not counted.
    mutating func admits(at moment: Duration) -> Bool {
        let now = moment.wholeNanoseconds
        if others > 0 {
            // Of a long silence only the last two seconds matter.
            let interval = Double(Self.second) / others
            othersSent = max(othersSent, Int64(Double(now - 2 * Self.second) / interval))
            while Double(othersSent) * interval <= Double(now) {
                _ = take(at: Int64(Double(othersSent) * interval))
                othersSent += 1
            }
        }
        return take(at: now)
    }

    private mutating func take(at now: Int64) -> Bool {
        switch window {
        case .sliding:
            if taken.count < limit {
                taken.append(now)
                return true
            }
            guard taken[oldest] <= now - Self.second else { return false }
            taken[oldest] = now
            oldest = (oldest + 1) % limit
        case .fixed:
            if now / Self.second != second { (second, inSecond) = (now / Self.second, 0) }
            guard inSecond < limit else { return false }
            inSecond += 1
        case .bucket:
            let elapsed = min(now - filledAt, Self.second)
            level = min(Int64(limit) * Self.second, level + elapsed * Int64(limit))
            filledAt = now
            guard level >= Self.second else { return false }
            level -= Self.second
        }
        return true
    }
}
