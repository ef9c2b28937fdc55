package import Journal

/// How far a run is, for a display.
package struct LiveProgress: Sendable, Hashable {
    package var jobs: [JobProgress]
    /// Requests a second over the last seconds.
    package var rate: Double
    /// Requests a second that may leave now; nil where that is not known or not limited.
    package var allowedRate: Double?
    /// Requests that Zoom refused because there were too many.
    package var refusals: Int
    /// Seconds until Zoom wants to be asked again; nil while nothing pauses.
    package var pause: Double?
    /// Seconds that the rest takes; nil while that can't be said.
    package var secondsLeft: Double?

    package init(
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
