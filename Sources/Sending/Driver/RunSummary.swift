/// What a run came to.
package struct RunSummary: Sendable {
    /// Why each account's part ended; nil names the account without a name.
    package var endings: [String?: Ending] = [:]
    /// The counts at the end.
    package var progress = RunProgress()
    /// What Zoom confirmed, where that was to be noted.
    var applied: AppliedChanges?
    /// Each account's limiter as sending left it, for more requests on the same clock.
    var limiters: [String?: RateLimiter] = [:]
}
