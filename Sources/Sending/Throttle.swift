import Randomness
import Zoom

/// What one account's requests share on their way to Zoom: how fast they may leave, whether they get through, and
/// whether the token is accepted.
struct Throttle: Sendable {
    var limiter: RateLimiter
    /// The limiter of requests with the label Light.
    private var light: RateLimiter
    var token = TokenState()
    private(set) var breaker: CircuitBreaker
    private var budget = RetryBudget()
    private var random: SplitMix64
    /// The latest trouble with the server, and whether it was an answer; nil after an answer without trouble.
    private(set) var trouble: (text: String, isAnswer: Bool)?
    /// Whether any answer came without trouble.
    private(set) var wasAnswered = false

    /// - Parameters:
    ///   - limiter: The limiter of earlier requests on the same clock; nil if there were none.
    ///   - seed: The seed of the random generator.
    init(_ options: DispatchOptions, limiter: RateLimiter? = nil, seed: UInt64) {
        self.limiter = limiter ?? RateLimiter(options.pace)
        light = RateLimiter(options.lightPace)
        breaker = options.breaker
        random = SplitMix64(seed: seed)
    }

    /// Changes the limiter of requests with a label, in place.
    mutating func with<Result>(_ label: RateLabel, _ body: (inout RateLimiter) -> Result) -> Result {
        switch label {
        case .medium: body(&limiter)
        case .light: body(&light)
        }
    }

    /// Records the result of a request.
    mutating func answered(
        _ ticket: RateLimiter.Ticket,
        _ reply: SendResult,
        _ disposition: Disposition,
        label: RateLabel = .medium,
        sentAt: ClockReading,
        at now: ClockReading
    ) {
        switch disposition.nextStep {
        case .retry:
            with(label) { $0.unanswered(ticket, at: now.elapsed) }
            let isAnswer = if case .answer = reply { true } else { false }
            trouble = (disposition.explanation, isAnswer)
            breaker.failed(sentAt: sentAt.elapsed, at: now.elapsed, using: &random)
            return
        case .slowDown(let retryAfter):
            let resume = retryAfter.map { now.elapsed + $0.wait(from: now) }
            with(label) { $0.refused(ticket, at: now.elapsed, resume: resume) }
        default:
            with(label) { $0.answered(ticket, at: now.elapsed) }
        }
        gotThrough(sentAt: sentAt, provesToken: disposition.nextStep != .refreshToken)
    }

    /// Records that a request succeeded.
    mutating func succeeded(
        _ ticket: RateLimiter.Ticket,
        label: RateLabel = .medium,
        sentAt: ClockReading,
        at now: ClockReading
    ) {
        with(label) { $0.answered(ticket, at: now.elapsed) }
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

    /// How long to wait before sending again; nil to leave it to a later run.
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

/// Stops sending while nothing gets through, probes now and then, and gives the run up if the probes keep failing.
struct CircuitBreaker: Sendable, Hashable {
    /// Whether requests may leave.
    enum Permission: Sendable, Hashable {
        /// They may.
        case granted
        /// One, to see whether it gets through, from a moment on and while no other is in flight.
        case probe(Duration)
        /// None in this run.
        case denied
    }

    private enum State: Sendable, Hashable {
        /// Requests leave; `failures` in a row have failed.
        case closed(failures: Int)
        /// `probes` probes have failed; the next may leave at `next`.
        case open(probes: Int, next: Duration)
        /// Given up.
        case tripped
    }

    /// Failures in a row, across batches, after which only probes leave.
    let failures: Int
    /// Probes in a row that must fail before the run is given up.
    let probes: Int
    /// The wait before the first probe; it doubles each time, and is shortened by up to half at random.
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

    /// Records an answer without trouble.
    mutating func succeeded() {
        guard state != .tripped else { return }
        state = .closed(failures: 0)
    }

    /// Records that a request got no answer, or one that says the server is in trouble.
    ///
    /// - Parameters:
    ///   - sentAt: When it left.
    ///   - now: When it failed.
    ///   - random: The random generator.
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
