package import Decisions
package import FoundationEssentials
package import Journal
import Zoom

/// What an answer leads to.
extension Dispatcher {
    mutating func answered(_ flight: Flight, _ reply: SendResult, _ disposition: Disposition, at now: ClockReading) {
        line.answered(flight.ticket, reply, disposition, sentAt: flight.sentAt, at: now)
        let attempt = Attempt(reply, disposition, of: flight, at: now)
        let parcel = flight.parcel
        let size = flight.shipment.registrants.count
        let reason = disposition.explanation
        switch disposition.nextStep {
        case .applied:
            counts.applied += parcel.rows
            doubt.succeeded()
            noteApplied(parcel, in: flight.lane, at: now)
            land(flight, as: .gone, attempt, .applied, at: now)
            releaseHalf(after: parcel.id, applied: true, in: flight.lane, at: now)
        case .split where size > 1:
            let verdict = Settlement.Verdict.split(first: Bisection.first(of: size), suspect: true, reason: reason)
            land(flight, as: .halves(blames: true), attempt, verdict, at: now)
            releaseHalf(after: parcel.id, applied: false, in: flight.lane, at: now)
            noteRefused(flight, reply, disposition, at: now)
        case .halve where size > 1:
            largest = min(largest, size - Bisection.first(of: size))
            let verdict = Settlement.Verdict.split(first: Bisection.first(of: size), suspect: false, reason: reason)
            land(flight, as: .halves(blames: false), attempt, verdict, at: now)
            releaseHalf(after: parcel.id, applied: false, in: flight.lane, at: now)
        case .failTarget:
            fail(flight, attempt, reason, at: now)
            close(parcel.target, .failed(code: reply.shownCode, reason: reason), at: now)
        case .failAction:
            fail(flight, attempt, reason, at: now)
            close(parcel.target, only: parcel.action, .failed(code: reply.shownCode, reason: reason), at: now)
        case .doubtCredentials:
            land(flight, as: .again, attempt, .pending(reason: reason), at: now)
            doubt.refused(parcel.target, disposition)
            close(parcel.target, .failed(code: reply.shownCode, reason: reason), isDoubtful: true, at: now)
        case .refreshToken:
            var parcel = parcel
            parcel.tokensRefused += 1
            land(flight, as: .again, parcel: parcel, attempt, .pending(reason: reason), at: now)
            let mayTryAgain = line.token.refused(sentAt: flight.sentAt.elapsed, at: now.elapsed)
            if !mayTryAgain || parcel.tokensRefused > QueuedBatch.mostTokens { stop(.refused(disposition), at: now) }
        case .stop:
            land(flight, as: .again, attempt, .pending(reason: reason), at: now)
            stop(.refused(disposition), at: now)
        case .slowDown:
            land(flight, as: .again, attempt, .pending(reason: reason), at: now)
            if line.limiter.refusalsInARow >= options.refusals {
                stop(.workRemains(reason: Reasons.rateRefused, due: nil), at: now)
            }
        case .deferUntil(let scope, let retryAfter):
            putOff(flight, attempt, scope, until: dayEnd(retryAfter, at: now), reason: reason, at: now)
        case .retry(let retryAfter), .hold(let retryAfter):
            tryAgain(flight, attempt, retryAfter, reason: reason, at: now)
        default:
            // A registrant who stands alone is the one whom Zoom refuses.
            fail(flight, attempt, reason, at: now)
            noteRefused(flight, reply, disposition, at: now)
        }
    }

    /// Takes a batch out of the air: the result goes to the journal, and the batch where `kind` says.
    private mutating func land(
        _ flight: Flight,
        as kind: Return.Kind,
        parcel changed: QueuedBatch? = nil,
        _ attempt: Attempt,
        _ verdict: Settlement.Verdict,
        at now: ClockReading
    ) {
        let parcel = changed ?? flight.parcel
        returns[parcel.id] = Return(lane: flight.lane, parcel: parcel, kind: kind)
        scheduler.change(flight.lane, at: now.elapsed) { lane in
            lane.inFlight -= 1
            // What is over need not be waited for: the next of the meeting may leave at once.
            if case .gone = kind {} else { lane.returning += 1 }
        }
        settle(parcel.id, attempt, verdict)
    }

