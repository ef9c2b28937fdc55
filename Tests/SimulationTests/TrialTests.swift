import Sending
import Simulation
import Testing
import ZoomModel

@Suite("Pacing and makespan")
struct TrialTests {
    @Test(
        "alone on the account, a job ends within 2 % of the ideal and is never refused, where answers vary after counting",
        arguments: Plan.allCases,
        RateWindow.allCases
    )
    func alone(plan: Plan, window: RateWindow) {
        for jitter in [0, 30, 100, 300] {
            let figures = PacingTrial(plan, window, jitter: jitter, place: .back).run()
            #expect(figures.overIdeal <= 1.02, "jitter \(jitter) ms")
            #expect(figures.refusals == 0, "jitter \(jitter) ms")
        }
    }

    @Test(
        "where requests bunch up on their way, no rule can do both, so the rate gives way: few refusals, within 21 %",
        arguments: Plan.allCases,
        RateWindow.allCases
    )
    func bunched(plan: Plan, window: RateWindow) {
        for jitter in [30, 100, 300] {
            let figures = PacingTrial(plan, window, jitter: jitter, place: .there).run()
            // A fiftieth of it is what the first requests of a run, which connect, are allowed for.
            #expect(figures.overIdeal <= 1.21, "jitter \(jitter) ms")
            #expect(figures.refusals <= 5, "jitter \(jitter) ms")
        }
    }

    @Test(
        "beside an app that takes half of the rate, a job ends within 10 % of what the other half allows",
        arguments: Plan.allCases,
        RateWindow.allCases
    )
    func half(plan: Plan, window: RateWindow) {
        for jitter in [0, 30, 100] {
            let figures = PacingTrial(plan, window, jitter: jitter, place: .back, others: 0.5).run()
            #expect(figures.overIdeal <= 1.1, "jitter \(jitter) ms")
        }
    }

    @Test(
        "beside such an app, a job of a minute ends within 8 % of it and meets the limit at most four times",
        arguments: [Plan.pro, .business],
        [RateWindow.sliding, .fixed]
    )
    func minute(plan: Plan, window: RateWindow) {
        for seed in UInt64(1)...5 {
            let figures = PacingTrial(plan, window, jitter: 100, place: .back, others: 0.5, seconds: 60).run(seed: seed)
            #expect(figures.overIdeal <= 1.08, "seed \(seed)")
            #expect(figures.crossings <= 4, "seed \(seed)")
        }
    }

    @Test("skewed jobs end within 5 % of the least possible time", arguments: MakespanTrial.all)
    func makespan(trial: MakespanTrial) {
        let figures = trial.run()
        #expect(figures.overBound <= 1.05)
        #expect(figures.refusals == 0)
    }
}
