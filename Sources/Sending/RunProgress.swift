import Synchronization

/// How far a run is, over all its accounts.
package struct RunProgress: Sendable, Hashable {
    /// Since the run began.
    package var elapsed: Duration = .zero
    /// By account name; nil for the one without a name.
    package var accounts: [String?: DispatchProgress] = [:]

    /// All accounts together: sums, but the latest end of a pause.
    package var total: DispatchProgress {
        var total = DispatchProgress()
        for progress in accounts.values {
            total.rows += progress.rows
            total.applied += progress.applied
            total.failed += progress.failed
            total.deferred += progress.deferred
            total.requests += progress.requests
            total.inFlight += progress.inFlight
            total.batchesLeft += progress.batchesLeft
            total.rate += progress.rate
            total.allowedRate += progress.allowedRate
            total.refusals += progress.refusals
            if let until = progress.pausedUntil { total.pausedUntil = max(until, total.pausedUntil ?? until) }
        }
        return total
    }

    /// Seconds until the account with most to do is through; nil while that can't be said.
    package var secondsLeft: Double? { accounts.values.compactMap(\.secondsLeft).max() }
}

/// Where the accounts of a run write how far they are, and from which it is reported now and then.
final class ProgressBoard: Sendable {
    /// Between two reports.
    static let interval = Duration.milliseconds(200)

    private struct State {
        var progress = RunProgress()
        var reportedAt: Duration?
    }

    private let state = Mutex(State())
    private let clock: any RunClock
    private let report: (@Sendable (RunProgress) -> Void)?

    init(clock: any RunClock, report: (@Sendable (RunProgress) -> Void)?) {
        self.clock = clock
        self.report = report
    }

    var isWatched: Bool { report != nil }

    var progress: RunProgress { state.withLock { $0.progress } }

    /// Notes where an account stands. Reports if the last report is old, or if asked to.
    func note(_ account: String?, _ progress: DispatchProgress, at now: Duration, isLast: Bool) {
        let due: RunProgress? = state.withLock { state in
            state.progress.elapsed = now
            state.progress.accounts[account] = progress
            if !isLast, let last = state.reportedAt, now - last < Self.interval { return nil }
            state.reportedAt = now
            return state.progress
        }
        if let due { report?(due) }
    }
}

/// How far an account's part of a run is.
package struct DispatchProgress: Sendable, Hashable {
    /// Rows that this run set out to settle.
    package var rows = 0
    /// Rows settled so far.
    package var applied = 0
    /// Rows refused for good so far.
    package var failed = 0
    /// Rows put off so far, those that were put off before the run included.
    package var deferred = 0
    /// Requests sent.
    package var requests = 0
    /// Requests under way.
    package var inFlight = 0
    /// Batches that are still to be sent in this run.
    package var batchesLeft = 0
    /// Requests a second over the last seconds.
    package var rate = 0.0
    /// Requests a second that may leave now; infinite without a limit.
    package var allowedRate = 0.0
    /// Requests that Zoom refused because they came too fast.
    package var refusals = 0
    /// Until when sending pauses because Zoom asked for it; nil when it does not pause.
    package var pausedUntil: Duration?
    /// Seconds that the rest takes at the rate allowed now; nil while that can't be said.
    package var secondsLeft: Double? {
        allowedRate > 0 && allowedRate.isFinite
            ? Double(batchesLeft) / allowedRate : rate > 0 ? Double(batchesLeft) / rate : nil
    }

    package init() {}
}
