import Testing

@testable import Sending

@Suite("The rate limiter")
struct RateLimiterTests {
    @Test(
        "where the way takes alike, no second at the server holds more requests than the label allows",
        arguments: [Plan.free, .pro, .business],
        UInt64(1)...6
    )
    func neverTooMany(plan: Plan, seed: UInt64) {
        var bench = LimiterHarness(Pace(plan), seed: seed)
        bench.send(plan.requestsPerSecond * 20, there: 20...23, back: 10...14)
        #expect(LimiterHarness.mostInASecond(bench.arrivals) <= plan.requestsPerSecond)
    }

    @Test(
        "however much the way varies, no more leave within a second than the label allows",
        arguments: [Plan.free, .pro, .business],
        UInt64(1)...6
    )
    func neverTooManyLeave(plan: Plan, seed: UInt64) {
        var bench = LimiterHarness(Pace(plan), seed: seed)
        bench.send(plan.requestsPerSecond * 20, there: 5...305, back: 5...305)
        #expect(LimiterHarness.mostInASecond(bench.departures) <= plan.requestsPerSecond)
    }

    @Test("requests leave evenly, not in bursts", arguments: [Plan.free, .pro, .business])
    func even(plan: Plan) {
        var bench = LimiterHarness(Pace(plan))
        bench.send(plan.requestsPerSecond * 10)
        let gaps = zip(bench.departures.dropFirst(), bench.departures).map { $0 - $1 }
        let interval = Duration.seconds(1) / plan.requestsPerSecond
        #expect(gaps.allSatisfy { $0 >= interval })
        // Once, a second after the start, the time that the first requests may have spent on connecting is waited for.
        #expect(gaps.count { $0 > interval * 1.05 } <= 1)
    }

    @Test("requests that arrive late because they had to connect first do not crowd the second that follows")
    func cold() {
        var limiter = RateLimiter(.perSecond(60))
        var departures: [Duration] = []
        var now = Duration.zero
        while departures.count < 120 {
            let earliest = limiter.earliest(at: now)
            guard earliest <= now else {
                now = earliest
                continue
            }
            let ticket = limiter.depart(at: now)
            departures.append(now)
            // Each is answered 40 ms later; the first eight also take 150 ms to connect, all before they arrive.
            limiter.answered(ticket, at: now + .milliseconds(departures.count <= 8 ? 190 : 40))
        }
        let arrivals = departures.enumerated().map { $1 + .milliseconds($0 < 8 ? 170 : 20) }.sorted()
        #expect(LimiterHarness.mostInASecond(arrivals) <= 60)
    }

    @Test("the label is used nearly to the full", arguments: [Plan.free, .pro, .business])
    func full(plan: Plan) {
        var bench = LimiterHarness(Pace(plan))
        let count = plan.requestsPerSecond * 60
        bench.send(count)
        let ideal = Duration.seconds(count - 1) / plan.requestsPerSecond
        #expect(bench.now >= ideal)
        #expect(bench.now <= ideal * 1.02)
    }

    @Test("a rate below one request a second is kept too")
    func slow() {
        var bench = LimiterHarness(.perSecond(0.5))
        bench.send(6)
        #expect(bench.now >= .seconds(10) && bench.now < .seconds(10.2))
    }

    @Test("without a limit nothing waits")
    func unlimited() {
        var bench = LimiterHarness(.unlimited)
        bench.send(10_000)
        #expect(bench.now == .zero)
    }

    @Test("without a limit, too, a refusal pauses sending")
    func unlimitedPause() {
        var limiter = RateLimiter(.unlimited)
        let ticket = limiter.depart(at: .zero)
        limiter.refused(ticket, at: .milliseconds(5), resume: nil)
        #expect(limiter.earliest(at: .milliseconds(6)) == .milliseconds(1_005))
    }

    @Test("a refusal stops all sending for a second, halves the rate, and the rate climbs back")
    func refusal() {
        var limiter = RateLimiter(.perSecond(20))
        let ticket = limiter.depart(at: .zero)
        #expect(limiter.rate(at: .zero) == 20)
        limiter.refused(ticket, at: .milliseconds(50), resume: nil)
        let resumes = limiter.resumesAt
        #expect(resumes >= .milliseconds(1_050) && resumes < .milliseconds(1_060))
        #expect(limiter.earliest(at: .milliseconds(60)) == resumes)
        #expect(limiter.rate(at: resumes) == 10)
        #expect(limiter.rate(at: resumes + .seconds(1)) > 10)
        #expect(limiter.rate(at: resumes + .seconds(300)) == 20)
        #expect(limiter.refusals == 1)
    }

