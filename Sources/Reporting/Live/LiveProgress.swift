public import Journal

/// How far a run is, for a display.
public struct LiveProgress: Sendable, Hashable {
    /// Its jobs.
    public var jobs: [JobProgress]
    /// Requests a second over the last seconds.
    public var rate: Double
    /// Requests a second that may leave now; nil where that is not known or not limited.
    public var allowedRate: Double?
    /// Requests that Zoom refused because there were too many.
    public var refusals: Int
    /// Seconds until Zoom wants to be asked again; nil while nothing pauses.
    public var pause: Double?
    /// Seconds that the rest takes; nil while that can't be said.
    public var secondsLeft: Double?

    /// Makes a state of affairs.
    public init(
        jobs: [JobProgress],
        rate: Double = 0,
        allowedRate: Double? = nil,
        refusals: Int = 0,
        pause: Double? = nil,
        secondsLeft: Double? = nil
    ) {
        self.jobs = jobs
        self.rate = rate
        self.allowedRate = allowedRate
        self.refusals = refusals
        self.pause = pause
        self.secondsLeft = secondsLeft
    }
}
