import Decisions
import FoundationEssentials
import Journal
import Zoom

/// What an answer leads to.
extension Survey {
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
                if rereadDelay > .zero { hold(number, until: now.elapsed + rereadDelay) } else { makeReady(number) }
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
            line.succeeded(flight.ticket, sentAt: flight.sentAt, at: now)
            doubt.succeeded()
            lanes[flight.lane].tokensRefused = 0
            took(page, of: query.target, in: flight.lane, at: now)
        case (.refused(let reply), let ruling?):
            line.answered(flight.ticket, reply, ruling, sentAt: flight.sentAt, at: now)
            switch ruling.remedy {
            case .retry, .refreshToken: break
            default: lanes[flight.lane].tokensRefused = 0
            }
            refused(query, reply, ruling, flight, at: now)
        case (.refused, nil):
            // Without a ruling nothing is known; the target is left to a later run.
            line.limiter.unanswered(flight.ticket, at: now.elapsed)
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
            guard query.pageToken == nil else {
                if lanes[number].reading?.restart() == true {
                    makeReady(number)
                } else {
                    giveUp(query.target, in: number, because: reason)
                }
                return
            }
            outbox.append(.close(Self.failing(query.target, reply, ruling)))
            startNext(number)
        case .doubtCredentials:
            doubt.refused(query.target, ruling)
            doubted.append(Self.failing(query.target, reply, ruling))
            startNext(number)
        case .refreshToken:
            lanes[number].tokensRefused += 1
            makeReady(number)
            let mayTryAgain = line.token.refused(sentAt: flight.sentAt.elapsed, at: now.elapsed)
            if !mayTryAgain || lanes[number].tokensRefused > Parcel.mostTokens { stop(.refused(ruling), at: now) }
        case .stop:
            stop(.refused(ruling), at: now)
        case .slowDown:
            makeReady(number)
            if line.limiter.refusalsInARow >= options.refusals {
                stop(.workRemains(reason: Reasons.rateRefused, due: nil), at: now)
            }
        case .deferUntil(let scope, let retryAfter):
            let end = retryAfter.flatMap { $0.date(after: now) } ?? UTCDay(now.date).end
            if scope == .account {
                putOffTheRest(until: end, reason: reason)
            } else {
                lanes[number].targets = []
                let closing = Closing(target: query.target.whole, outcome: .deferred(until: end, reason: reason))
                outbox.append(.close(closing))
                startNext(number)
            }
        case .retry(let retryAfter), .hold(let retryAfter):
            tryAgain(query.target, flight, retryAfter, reason: reason, at: now)
        case .applied, .split, .halve, .failRegistrant, .failAction:
            // Nothing was to be applied, and there is no batch.
            giveUp(query.target, in: number, because: reason)
        }
    }

    private static func failing(_ target: Target, _ reply: Reply, _ ruling: Ruling) -> Closing {
        Closing(target: target, outcome: .failed(code: reply.shownCode, reason: ruling.explanation))
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
        let failures = lanes[number].failures
        guard asked <= options.patience,
            let wait = line.wait(afterFailures: failures, over: now.elapsed - since, options.retry)
        else {
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
}
