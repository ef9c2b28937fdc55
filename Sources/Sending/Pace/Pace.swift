/// How fast requests may leave.
public enum Pace: Sendable, Hashable {
    /// At most so many in any second; below 1 too.
    case perSecond(Double)
    /// As fast as answers come: for benchmarks against one's own machine only.
    case unlimited

    /// What a plan allows, or less where the user asks for less.
    ///
    /// - Parameters:
    ///   - plan: The account's plan.
    ///   - wanted: Requests a second; more than the plan allows is cut to what it allows.
    public init(_ plan: Plan, atMost wanted: Double? = nil) {
        let allowed = Double(plan.requestsPerSecond)
        self = .perSecond(min(wanted ?? allowed, allowed))
    }
}
