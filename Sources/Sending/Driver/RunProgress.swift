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
