internal import Decisions
internal import Journal
internal import Zoom

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// What an answer leads to.
extension Survey {
    /// Takes in something that happened. Afterwards the next step must be asked for.
    mutating func handle(_ event: Event, at now: Moment) {
        switch event {
        case .answered(let query, let reply, let ruling):
            guard let number = lane(of: query.target), let flight = flights.removeValue(forKey: number) else { return }
            answered(query, reply, ruling, flight, at: now)
        case .judged(let target, let readAgain):
            underWay -= 1
            guard let number = lane(of: target), lanes[number].reading?.target == target else { return }
            if readAgain {
                lanes[number].reading?.again()
                makeReady(number)
            } else {
                startNext(number)
            }
        case .closed:
            underWay -= 1
        case .stop:
            stop(.interrupted, at: now)
        }
    }

    private mutating func answered(
        _ query: RegistrantQuery,
        _ reply: ListReply,
        _ ruling: Ruling?,
        _ flight: Flight,
        at now: Moment
    ) {
        switch (reply, ruling) {
        case (.page(let page, _), _):
            limiter.answered(flight.ticket, at: now.elapsed)
            gotThrough(flight, provesToken: true)
            took(page, of: query.target, in: flight.lane, at: now)
        case (.refused(let reply), let ruling?):
            tellLimiter(flight, ruling, at: now)
            tellBreaker(flight, reply, ruling, at: now)
            refused(query, reply, ruling, flight, at: now)
        case (.refused, nil):
            // Without a ruling nothing is known; the target is left to a later run.
            limiter.unanswered(flight.ticket, at: now.elapsed)
            giveUp(query.target, in: flight.lane, because: Reasons.unreachable)
        }
    }

    private mutating func took(_ page: RegistrantPage, of target: Target, in number: Int, at now: Moment) {
        guard var reading = lanes[number].reading, reading.target == target else { return }
        let progress = reading.took(page, at: now.elapsed)
        lanes[number].reading = reading
        lanes[number].failures = 0
        lanes[number].failingSince = nil
        switch progress {
        case .more: makeReady(number)
        case .complete: outbox.append(.judge(target, reading.roll, isSecond: reading.isSecond))
        case .endless: giveUp(target, in: number, because: Reasons.endlessList)
        }
    }

    private mutating func refused(
        _ query: RegistrantQuery,
        _ reply: Reply,
        _ ruling: Ruling,
        _ flight: Flight,
        at now: Moment
    ) {
        let number = flight.lane
        let reason = ruling.explanation
        switch ruling.remedy {
        case .failTarget:
            // The same question without its page token was answered before, so it is the token that is refused.
            if query.pageToken != nil, lanes[number].reading?.restart() == true {
                makeReady(number)
                return
            }
            let code = if case .answer(let answer) = reply { answer.code ?? answer.status } else { Int?.none }
            outbox.append(.close(Closing(target: query.target, outcome: .failed(code: code, reason: reason))))
            startNext(number)
        case .refreshToken:
            lanes[number].tokensRefused += 1
            makeReady(number)
            let mayTryAgain = token.refused(sentAt: flight.sentAt.elapsed, at: now.elapsed)
            if !mayTryAgain || lanes[number].tokensRefused > Parcel.mostTokens { stop(.refused(ruling), at: now) }
        case .stop:
            stop(.refused(ruling), at: now)
        case .slowDown:
            makeReady(number)
            if limiter.refusalsInARow >= options.refusals {
                stop(.workRemains(reason: Reasons.rateRefused, due: nil), at: now)
            }
        case .deferUntil(let scope, let retryAfter):
            let due = retryAfter.map { now.date.addingTimeInterval($0.wait(from: now).inSeconds) } ?? now.date
            let end = due > now.date ? due : UTCDay(now.date).end
            if scope == .account {
                putOffTheRest(until: end, reason: reason)
            } else {
                lanes[number].targets = []
                let closing = Closing(target: query.target.whole, outcome: .deferred(until: end, reason: reason))
                outbox.append(.close(closing))
                startNext(number)
            }
        case .retry(let retryAfter):
            tryAgain(query.target, flight, retryAfter, reason: reason, at: now)
        case .applied, .split, .halve, .failRegistrant:
            // Nothing was to be applied, and there is no batch.
            giveUp(query.target, in: number, because: reason)
        }
    }

    private mutating func tryAgain(
        _ target: Target,
        _ flight: Flight,
        _ retryAfter: RetryAfter?,
        reason: String,
        at now: Moment
    ) {
        let number = flight.lane
        let since = lanes[number].failingSince ?? flight.sentAt.elapsed
        lanes[number].failures += 1
        lanes[number].failingSince = since
        let asked = retryAfter?.wait(from: now) ?? .zero
        let wait = options.retry.wait(
            afterFailures: lanes[number].failures,
            over: now.elapsed - since,
            using: &random
        )
        guard asked <= options.patience, let wait, budget.spend() else {
            giveUp(target, in: number, because: reason)
            return
        }
        hold(number, until: now.elapsed + max(wait, asked))
    }

    private mutating func giveUp(_ target: Target, in number: Int, because reason: String) {
        unread.insert(target)
        gaveUp = reason
        startNext(number)
    }

    // MARK: The survey as a whole

    private mutating func tellLimiter(_ flight: Flight, _ ruling: Ruling, at now: Moment) {
        switch ruling.remedy {
        case .slowDown(let retryAfter):
            let resume = retryAfter.map { now.elapsed + $0.wait(from: now) }
            limiter.refused(flight.ticket, at: now.elapsed, resume: resume)
        case .retry: limiter.unanswered(flight.ticket, at: now.elapsed)
        default: limiter.answered(flight.ticket, at: now.elapsed)
        }
    }

    private mutating func tellBreaker(_ flight: Flight, _ reply: Reply, _ ruling: Ruling, at now: Moment) {
        guard case .retry = ruling.remedy else {
            gotThrough(flight, provesToken: ruling.remedy != .refreshToken)
            return
        }
        if case .answer = reply {
            serverTrouble = (ruling.explanation, true)
        } else {
            serverTrouble = (ruling.explanation, false)
        }
        breaker.failed(sentAt: flight.sentAt.elapsed, at: now.elapsed, using: &random)
    }

    private mutating func gotThrough(_ flight: Flight, provesToken: Bool) {
        breaker.succeeded()
        serverTrouble = nil
        guard provesToken else { return }
        token.accepted(sentAt: flight.sentAt.elapsed)
        lanes[flight.lane].tokensRefused = 0
        budget.earn()
    }
}

extension RetryAfter {
    /// How long from now, never longer than a day: Zoom's limits end at 00:00 UTC at the latest.
    fileprivate func wait(from now: Moment) -> Duration {
        let day = 24 * 60 * 60
        return switch self {
        case .seconds(let seconds): .seconds(min(max(0, seconds), day))
        case .date(let date): .seconds(min(max(0, date.timeIntervalSince(now.date)), Double(day)))
        }
    }
}
