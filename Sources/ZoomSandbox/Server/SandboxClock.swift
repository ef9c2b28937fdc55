package import FoundationEssentials

/// The sandbox's time: what it takes for now, and how it waits.
package struct SandboxClock: Sendable {
    /// The moment that requests are judged by.
    package let now: @Sendable () -> Date
    /// How latency and slow answers wait.
    package let sleep: @Sendable (Duration) async throws -> Void

    package init(now: @escaping @Sendable () -> Date, sleep: @escaping @Sendable (Duration) async throws -> Void) {
        self.now = now
        self.sleep = sleep
    }

    /// The computer's clock, shifted by some seconds.
    package static func system(offset: TimeInterval = 0) -> SandboxClock {
        SandboxClock(now: { Date().addingTimeInterval(offset) }, sleep: { try await Task.sleep(for: $0) })
    }
}
