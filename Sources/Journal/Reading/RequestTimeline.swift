package import FoundationEssentials

/// Requests over time, in steps of equal length.
package struct RequestTimeline: Sendable, Hashable {
    package struct Step: Sendable, Hashable {
        /// Requests that were sent in it.
        package var requests = 0
        /// Those that Zoom refused with 429.
        package var refusals = 0
        /// Those that went wrong in another way, or got no answer.
        package var troubles = 0

        package init() {}
    }

    /// When the first step begins.
    package let start: Date
    /// The length of a step in seconds.
    package let seconds: Int
    /// The steps, without a gap.
    package var steps: [Step]

    package init(start: Date, seconds: Int, steps: [Step]) {
        self.start = start
        self.seconds = seconds
        self.steps = steps
    }

    /// When the last step ends.
    package var end: Date { start.addingTimeInterval(Double(seconds * steps.count)) }

    /// The most requests a second in any step.
    package var highestRate: Double { Double(steps.map(\.requests).max() ?? 0) / Double(seconds) }

    /// The shortest of the usual lengths that needs no more than so many steps.
    static func stepLength(over range: Int, atMost steps: Int) -> Int {
        let usual = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400]
        return usual.first { range / $0 < steps } ?? (range / steps / 86_400 + 1) * 86_400
    }
}