    @Test("where all of the label's rate was ours, a refusal pauses sending and makes it more cautious, but not slower")
    func bunched() {
        var limiter = RateLimiter(.perSecond(20))
        var now = Duration.zero
        var tickets: [RateLimiter.Ticket] = []
        for number in 0..<40 {
            now = max(now, limiter.earliest(at: now))
            tickets.append(limiter.depart(at: now))
            // Answers vary by far more than is allowed for unasked.
            if number < 39 { limiter.answered(tickets[number], at: now + .milliseconds(number % 2 == 0 ? 20 : 120)) }
            now += .milliseconds(1)
        }
        limiter.refused(tickets[39], at: now + .milliseconds(20), resume: nil)
        #expect(limiter.resumesAt > now + .seconds(1))
        #expect(limiter.rate(at: limiter.resumesAt) == 20)
    }

    @Test("many refusals of one moment count once")
    func oneCrossing() {
        var limiter = RateLimiter(.perSecond(20))
        let tickets = (0..<5).map { limiter.depart(at: .milliseconds($0)) }
        for ticket in tickets { limiter.refused(ticket, at: .milliseconds(50), resume: nil) }
        #expect(limiter.rate(at: limiter.resumesAt) == 10)
        #expect(limiter.refusals == 5)
        #expect(limiter.refusalsInARow == 5)
    }

    @Test("a request that is taken ends a row of refusals")
    func row() {
        var limiter = RateLimiter(.perSecond(20))
        limiter.refused(limiter.depart(at: .zero), at: .milliseconds(5), resume: nil)
        limiter.answered(limiter.depart(at: .seconds(2)), at: .seconds(2.1))
        #expect(limiter.refusalsInARow == 0)
        #expect(limiter.refusals == 1)
    }

    @Test("nothing leaves before the moment that Zoom names")
    func retryAfter() {
        var limiter = RateLimiter(.perSecond(20))
        let ticket = limiter.depart(at: .zero)
        limiter.refused(ticket, at: .milliseconds(50), resume: .seconds(7))
        #expect(limiter.earliest(at: .seconds(6)) == .seconds(7))
        #expect(limiter.earliest(at: .seconds(7)) == .seconds(7))
    }

    @Test("a moment that has passed already does not shorten the pause")
    func pastRetryAfter() {
        var limiter = RateLimiter(.perSecond(20))
        limiter.refused(limiter.depart(at: .zero), at: .seconds(5), resume: .seconds(1))
        #expect(limiter.earliest(at: .seconds(5)) > .seconds(6))
    }

    @Test("an unanswered request keeps its place as long as it may still arrive")
    func unanswered() {
        var limiter = RateLimiter(.perSecond(1))
        let ticket = limiter.depart(at: .zero)
        let patient = limiter.earliest(at: .seconds(1.5))
        #expect(patient > .seconds(1.5))
        limiter.unanswered(ticket, at: .seconds(1.6))
        #expect(limiter.earliest(at: .seconds(3)) == .seconds(3))
    }

    @Test("an urgent request may leave one interval early, and never beyond the label")
    func urgent() {
        var limiter = RateLimiter(.perSecond(20))
        _ = limiter.depart(at: .zero)
        #expect(limiter.earliest(at: .zero) > .zero)
        #expect(limiter.earliest(at: .zero, urgent: true) == .zero)
        for _ in 0..<19 { _ = limiter.depart(at: .zero) }
        #expect(limiter.earliest(at: .milliseconds(999), urgent: true) > .seconds(1))
    }

    @Test("places that are kept for urgent requests are not given to others")
    func reserve() {
        var limiter = RateLimiter(.perSecond(5))
        var now = Duration.zero
        for _ in 0..<4 {
            now = max(now, limiter.earliest(at: now))
            _ = limiter.depart(at: now)
            now += .milliseconds(201)
        }
        #expect(limiter.earliest(at: now, reserve: 1) > now)
        #expect(limiter.earliest(at: now, reserve: 0) == now)
    }
}
