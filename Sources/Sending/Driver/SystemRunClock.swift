public import FoundationEssentials

/// This machine's clocks.
public struct SystemRunClock: RunClock {
    private let start = ContinuousClock.now

    /// The run begins now.
    public init() {}

    /// Time since this clock was made; never set back.
    public func elapsed() -> Duration { ContinuousClock.now - start }

    /// The calendar, which may be stepped at any time.
    public func date() -> Date { Date() }

    /// Waits on the monotonic clock, as exactly as the system can.
    public func sleep(until moment: Duration) async throws {
        try await ContinuousClock().sleep(until: start + moment, tolerance: .zero)
    }
}
