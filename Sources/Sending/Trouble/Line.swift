import Randomness
import Zoom

/// What one account's requests share on their way to Zoom: how fast they may leave, whether they get through, and whether
/// the token is taken.
struct Line: Sendable {
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
        _ reply: Reply,
        _ ruling: Ruling,
        sentAt: Moment,
        at now: Moment
    ) {
        switch ruling.remedy {
        case .retry:
            limiter.unanswered(ticket, at: now.elapsed)
            let isAnswer = if case .answer = reply { true } else { false }
            trouble = (ruling.explanation, isAnswer)
            breaker.failed(sentAt: sentAt.elapsed, at: now.elapsed, using: &random)
            return
        case .slowDown(let retryAfter):
            limiter.refused(ticket, at: now.elapsed, resume: retryAfter.map { now.elapsed + $0.wait(from: now) })
        default:
            limiter.answered(ticket, at: now.elapsed)
        }
        gotThrough(sentAt: sentAt, provesToken: ruling.remedy != .refreshToken)
    }

    /// Takes in that a request was answered with what it asked for.
    mutating func succeeded(_ ticket: RateLimiter.Ticket, sentAt: Moment, at now: Moment) {
        limiter.answered(ticket, at: now.elapsed)
        gotThrough(sentAt: sentAt, provesToken: true)
    }

    private mutating func gotThrough(sentAt: Moment, provesToken: Bool) {
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
