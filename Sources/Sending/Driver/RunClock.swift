package import FoundationEssentials

/// The clocks of a run. Tests bring their own.
package protocol RunClock: Sendable {
    /// Monotonic time since the run began.
    func elapsed() -> Duration
    /// The calendar.
    func date() -> Date
    /// Returns when `elapsed()` has reached a moment, or throws when the task is cancelled.
    func sleep(until moment: Duration) async throws
}

extension RunClock {
    /// Both clocks, read together.
    var now: Moment { Moment(elapsed: elapsed(), date: date()) }
}
