import Randomness

@testable import Sending

/// Sends as fast as a limiter lets it, over a way whose length chance decides, and notes what the server sees.
struct LimiterHarness {
    private(set) var limiter: RateLimiter
    private(set) var departures: [Duration] = []
    private(set) var arrivals: [Duration] = []
    private(set) var now = Duration.zero
    private var random: SplitMix64
    private var answers = Heap<Answer> { $0.at < $1.at }

    private struct Answer {
        let at: Duration
        let ticket: RateLimiter.Ticket
    }

    init(_ pace: Pace, seed: UInt64 = 1) {
        limiter = RateLimiter(pace)
        random = SplitMix64(seed: seed)
    }

    /// Sends so many requests, each as soon as it may leave.
    mutating func send(_ count: Int, there: ClosedRange<Int> = 20...20, back: ClosedRange<Int> = 20...20) {
        for _ in 0..<count {
            while true {
                hear()
                let earliest = limiter.earliest(at: now)
                guard earliest > now else { break }
                now = min(earliest, answers.first?.at ?? earliest)
            }
            departures.append(now)
            let ticket = limiter.depart(at: now)
            let arrival = now + .milliseconds(Int.random(in: there, using: &random))
            arrivals.append(arrival)
            answers.push(Answer(at: arrival + .milliseconds(Int.random(in: back, using: &random)), ticket: ticket))
        }
    }

    private mutating func hear() {
        while let first = answers.first, first.at <= now {
            answers.pop()
            limiter.answered(first.ticket, at: first.at)
        }
    }

    /// The most moments within any second.
    static func mostInASecond(_ moments: [Duration]) -> Int {
        let moments = moments.sorted()
        var first = 0
        var most = 0
        for last in moments.indices {
            while moments[last] - moments[first] >= .seconds(1) { first += 1 }
            most = max(most, last - first + 1)
        }
        return most
    }
}
