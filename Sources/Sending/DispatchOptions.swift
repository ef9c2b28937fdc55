import Zoom

/// How one account's batches are sent.
package struct DispatchOptions: Sendable, Hashable {
    /// How fast.
    package var pace: Pace
    /// What Zoom takes in a day.
    package var days: DayLimits
    /// Requests under way to one meeting or webinar at a time.
    package var perMeeting = 1
    /// Requests under way in all.
    package var width = HTTPZoomClient.Limits.standardWidth
    /// Whether to ask about everybody of a target that may be refused as a whole.
    package var asksEveryone = false
    /// What to do after failures.
    var retry = RetryPolicy()
    /// When to stop asking a server that fails.
    var breaker = CircuitBreaker()
    /// How long to wait for requests under way when told to stop.
    var grace = Duration.seconds(30)
    /// The longest wait that a run sits out; what must wait longer is left to a later run.
    var patience = Duration.seconds(120)
    /// Refusals for the rate in a row, without any request taken, after which the run is given up.
    var refusals = 40

    package init(pace: Pace, days: DayLimits) {
        self.pace = pace
        self.days = days
    }

    /// What a plan allows, or less.
    package init(_ plan: Plan, atMost rate: Double? = nil) {
        self.init(pace: Pace(plan, atMost: rate), days: DayLimits(plan))
    }
}
