package import FoundationEssentials

/// This machine's clocks.
package struct SystemRunClock: RunClock {
    private let start = ContinuousClock.now

    /// The run begins now.
    package init() {}

    /// Time since this clock was made; never set back.
    package func elapsed() -> Duration { ContinuousClock.now - start }

    /// The calendar, which may be stepped at any time.
    package func date() -> Date { Date() }

    /// Waits on the monotonic clock, as exactly as the system can.
    package func sleep(until moment: Duration) async throws {
        try await ContinuousClock().sleep(until: start + moment, tolerance: .zero)
    }
}
