package import Sending
import ZoomModel

/// How close to the least possible time a job comes if one meeting is much longer than the others.
package struct MakespanTrial: Sendable, Hashable {
    /// The result of a trial.
    package struct Figures: Sendable, Hashable {
        /// The lower bound in seconds: the longest meeting's answers one after the other, or all at the full rate.
        package var bound: Double
        /// Time to finish, divided by the bound.
        package var overBound: Double
        /// Requests refused because of the rate.
        package var refusals: Int
    }

    /// The plan, whose rate is the limit.
    package var plan: Plan
    /// The total number of batches.
    package var batches: Int
    /// The longest meeting's fraction of them.
    package var share: Double
    /// Meetings besides the longest.
    package var meetings: Int
    /// How long an answer takes, in milliseconds; each request's own time is up to a fifth shorter or longer.
    package var latency: Int

    package init(_ plan: Plan, batches: Int, share: Double = 0.5, meetings: Int = 100, latency: Int) {
        self.plan = plan
        self.batches = batches
        self.share = share
        self.meetings = meetings
        self.latency = latency
    }

    /// Every combination with published figures.
    package static var all: [MakespanTrial] {
        var trials: [MakespanTrial] = []
        for plan in [Plan.pro, .business] {
            for share in [0.2, 0.5, 0.8] {
                for latency in [50, 100, 200, 500] {
                    trials.append(
                        MakespanTrial(plan, batches: plan.requestsPerSecond * 60, share: share, latency: latency)
                    )
                }
            }
        }
        return trials
    }

    /// Runs it; the same seed gives the same figures.
    package func run(seed: UInt64 = 1) -> Figures {
        let longest = Int(Double(batches) * share)
        var sizes = [longest]
        for number in 0..<meetings {
            let rest = batches - longest
            sizes.append(rest * (number + 1) / meetings - rest * number / meetings)
        }
        // A quarter of each request's time is the way there; the random part comes after the server has counted.
        let there = Duration.milliseconds(latency / 4)
        let way = Trial.Way(
            there: there...there,
            back: .milliseconds(latency * 4 / 5) - there ... .milliseconds(latency * 6 / 5) - there
        )
        var options = DispatchOptions(plan)
        options.days = DayLimits()
        var trial = Trial(
            options,
            meetings: sizes,
            gauge: RateCounter(limit: plan.requestsPerSecond, window: .sliding),
            seed: seed
        ) { _, _ in way }
        let result = trial.run()
        let bound = max(
            Double(batches) / Double(plan.requestsPerSecond),
            result.latencies[0, default: .zero].seconds
        )
        return Figures(
            bound: bound,
            overBound: result.duration.seconds / bound,
            refusals: result.refusals.count
        )
    }
}
