/// Follows a run of another process until it ends: looks, shows, waits, again and again.
package struct StatusWatch: Sendable {
    private let look: @Sendable () throws -> LiveProgress?
    private let show: @Sendable (LiveProgress) -> Void
    private let wait: @Sendable () async throws -> Void

    /// - Parameters:
    ///   - look: How far the run is; nil when none is under way.
    ///   - show: Draws that.
    ///   - wait: Returns when it is time to look again; throws when the watcher has seen enough.
    package init(
        look: @escaping @Sendable () throws -> LiveProgress?,
        show: @escaping @Sendable (LiveProgress) -> Void,
        wait: @escaping @Sendable () async throws -> Void
    ) {
        self.look = look
        self.show = show
        self.wait = wait
    }

    /// Returns when no run is under way any more.
    ///
    /// - Returns: Whether there was one at all.
    /// - Throws: What `look` and `wait` throw.
    package func callAsFunction() async throws -> Bool {
        var sawRun = false
        while let progress = try look() {
            sawRun = true
            show(progress)
            try await wait()
        }
        return sawRun
    }
}
