import Randomness
import Zoom

/// What one account's requests share on their way to Zoom: how fast they may leave, whether they get through, and whether
/// the token is taken.
struct Throttle: Sendable {
    var limiter: RateLimiter
    var token = TokenState()
    private(set) var breaker: CircuitBreaker
    private var budget = RetryBudget()
    private var random: SplitMix64
    /// The latest trouble with the server, and whether it was an answer; nil once something was answered without trouble.
    private(set) var trouble: (text: String, isAnswer: Bool)?
    /// Whether anything was answered without trouble.
    private(set) var wasAnswered = false

    /// - Parameters:
    ///   - limiter: The limiter of requests that were sent before, on the same clock; nil if there were none.
    ///   - seed: Where chance starts.
    init(_ options: DispatchOptions, limiter: RateLimiter? = nil, seed: UInt64) {
        self.limiter = limiter ?? RateLimiter(options.pace)
        breaker = options.breaker
        random = SplitMix64(seed: seed)
    }

    /// Takes in what a request came to.
    mutating func answered(
        _ ticket: RateLimiter.Ticket,
        _ reply: SendResult,
        _ disposition: Disposition,
        sentAt: ClockReading,
        at now: ClockReading
    ) {
        switch disposition.nextStep {
        case .retry:
            limiter.unanswered(ticket, at: now.elapsed)
            let isAnswer = if case .answer = reply { true } else { false }
            trouble = (disposition.explanation, isAnswer)
            breaker.failed(sentAt: sentAt.elapsed, at: now.elapsed, using: &random)
            return
        case .slowDown(let retryAfter):
            limiter.refused(ticket, at: now.elapsed, resume: retryAfter.map { now.elapsed + $0.wait(from: now) })
        default:
            limiter.answered(ticket, at: now.elapsed)
        }
        gotThrough(sentAt: sentAt, provesToken: disposition.nextStep != .refreshToken)
    }

    /// Takes in that a request was answered with what it asked for.
    mutating func succeeded(_ ticket: RateLimiter.Ticket, sentAt: ClockReading, at now: ClockReading) {
        limiter.answered(ticket, at: now.elapsed)
        gotThrough(sentAt: sentAt, provesToken: true)
    }

    private mutating func gotThrough(sentAt: ClockReading, provesToken: Bool) {
        breaker.succeeded()
        trouble = nil
        wasAnswered = true
        guard provesToken else { return }
        token.accepted(sentAt: sentAt.elapsed)
        budget.earn()
    }

    /// How long to wait before something is sent again; nil where it must be left to a later run.
    mutating func wait(afterFailures failures: Int, over elapsed: Duration, _ policy: RetryPolicy) -> Duration? {
        guard let wait = policy.wait(afterFailures: failures, over: elapsed, using: &random), budget.spend() else {
            return nil
        }
        return wait
    }

    /// Why the run ends when the circuit breaker gives it up.
    var ending: Ending {
        guard let trouble else { return .unreachable(Reasons.unreachable) }
        return trouble.isAnswer ? .serverFailing(trouble.text) : .unreachable(trouble.text)
    }
}

/// Stops sending while nothing gets through, asks now and then, and gives the run up when that stays so.
struct CircuitBreaker: Sendable, Hashable {
    /// Whether requests may leave.
    enum Permission: Sendable, Hashable {
        /// They may.
        case granted
        /// One, to see whether it gets through, from a moment on and when no other is under way.
        case probe(Duration)
        /// None in this run.
        case denied
    }

    private enum State: Sendable, Hashable {
        /// Requests leave; so many in a row have failed.
        case closed(failures: Int)
        /// So many probes have failed; the next may leave at a moment.
        case open(probes: Int, next: Duration)
        /// Given up.
        case tripped
    }

    /// Failures in a row, across batches, after which only probes leave.
    let failures: Int
    /// Probes that must fail, one after the other, before the run is given up.
    let probes: Int
    /// The wait before the first probe; it doubles each time, and chance takes up to half of it away.
    let wait: Duration
    private var state = State.closed(failures: 0)

    /// Starts closed.
    init(failures: Int = 5, probes: Int = 5, wait: Duration = .seconds(1)) {
        self.failures = failures
        self.probes = probes
        self.wait = wait
    }

    /// Whether a request may leave.
    var permission: Permission {
        switch state {
        case .closed: .granted
        case .open(_, let next): .probe(next)
        case .tripped: .denied
        }
    }

    /// Something answered that is not in trouble itself.
    mutating func succeeded() {
        guard state != .tripped else { return }
        state = .closed(failures: 0)
    }

    /// A request got no answer, or one that says the server is in trouble.
    ///
    /// - Parameters:
    ///   - sentAt: When it left.
    ///   - now: When it failed.
    ///   - random: The source of chance.
    mutating func failed(sentAt: Duration, at now: Duration, using random: inout some RandomNumberGenerator) {
        switch state {
        case .closed(let count) where count + 1 < failures:
            state = .closed(failures: count + 1)
        case .closed:
            state = .open(probes: 0, next: now + delay(0, &random))
        case .open(let failed, let next):
            // Requests that left before sending stopped say nothing new.
            guard sentAt >= next else { return }
            state = failed + 1 >= probes ? .tripped : .open(probes: failed + 1, next: now + delay(failed + 1, &random))
        case .tripped:
            break
        }
    }

    private func delay(_ doublings: Int, _ random: inout some RandomNumberGenerator) -> Duration {
        let longest = wait.nanoseconds << Int64(min(doublings, 20))
        return .nanoseconds(Int64.random(in: (longest / 2)...max(longest / 2, longest), using: &random))
    }
}
