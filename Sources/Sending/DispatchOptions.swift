import Zoom

/// How one account's batches are sent.
package struct DispatchOptions: Sendable, Hashable {
    /// How fast to send.
    package var pace: Pace {
        // Who sets a pace leaves the rest of the account's rate to others, whatever the label.
        didSet { lightPace = pace }
    }
    /// How fast to ask for single registrants, which have a label of their own.
    private(set) var lightPace: Pace
    /// What Zoom accepts in a day.
    package var days: DayLimits
    /// The most requests in flight to one meeting or webinar.
    package var perMeeting = 1
    /// The most requests in flight in all.
    package var width = HTTPZoomClient.Limits.standardWidth
    /// Whether to send every registrant of a target that may be refused as a whole.
    package var asksEveryone = false
    /// When to stop because too much is refused; nil for never.
    package var failureLimit: FailureLimit?
    /// What to do after failures.
    var retry = RetryPolicy()
    /// When to stop sending to a server that fails.
    var breaker = CircuitBreaker()
    /// How long to wait for requests in flight when told to stop.
    var grace = Duration.seconds(30)
    /// The longest wait within a run; anything that must wait longer is left to a later run.
    var patience = Duration.seconds(120)
    /// Refusals for the rate in a row, with no request accepted, after which the run is given up.
    var refusals = 40

    package init(pace: Pace, days: DayLimits) {
        self.pace = pace
        lightPace = pace
        self.days = days
    }

    /// What a plan allows, or less.
    package init(_ plan: Plan, atMost rate: Double? = nil) {
        self.init(pace: Pace(plan, atMost: rate), days: DayLimits(plan))
        lightPace = Pace(plan, atMost: rate, label: .light)
    }
}
