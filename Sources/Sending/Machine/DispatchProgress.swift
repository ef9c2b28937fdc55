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
