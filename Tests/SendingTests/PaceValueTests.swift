import Randomness
import Testing

@testable import Sending

@Suite("What the limiter is made of")
struct PaceValueTests {
    static let certain = ArrivalWindow.Caution(share: 1, shortest: 10_000_000)

    @Test(
        "with full caution no second holds more arrivals than places, whatever the network does",
        arguments: UInt64(1)...40
    )
    func window(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var window = ArrivalWindow(places: 5, span: 1_000_000_000)
        var answers: [(at: Int64, ticket: UInt64)] = []
        var arrivals: [Duration] = []
        var now: Int64 = 0
        for ticket in UInt64(0)..<200 {
            while true {
                answers.sort { $0.at < $1.at }
                while let first = answers.first, first.at <= now {
                    answers.removeFirst()
                    window.answered(first.ticket, at: first.at, caution: Self.certain)
                }
                let free = window.free(at: now, reserve: 0, caution: Self.certain)
                if free <= now { break }
                now = min(free, answers.first?.at ?? free)
            }
            window.take(ticket, at: now)
            let there = Int64.random(in: 5_000_000...400_000_000, using: &random)
            let back = Int64.random(in: 5_000_000...400_000_000, using: &random)
            arrivals.append(.nanoseconds(now + there))
            answers.append((now + there + back, ticket))
        }
        #expect(LimiterHarness.mostInASecond(arrivals) <= 5)
    }

    @Test("a place whose request is never answered is free again after a second and some patience")
    func forgotten() {
        var window = ArrivalWindow(places: 1, span: 1_000_000_000)
        window.take(1, at: 0)
        let free = window.free(at: 1_500_000_000, reserve: 0, caution: Self.certain)
        #expect(free == 2_000_000_000)
        #expect(window.free(at: free, reserve: 0, caution: Self.certain) == free)
    }

    @Test("a second answer for the same request changes nothing")
    func twice() {
        var window = ArrivalWindow(places: 2, span: 1_000_000_000)
        window.take(1, at: 0)
        window.answered(1, at: 10_000_000, caution: Self.certain)
        window.answered(1, at: 20_000_000, caution: Self.certain)
        #expect(window.free(at: 30_000_000, reserve: 0, caution: Self.certain) == 30_000_000)
        #expect(window.free(at: 30_000_000, reserve: 1, caution: Self.certain) == 1_000_000_000)
    }

    @Test("the allowed rate is the label's until a refusal, half of it after, and never below an eighth")
    func allowed() {
        var allowed = AllowedRate(ceiling: 20)
        #expect(allowed.rate(at: 0) == 20)
        var now: Int64 = 0
        for _ in 0..<10 {
            allowed.reduce(from: now, at: now, share: 0)
            #expect(allowed.rate(at: now) >= 20 * AllowedRate.least)
            now += 1_000_000
        }
        #expect(allowed.rate(at: now) < 5)
    }

    @Test("the rate climbs to a little below what the server took, slowly beyond it, and in the end to the label's")
    func climb() {
        var allowed = AllowedRate(ceiling: 20)
        allowed.reduce(from: 0, at: 0, share: 16)
        #expect(allowed.rate(at: 0) == 10)
        let knee = allowed.rate(at: 500_000_000)
        #expect(knee > 15 && knee < 16)
        let rates = (0...600).map { allowed.rate(at: $0 * 1_000_000_000) }
        #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(rates[10] - knee < 1)
        #expect(rates[600] == 20)
    }

    @Test("where nobody knows what the server would take, the rate climbs from half in a gentle straight line")
    func feeling() {
        var allowed = AllowedRate(ceiling: 20)
        allowed.reduce(from: 0, at: 0, share: nil)
        let rates = (0...10).map { allowed.rate(at: $0 * 1_000_000_000) }
        #expect(rates == (0...10).map { 10 + Double($0) / 2 })
        #expect(allowed.rate(at: 600_000_000_000) == 20)
    }

    @Test("the shortest round trip is forgotten when routes have changed")
    func spread() {
        var spread = LatencySpread()
        spread.record(10)
        #expect(spread.shortest == 10)
        for _ in 0..<600 { spread.record(50) }
        #expect(spread.shortest == 50)
    }

    @Test("a wish for more than the plan allows is cut to it, for less is granted")
    func pace() {
        #expect(Pace(.pro, atMost: 100) == .perSecond(20))
        #expect(Pace(.pro, atMost: 0.5) == .perSecond(0.5))
        #expect(Pace(.free) == .perSecond(2))
    }
}
