import FoundationEssentials
import Zoom

/// How long to wait before sending a request again, and when to leave it to the next run.
///
/// Exponential back-off with full jitter: each failure doubles the longest wait, and a random wait up to it is picked,
/// so that requests that failed together do not come back together.
/// Source: Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015).
struct RetryPolicy: Sendable, Hashable {
    /// The longest wait after the first failure.
    var base: Duration
    /// The longest wait, unless Zoom asks for more.
    var most: Duration
    /// Failures of one batch in one run after which it is left to the next run.
    var failures: Int
    /// Time since a batch's first failure after which it is left to the next run.
    var time: Duration

    init(
        base: Duration = .milliseconds(500),
        most: Duration = .seconds(30),
        failures: Int = 6,
        time: Duration = .seconds(300)
    ) {
        self.base = base
        self.most = most
        self.failures = failures
        self.time = time
    }

    /// The wait after a failure; nil after too many failures, or too long after the first.
    ///
    /// - Parameters:
    ///   - failures: Failures of this batch in this run, this one included.
    ///   - elapsed: Time since the first failure.
    ///   - random: The random generator.
    func wait(
        afterFailures failures: Int,
        over elapsed: Duration,
        using random: inout some RandomNumberGenerator
    ) -> Duration? {
        guard failures < self.failures, elapsed < time else { return nil }
        let longest = min(most.nanoseconds, base.nanoseconds << Int64(min(max(failures - 1, 0), 20)))
        return .nanoseconds(Int64.random(in: 0...max(0, longest), using: &random))
    }
}

/// Limits the retries of a whole run, so that a server that fails most of the time is not hammered.
///
/// Each retry costs one; each answered request earns a fraction. So retries stay below that fraction of what succeeds,
/// plus the initial balance.
struct RetryBudget: Sendable, Hashable {
    /// What an answered request earns.
    let earning: Double
    /// The largest balance, with which the run starts.
    let most: Double
    /// What is left.
    private(set) var balance: Double

    /// Starts full.
    init(earning: Double = 0.5, most: Double = 40) {
        self.earning = earning
        self.most = most
        balance = most
    }

    /// Records an answer without trouble.
    mutating func earn() {
        balance = min(most, balance + earning)
    }

    /// Whether a retry may be made; if so, it is paid for.
    mutating func spend() -> Bool {
        guard balance >= 1 else { return false }
        balance -= 1
        return true
    }
}

extension RetryAfter {
    /// The wait from now, at most a day: Zoom's limits end at 00:00 UTC at the latest, so more can only be a mistake.
    func wait(from now: ClockReading) -> Duration {
        let day = 24 * 60 * 60
        return switch self {
        case .seconds(let seconds): .seconds(min(max(0, seconds), day))
        case .date(let date): .seconds(min(max(0, date.timeIntervalSince(now.date)), Double(day)))
        }
    }

    /// The same as a date; nil if it is not in the future.
    func date(after now: ClockReading) -> Date? {
        let wait = wait(from: now)
        return wait > .zero ? now.date.addingTimeInterval(wait.inSeconds) : nil
    }
}
