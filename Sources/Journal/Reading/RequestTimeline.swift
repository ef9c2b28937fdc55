public import FoundationEssentials

/// Requests over time, in steps of equal length.
public struct RequestTimeline: Sendable, Hashable {
    /// One step.
    public struct Step: Sendable, Hashable {
        /// Requests that were sent in it.
        public var requests = 0
        /// Those that Zoom refused with 429.
        public var refusals = 0
        /// Those that went wrong in another way, or got no answer.
        public var troubles = 0

        /// Nothing was sent.
        public init() {}
    }

    /// When the first step begins.
    public let start: Date
    /// The length of a step in seconds.
    public let seconds: Int
    /// The steps, without a gap.
    public var steps: [Step]

    /// Makes a timeline.
    public init(start: Date, seconds: Int, steps: [Step]) {
        self.start = start
        self.seconds = seconds
        self.steps = steps
    }

    /// When the last step ends.
    public var end: Date { start.addingTimeInterval(Double(seconds * steps.count)) }

    /// The most requests a second in any step.
    public var highestRate: Double { Double(steps.map(\.requests).max() ?? 0) / Double(seconds) }

    /// The shortest of the usual lengths that needs no more than so many steps.
    static func stepLength(over range: Int, atMost steps: Int) -> Int {
        let usual = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400]
        return usual.first { range / $0 < steps } ?? (range / steps / 86_400 + 1) * 86_400
    }
}
