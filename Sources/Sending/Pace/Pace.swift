/// How fast requests may leave.
package enum Pace: Sendable, Hashable, LosslessStringConvertible {
    /// At most so many in any second; below 1 too.
    case perSecond(Double)
    /// As fast as answers come: for benchmarks against one's own machine only.
    case unlimited

    /// What a plan allows, or less where the user asks for less.
    ///
    /// - Parameters:
    ///   - plan: The account's plan.
    ///   - wanted: Requests a second; more than the plan allows is cut to what it allows.
    package init(_ plan: Plan, atMost wanted: Double? = nil) {
        let allowed = Double(plan.requestsPerSecond)
        self = .perSecond(min(wanted ?? allowed, allowed))
    }

    /// Reads a number above 0, or `unlimited`; anything else is nil.
    package init?(_ text: String) {
        if text == "unlimited" {
            self = .unlimited
        } else if let rate = Double(text), rate.isFinite, rate > 0 {
            self = .perSecond(rate)
        } else {
            return nil
        }
    }

    /// As it is written: `20`, `2.5`, `unlimited`.
    package var description: String {
        switch self {
        case .unlimited: "unlimited"
        case .perSecond(let rate): Int(exactly: rate).map(String.init) ?? String(rate)
        }
    }

    /// Whether nothing leaves faster at this pace than at another.
    package static func <= (one: Pace, other: Pace) -> Bool {
        switch (one, other) {
        case (_, .unlimited): true
        case (.unlimited, .perSecond): false
        case (.perSecond(let rate), .perSecond(let allowed)): rate <= allowed
        }
    }
}
