import Synchronization

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
