/// How long to wait before a request is sent again, and when to leave it to the next run.
///
/// Exponential back-off with full jitter: each failure doubles the longest wait, and chance picks a wait up to it, so that
/// what failed together does not come back together.
/// Source: Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015).
struct RetryPolicy: Sendable, Hashable {
    /// The longest wait after the first failure.
    var base: Duration
    /// No wait is longer, unless Zoom asks for more.
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

    /// The wait after a failure; nil when it is one too many.
    ///
    /// - Parameters:
    ///   - failures: Failures of this batch in this run, this one included.
    ///   - elapsed: Time since the first of them.
    ///   - random: The source of chance.
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
