/// What a run came to.
public struct RunSummary: Sendable {
    /// Why each account's part ended; nil names the account without a name.
    public var endings: [String?: Ending] = [:]
    /// The counts at the end.
    public var progress = RunProgress()
    /// What Zoom confirmed, where that was to be noted.
    var applied: AppliedChanges?
    /// Each account's limiter as sending left it, for more requests on the same clock.
    var limiters: [String?: RateLimiter] = [:]
}
