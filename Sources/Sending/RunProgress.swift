import Synchronization

/// The progress of a run, over all its accounts.
package struct RunProgress: Sendable, Hashable {
    /// Time since the run began.
    package var elapsed: Duration = .zero
    /// By account name; nil for the unnamed account.
    package var accounts: [String?: DispatchProgress] = [:]

    /// All accounts together: sums, except for the latest end of a pause.
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

    /// Seconds until the account with the most left to do is finished; nil while that is unknown.
    package var secondsLeft: Double? { accounts.values.compactMap(\.secondsLeft).max() }
}

/// Collects the progress of a run's accounts and reports it now and then.
final class ProgressBoard: Sendable {
    /// The time between two reports.
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

    /// Notes an account's progress. Reports if the last report is old, or if `isLast`.
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

/// The progress of an account's part of a run.
package struct DispatchProgress: Sendable, Hashable {
    /// Rows for this run to settle.
    package var rows = 0
    /// Rows applied so far.
    package var applied = 0
    /// Rows refused for good so far.
    package var failed = 0
    /// Deferred rows, including those deferred before the run.
    package var deferred = 0
    /// Requests sent.
    package var requests = 0
    /// Requests in flight.
    package var inFlight = 0
    /// Batches still to be sent in this run.
    package var batchesLeft = 0
    /// Requests per second over the last seconds.
    package var rate = 0.0
    /// Requests per second that may leave now; infinite without a limit.
    package var allowedRate = 0.0
    /// Requests that Zoom refused because they came too fast.
    package var refusals = 0
    /// Until when sending pauses because Zoom asked for it; nil if it does not pause.
    package var pausedUntil: Duration?
    /// Seconds that the rest takes at the rate allowed now; nil while that is unknown.
    package var secondsLeft: Double? {
        allowedRate > 0 && allowedRate.isFinite
            ? Double(batchesLeft) / allowedRate : rate > 0 ? Double(batchesLeft) / rate : nil
    }

    package init() {}
}
