package import Sending
package import ZoomModel

/// How close the limiter comes to Zoom's rate, and how often it is refused.
package struct PacingTrial: Sendable, Hashable {
    /// Where the random part of a request's time is spent.
    package enum Place: String, Sendable, Hashable, CaseIterable {
        /// On the way there, before the server counts: requests bunch up.
        case there
        /// After the server counts.
        case back
        /// Half and half.
        case both
    }

    /// The result of a trial.
    package struct Figures: Sendable, Hashable {
        /// Time to finish, divided by the least possible.
        package var overIdeal: Double
        /// Requests refused because of the rate.
        package var refusals: Int
        /// The most of them in any second.
        package var mostRefusalsInASecond: Int
        /// How often the limit was met: one refusal, and those of requests that were on their way then.
        package var crossings: Int
    }

    /// The plan, whose rate is the limit.
    package var plan: Plan
    /// How the server counts.
    package var window: RateWindow
    /// The most random time added to a request, in milliseconds.
    package var jitter: Int
    /// Where the random time is added.
    package var place: Place
    /// The fraction of the rate that another app uses.
    package var others: Double
    /// How long a job takes at best, in seconds.
    package var seconds: Int

    package init(
        _ plan: Plan,
        _ window: RateWindow,
        jitter: Int,
        place: Place = .both,
        others: Double = 0,
        seconds: Int = 120
    ) {
        self.plan = plan
        self.window = window
        self.jitter = jitter
        self.place = place
        self.others = others
        self.seconds = seconds
    }

    /// Every combination with published figures.
    package static var all: [PacingTrial] {
        var trials: [PacingTrial] = []
        for others in [0, 0.5] {
            for plan in Plan.allCases {
                for window in RateWindow.allCases {
                    trials.append(PacingTrial(plan, window, jitter: 0, others: others))
                    for jitter in [30, 100, 300] {
                        for place in Place.allCases {
                            trials.append(PacingTrial(plan, window, jitter: jitter, place: place, others: others))
                        }
                    }
                }
            }
        }
        return trials
    }

    /// Runs it; the same seed gives the same figures.
    package func run(seed: UInt64 = 1) -> Figures {
        let rate = Double(plan.requestsPerSecond)
        let left = rate * (1 - others)
        let count = Int(left * Double(seconds))
        var there = 0
        var back = 0
        switch place {
        case .there: there = jitter
        case .back: back = jitter
        case .both: (there, back) = (jitter / 2, jitter / 2)
        }
        let way = Trial.Way(
            there: .milliseconds(30) ... .milliseconds(30 + there),
            back: .milliseconds(30) ... .milliseconds(30 + back)
        )
        var options = DispatchOptions(plan)
        options.days = DayLimits()
        var trial = Trial(
            options,
            meetings: [Int](repeating: 1, count: count),
            gauge: RateCounter(limit: plan.requestsPerSecond, window: window, others: rate * others),
            seed: seed
        ) { _, _ in way }
        let result = trial.run()
        return Figures(
            overIdeal: result.duration.seconds / (Double(count) / left),
            refusals: result.refusals.count,
            mostRefusalsInASecond: result.mostRefusalsInASecond,
            crossings: result.crossings
        )
    }
}
