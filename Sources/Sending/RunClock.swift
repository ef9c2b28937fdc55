package import FoundationEssentials

/// The clocks of a run. Tests bring their own.
package protocol RunClock: Sendable {
    /// Monotonic time since the run began.
    func elapsed() -> Duration
    /// The calendar.
    func date() -> Date
    /// Returns when `elapsed()` reaches a moment; throws if the task is cancelled.
    func sleep(until moment: Duration) async throws
}

extension RunClock {
    /// Both clocks, read together.
    var now: ClockReading { ClockReading(elapsed: elapsed(), date: date()) }
}

/// This machine's clocks.
package struct SystemRunClock: RunClock {
    private let start = ContinuousClock.now

    /// Starts the run's time now.
    package init() {}

    /// Time since this clock was made; never set back.
    package func elapsed() -> Duration { ContinuousClock.now - start }

    /// The calendar, which may be stepped at any time.
    package func date() -> Date { Date() }

    /// Waits on the monotonic clock, as precisely as the system can.
    package func sleep(until moment: Duration) async throws {
        try await ContinuousClock().sleep(until: start + moment, tolerance: .zero)
    }
}

/// The current time by both of a machine's clocks.
///
/// Pacing and waiting use the monotonic clock, which is never set; days and deadlines that Zoom names use the calendar,
/// which may be stepped at any time.
package struct ClockReading: Sendable, Hashable {
    /// Monotonic time since the run began.
    package var elapsed: Duration
    /// The calendar time.
    package var date: Date

    package init(elapsed: Duration, date: Date) {
        self.elapsed = elapsed
        self.date = date
    }
}

extension Duration {
    /// Whole nanoseconds, rounded down: policies count in integers so that they accept the very instants they name.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    /// Seconds as a number, for estimates.
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