    private mutating func fail(_ flight: Flight, _ attempt: Attempt, _ reason: String, at now: ClockReading) {
        counts.failed += flight.parcel.rows
        land(flight, as: .gone, attempt, .failed(reason: reason), at: now)
        releaseHalf(after: flight.parcel.id, applied: false, in: flight.lane, at: now)
    }

    private mutating func putOff(
        _ flight: Flight,
        _ attempt: Attempt,
        _ scope: Disposition.Scope,
        until due: Date,
        reason: String,
        at now: ClockReading
    ) {
        let registrants = flight.shipment.registrants
        if case .registrant(let name) = scope {
            let named = registrants.indices.filter { registrants[$0].isNamed(name) }
            let counted = named.map { flight.shipment.changesToday[$0] }
            if days.isRegistrants(counted, in: flight.parcel.target) {
                land(
                    flight,
                    as: .setAside(until: due),
                    attempt,
                    .setAside(named, until: due, reason: reason),
                    at: now
                )
                return
            }
            // Whoever is named, it is the target that takes no more today.
            let reason = Reasons.targetSpent(flight.parcel.target.kind, words: attempt.message)
            putOff(flight, attempt, .target, until: due, reason: reason, at: now)
            return
        }
        land(flight, as: .deferred(until: due), attempt, .deferred(until: due, reason: reason), at: now)
        releaseHalf(after: flight.parcel.id, applied: false, in: flight.lane, at: now)
        switch scope {
        case .registrant, .target: close(flight.parcel.target.whole, .deferred(until: due, reason: reason), at: now)
        case .account: putOffEverything(until: due, reason: reason, at: now)
        }
    }

    private mutating func tryAgain(
        _ flight: Flight,
        _ attempt: Attempt,
        _ retryAfter: RetryAfter?,
        reason: String,
        at now: ClockReading
    ) {
        var parcel = flight.parcel
        parcel.failures += 1
        let since = parcel.failingSince ?? flight.sentAt.elapsed
        parcel.failingSince = since
        let asked = retryAfter?.wait(from: now) ?? .zero
        if asked > options.patience {
            let due = now.date.addingTimeInterval(asked.inSeconds)
            land(flight, as: .deferred(until: due), attempt, .deferred(until: due, reason: reason), at: now)
            releaseHalf(after: parcel.id, applied: false, in: flight.lane, at: now)
            return
        }
        guard let wait = line.wait(afterFailures: parcel.failures, over: now.elapsed - since, options.retry) else {
            abandoned[parcel.id] = parcel
            gaveUp = reason
            land(flight, as: .gone, attempt, .pending(reason: reason), at: now)
            releaseHalf(after: parcel.id, applied: false, in: flight.lane, at: now)
            return
        }
        land(flight, as: .again, parcel: parcel, attempt, .pending(reason: reason), at: now)
        scheduler.change(flight.lane, at: now.elapsed) { lane in
            lane.heldUntil = max(lane.heldUntil, now.elapsed + max(wait, asked))
        }
    }

    /// When a daily limit ends: as Zoom says, or else at the next 00:00 UTC.
    private func dayEnd(_ retryAfter: RetryAfter?, at now: ClockReading) -> Date {
        retryAfter.flatMap { $0.date(after: now) } ?? UTCDay(now.date).end
    }
}

extension SendResult {
    /// What the results file shows as Zoom's code.
    var shownCode: Int? {
        if case .answer(let answer) = self { answer.code ?? answer.status } else { nil }
    }
}

