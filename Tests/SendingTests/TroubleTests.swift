import Randomness
import Testing

@testable import Sending

@Suite("Retries, their budget, and the circuit breaker")
struct TroubleTests {
    @Test("waits double, chance picks any of them from zero, and none is longer than the longest")
    func backoff() throws {
        let policy = RetryPolicy(base: .milliseconds(500), most: .seconds(3), failures: 20, time: .seconds(1_000))
        var random = SplitMix64(seed: 7)
        for failures in 1...10 {
            let most = min(.seconds(3), Duration.milliseconds(500 << (failures - 1)))
            let waits = try (0..<200).map { _ in
                try #require(policy.wait(afterFailures: failures, over: .zero, using: &random))
            }
            #expect(waits.allSatisfy { $0 >= .zero && $0 <= most })
            #expect(waits.contains { $0 > most * 0.8 } && waits.contains { $0 < most * 0.2 })
        }
    }

    @Test("a batch is given up after enough failures, or after enough time")
    func givesUp() {
        let policy = RetryPolicy(failures: 3, time: .seconds(60))
        var random = SplitMix64(seed: 7)
        #expect(policy.wait(afterFailures: 2, over: .seconds(59), using: &random) != nil)
        #expect(policy.wait(afterFailures: 3, over: .zero, using: &random) == nil)
        #expect(policy.wait(afterFailures: 1, over: .seconds(60), using: &random) == nil)
    }

    @Test("retries are at most what the run starts with and a part of what succeeds")
    func budget() {
        var budget = RetryBudget(earning: 0.5, most: 10)
        var retries = 0
        while budget.spend() { retries += 1 }
        #expect(retries == 10)
        for _ in 0..<6 { budget.earn() }
        while budget.spend() { retries += 1 }
        #expect(retries == 13)
        for _ in 0..<1_000 { budget.earn() }
        #expect(budget.balance == 10)
    }

    @Test("after failures in a row only probes leave, at growing intervals, and then the run is given up")
    func trips() {
        var breaker = CircuitBreaker(failures: 3, probes: 3, wait: .seconds(1))
        var random = SplitMix64(seed: 1)
        var now = Duration.zero
        for _ in 0..<2 { breaker.failed(sentAt: now, at: now, using: &random) }
        #expect(breaker.permission == .granted)
        breaker.failed(sentAt: now, at: now, using: &random)
        var waits: [Duration] = []
        while case .probe(let next) = breaker.permission {
            waits.append(next - now)
            now = next
            breaker.failed(sentAt: now, at: now, using: &random)
        }
        #expect(breaker.permission == .denied)
        #expect(waits.count == 3)
        for (index, wait) in waits.enumerated() {
            #expect(wait >= .seconds(1 << index) / 2 && wait <= .seconds(1 << index))
        }
    }

    @Test("one success closes the breaker, unless the run is given up already")
    func closes() {
        var breaker = CircuitBreaker(failures: 1, probes: 1, wait: .seconds(1))
        var random = SplitMix64(seed: 1)
        breaker.failed(sentAt: .zero, at: .zero, using: &random)
        breaker.succeeded()
        #expect(breaker.permission == .granted)
        breaker.failed(sentAt: .zero, at: .zero, using: &random)
        breaker.failed(sentAt: .seconds(5), at: .seconds(6), using: &random)
        breaker.succeeded()
        #expect(breaker.permission == .denied)
    }

    @Test("requests that left before sending stopped are not taken for failed probes")
    func oldFlights() {
        var breaker = CircuitBreaker(failures: 1, probes: 1, wait: .seconds(1))
        var random = SplitMix64(seed: 1)
        breaker.failed(sentAt: .zero, at: .zero, using: &random)
        for _ in 0..<50 { breaker.failed(sentAt: .zero, at: .milliseconds(10), using: &random) }
        guard case .probe = breaker.permission else {
            Issue.record("the breaker is \(breaker.permission)")
            return
        }
    }

    @Test("a second refused token is an answer; refusals of requests that left before the first are not")
    func token() {
        var token = TokenState()
        #expect(token.refused(sentAt: .zero, at: .seconds(1)) == true)
        #expect(token.refused(sentAt: .milliseconds(500), at: .seconds(1.2)) == true)
        #expect(token.refused(sentAt: .seconds(2), at: .seconds(3)) == false)
        token.accepted(sentAt: .seconds(4))
        #expect(token.refused(sentAt: .seconds(5), at: .seconds(6)) == true)
    }
}
