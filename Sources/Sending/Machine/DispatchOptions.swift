/// How one account's batches are sent.
public struct DispatchOptions: Sendable, Hashable {
    /// How fast.
    public var pace: Pace
    /// What Zoom takes in a day.
    public var days: DayLimits
    /// Requests under way to one meeting or webinar at a time.
    public var perMeeting: Int
    /// Requests under way in all.
    public var width: Int
    /// What to do after failures.
    public var retry: RetryPolicy
    /// When to stop asking a server that fails.
    public var breaker: CircuitBreaker
    /// How long to wait for requests under way when told to stop.
    public var grace: Duration
    /// The longest wait that a run sits out; what must wait longer is left to a later run.
    public var patience: Duration
    /// Refusals for the rate in a row, without any request taken, after which the run is given up.
    public var refusals: Int

    /// Makes options; all but the pace and the limits of a day have values that suit Zoom.
    public init(
        pace: Pace,
        days: DayLimits,
        perMeeting: Int = 1,
        width: Int = 128,
        retry: RetryPolicy = RetryPolicy(),
        breaker: CircuitBreaker = CircuitBreaker(),
        grace: Duration = .seconds(30),
        patience: Duration = .seconds(120),
        refusals: Int = 40
    ) {
        self.pace = pace
        self.days = days
        self.perMeeting = max(1, perMeeting)
        self.width = max(1, width)
        self.retry = retry
        self.breaker = breaker
        self.grace = grace
        self.patience = patience
        self.refusals = refusals
    }

    /// What a plan allows, or less.
    public init(_ plan: Plan, atMost rate: Double? = nil) {
        self.init(pace: Pace(plan, atMost: rate), days: DayLimits(plan))
    }
}