extension Registrant {
    /// Whether a message of Zoom's that names a registrant means this one.
    fileprivate func isNamed(_ name: String) -> Bool {
        id == name || email?.lowercased() == name.lowercased()
    }
}

extension Attempt {
    /// What is journaled of a status change.
    init(_ reply: SendResult, _ disposition: Disposition, of flight: Dispatcher.Flight, at now: ClockReading) {
        self.init(reply, startedAt: flight.sentAt.date, duration: now.elapsed - flight.sentAt.elapsed)
        switch disposition.nextStep {
        case .slowDown, .hold, .deferUntil, .refreshToken: mayHaveChanged = false
        default:
            if case .noAnswer(let noAnswer) = reply { mayHaveChanged = !noAnswer.neverSent }
        }
    }
}

/// The same outcome for all open batches of a target, or for those with one action.
package struct BulkTransition: Sendable, Hashable {
    /// What becomes of them.
    package enum Outcome: Sendable, Hashable {
        /// Zoom would refuse each: `Journal.failOpen`.
        case failed(code: Int?, reason: String)
        /// Not before a moment: `Journal.deferOpen`.
        case deferred(until: Date, reason: String)
    }

    /// The meeting or webinar; without an occurrence, all of them.
    package let target: Target
    /// The action; nil for all.
    package var action: Action?
    /// What becomes of its batches.
    package let outcome: Outcome
    /// Intents to take back first.
    package var releasing: [BatchID] = []

    /// Whether it is about such batches too.
    func covers(_ other: Target, _ action: Action?) -> Bool {
        target.covers(other) && (self.action == nil || self.action == action)
    }
}

extension Attempt {
    /// What is journaled of a request and what came back.
    init(_ reply: SendResult, startedAt: Date, duration: Duration) {
        self.init(startedAt: startedAt, duration: duration)
        switch reply {
        case .answer(let answer):
            status = answer.status
            code = answer.code
            message = answer.message
            trackingID = answer.trackingID
        case .noAnswer(let failure): cause = failure.cause.rawValue
        }
    }
}

/// Sentences for the results file and the summary.
enum Reasons {
    static let registrantSpent =
        """
        This registrant's status was changed as often today as Zoom allows. It is sent after 00:00 UTC, when the next \
        run comes.
        """
    static let deferred = "Some decisions may only be sent later."
    static let longPause = "Zoom asked for a long pause."
    static let unreachable = "Zoom can't be reached."
    static let picked = "One of these registrants is asked alone first."
    static let tooMany = "Zoom takes fewer registrants in one request."
    static let otherHalf = "One of these registrants is refused. The others are sent without."
    static let endlessList = "Zoom's list of registrants has no end."
    static let rateRefused =
        "Zoom refused every request of late because requests come too fast: something else uses this account's rate."

    static func unknownAccount(_ name: String?) -> String {
        name.map { "No credentials were given for the account \($0), so its rows were not sent." }
            ?? "Some rows name no account, and none is the default, so they were not sent."
    }

    static func accountSpent(_ limit: Int) -> String {
        "The account's \(limit) requests of today are spent. It is sent after 00:00 UTC, when the next run comes."
    }

    static func refusedAlike(_ asked: Int, rest: Int, _ disposition: Disposition) -> String {
        "\(asked) people at different places of this list were refused with the same words, so the other "
            + "\(rest == 1 ? "one was" : "\(rest) were") not asked: \(disposition.ofAll)"
    }

    static func targetSpent(_ kind: Target.Kind, words: String?) -> String {
        "Zoom takes no more status changes in this \(kind.rawValue) today, whomever they name. They are sent after 00:00 UTC, "
            + "when the next run comes. (HTTP 429\(words.map { ": \($0)" } ?? ""))"
    }

    static func webinarSpent(_ limit: Int) -> String {
        "The webinar's \(limit) requests of today are spent. It is sent after 00:00 UTC, when the next run comes."
    }
}
