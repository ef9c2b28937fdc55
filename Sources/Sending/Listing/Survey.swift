import Decisions
import FoundationEssentials
import Journal
import Zoom

/// Decides how Zoom's lists of registrants are read for many meetings: which page is asked for next and when, what an
/// answer leads to, and when it is over.
///
/// A value like `Dispatcher`, and under the same limits: the lists carry the same rate label as status changes. So the
/// limiter is handed on to the dispatcher afterwards. At most one request of a meeting is under way.
struct Survey: Machine {
    /// What to do.
    enum Step: MachineStep, Hashable {
        /// Ask for a page. Answered by `Event.answered`.
        case list(RegistrantQuery)
        /// The lists of a target are read. Answered by `Event.judged`.
        case judge(Target, RegistrantDirectory, isSecond: Bool)
        /// Zoom refused a target, or put it off. Answered by `Event.closed`.
        case close(BulkTransition)
        /// Wait for an event, or until a moment.
        case wait(until: Duration?)
        /// It is over.
        case finish(Ending)

        var rest: Phase.Rest? {
            switch self {
            case .list, .judge, .close: nil
            case .wait(let until): .wait(until: until)
            case .finish(let ending): .finish(ending)
            }
        }
    }

    /// What happened.
    enum Event: Sendable {
        /// A page was asked for.
        case answered(RegistrantQuery, ListResult, Disposition?)
        /// A roll was used; whether it must be read again, because somebody is missing.
        case judged(Target, readAgain: Bool)
        /// A closing is done.
        case closed
        /// Somebody wants it to stop.
        case stop
    }

    /// A meeting or webinar with those of its targets that are to be read, one after the other.
    struct Lane: Sendable {
        var targets: ArraySlice<Target>
        var reading: Reading?
        var failures = 0
        var failingSince: Duration?
        var tokensRefused = 0
    }

    struct Flight: Sendable {
        let lane: Int
        let ticket: RateLimiter.Ticket
        let sentAt: ClockReading
    }

    private struct Held: Sendable {
        let lane: Int
        let until: Duration
    }

    static var stopping: Event { .stop }

    let options: DispatchOptions
    /// How long to wait before a target's lists are read once more, because somebody is missing.
    var rereadDelay = Duration.zero
    var phase = Phase.running
    var line: Throttle
    var doubt = CredentialDoubt()
    /// Closings of the targets that wait for the end of the doubt.
    var doubted: [BulkTransition] = []
    var days: DailyBudget
    var lanes: [Lane] = []
    private var numbers: [Target: Int] = [:]
    private var ready = Queue<Int>()
    /// Those of the ready lanes whose lists are read in part: they come first, because page tokens do not live long, and
    /// each half-read list takes memory.
    private var begun = Queue<Int>()
    private var held = Heap<Held> { $0.until < $1.until }
    var flights: [Int: Flight] = [:]
    var outbox = Queue<Step>()
    /// Steps that were handed out and are not done, requests not among them.
    var underWay = 0
    /// Targets whose lists could not be read in this run.
    var unread: Set<Target> = []
    /// Why; the last reason.
    var gaveUp: String?
    /// Pages asked for.
    private(set) var requests = 0

    /// - Parameters:
    ///   - options: How to send.
    ///   - targets: Whose lists to read, each once.
    ///   - spent: What was sent before, by UTC day.
    ///   - account: Whose lists.
    ///   - seed: Where chance starts.
    ///   - now: The beginning.
    ///   - limiter: The limiter of requests that were sent before, on the same clock; nil if there were none.
    init(
        _ options: DispatchOptions,
        targets: [Target],
        spent: [UTCDay: DayUsage],
        by account: String?,
        seed: UInt64,
        at now: ClockReading,
        limiter: RateLimiter? = nil
    ) {
        self.options = options
        line = Throttle(options, limiter: limiter, seed: seed)
        days = DailyBudget(options.days, spent: spent, by: account)
        var byLane: [[Target]] = []
        for target in targets {
            if let number = numbers[target.whole] {
                byLane[number].append(target)
            } else {
                numbers[target.whole] = byLane.count
                byLane.append([target])
            }
        }
        for (number, targets) in byLane.enumerated() {
            lanes.append(Lane(targets: targets[...]))
            startNext(number)
        }
    }

    mutating func next(at now: ClockReading) -> Step {
        if let step = outbox.popFirst() {
            underWay += 1
            return step
        }
        switch phase.rest(isBusy: underWay > 0 || !flights.isEmpty, at: now.elapsed) {
        case .wait(let until): return .wait(until: until)
        case .finish(let ending): return .finish(ending)
        case nil: return nextWhileRunning(at: now)
        }
    }

    private mutating func nextWhileRunning(at now: ClockReading) -> Step {
        while let first = held.first, first.until <= now.elapsed {
            held.pop()
            begun.append(first.lane)
        }
        switch line.breaker.permission {
        case .granted: break
        case .denied:
            stop(line.ending, at: now)
            return next(at: now)
        case .probe(let moment):
            if !flights.isEmpty { return .wait(until: nil) }
            if moment > now.elapsed, !begun.isEmpty || !ready.isEmpty { return .wait(until: moment) }
        }
        guard flights.count < options.width else { return .wait(until: nil) }
        switch doubt.verdict(isLast: false) {
        case .open: break
        case .targets:
            failDoubted()
            return next(at: now)
        case .credentials:
            guard flights.isEmpty else { return .wait(until: nil) }
            if let disposition = doubt.disposition { stop(.refused(disposition), at: now) }
            return next(at: now)
        }
        guard let lane = begun.first ?? ready.first else { return idle(at: now) }
        guard days.accountHasRoom(at: now.date) else {
            putOffTheRest(
                until: UTCDay(now.date).end,
                reason: Reasons.accountSpent(options.days.account ?? 0)
            )
            return next(at: now)
        }
        let earliest = line.limiter.earliest(at: now.elapsed)
        guard earliest <= now.elapsed else {
            guard earliest - now.elapsed <= options.patience else {
                let due = now.date.addingTimeInterval((earliest - now.elapsed).inSeconds)
                stop(.workRemains(reason: Reasons.longPause, due: due), at: now)
                return next(at: now)
            }
            return .wait(until: held.first.map { min($0.until, earliest) } ?? earliest)
        }
        if begun.popFirst() == nil { ready.popFirst() }
        guard let query = lanes[lane].reading?.query(at: now.elapsed) else { return next(at: now) }
        flights[lane] = Flight(lane: lane, ticket: line.limiter.depart(at: now.elapsed), sentAt: now)
        days.spendOnList(at: now.date)
        requests += 1
        return .list(query)
    }

    private mutating func idle(at now: ClockReading) -> Step {
        if !flights.isEmpty || underWay > 0 || held.first != nil { return .wait(until: held.first?.until) }
        switch doubt.verdict(isLast: true) {
        case .open: break
        case .targets:
            failDoubted()
            return next(at: now)
        case .credentials:
            if let disposition = doubt.disposition { stop(.refused(disposition), at: now) }
            return next(at: now)
        }
        let ending = gaveUp.map { Ending.workRemains(reason: $0, due: nil) } ?? .done
        phase = .finished(ending)
        return .finish(ending)
    }

    /// The targets that were refused as if for the credentials are at fault themselves.
    private mutating func failDoubted() {
        for closing in doubted { outbox.append(.close(closing)) }
        doubted = []
        doubt.settle()
    }

    /// Asks for nothing more; what is under way is waited for.
    mutating func stop(_ ending: Ending, at now: ClockReading) {
        guard phase.isRunning else { return }
        phase = .stopping(ending, until: now.elapsed + options.grace)
    }

    /// Whether every list was read, refused or given up, so that nothing more would be asked.
    var isOver: Bool { lanes.allSatisfy { $0.reading == nil } }

    // MARK: Lanes

    func lane(of target: Target) -> Int? { numbers[target.whole] }

    /// The lane's next page may be asked for.
    mutating func makeReady(_ lane: Int) { begun.append(lane) }

    /// The lane's next page may be asked for from a moment on.
    mutating func hold(_ lane: Int, until: Duration) { held.push(Held(lane: lane, until: until)) }

    /// Goes on with the lane's next target, if there is one.
    mutating func startNext(_ lane: Int) {
        lanes[lane].failures = 0
        lanes[lane].failingSince = nil
        lanes[lane].reading = lanes[lane].targets.popFirst().map(Reading.init)
        if lanes[lane].reading != nil { ready.append(lane) }
    }

    /// Defers all that is not read yet.
    mutating func putOffTheRest(until due: Date, reason: String) {
        for number in lanes.indices where lanes[number].reading != nil {
            guard let target = lanes[number].reading?.target else { continue }
            lanes[number].targets = []
            lanes[number].reading = nil
            outbox.append(
                .close(BulkTransition(target: target.whole, outcome: .deferred(until: due, reason: reason)))
            )
        }
        (begun, ready) = (Queue(), Queue())
        held = Heap { $0.until < $1.until }
    }
}

/// What an answer leads to.
extension Survey {
    mutating func handle(_ event: Event, at now: ClockReading) {
        switch event {
        case .answered(let query, let reply, let disposition):
            guard let number = lane(of: query.target), let flight = flights.removeValue(forKey: number) else { return }
            answered(query, reply, disposition, flight, at: now)
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
        _ reply: ListResult,
        _ disposition: Disposition?,
        _ flight: Flight,
        at now: ClockReading
    ) {
        switch (reply, disposition) {
        case (.page(let page, _), _):
            line.succeeded(flight.ticket, sentAt: flight.sentAt, at: now)
            doubt.succeeded()
            lanes[flight.lane].tokensRefused = 0
            took(page, of: query.target, in: flight.lane, at: now)
        case (.refused(let reply), let disposition?):
            line.answered(flight.ticket, reply, disposition, sentAt: flight.sentAt, at: now)
            switch disposition.nextStep {
            case .retry, .refreshToken: break
            default: lanes[flight.lane].tokensRefused = 0
            }
            refused(query, reply, disposition, flight, at: now)
        case (.refused, nil):
            // Without a ruling nothing is known; the target is left to a later run.
            line.limiter.unanswered(flight.ticket, at: now.elapsed)
            giveUp(query.target, in: flight.lane, because: Reasons.unreachable)
        }
    }

    private mutating func took(_ page: RegistrantPage, of target: Target, in number: Int, at now: ClockReading) {
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
        _ reply: SendResult,
        _ disposition: Disposition,
        _ flight: Flight,
        at now: ClockReading
    ) {
        let number = flight.lane
        let reason = disposition.explanation
        switch disposition.nextStep {
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
            outbox.append(.close(Self.failing(query.target, reply, disposition)))
            startNext(number)
        case .doubtCredentials:
            doubt.refused(query.target, disposition)
            doubted.append(Self.failing(query.target, reply, disposition))
            startNext(number)
        case .refreshToken:
            lanes[number].tokensRefused += 1
            makeReady(number)
            let mayTryAgain = line.token.refused(sentAt: flight.sentAt.elapsed, at: now.elapsed)
            if !mayTryAgain || lanes[number].tokensRefused > TokenState.mostOfOneRequest {
                stop(.refused(disposition), at: now)
            }
        case .stop:
            stop(.refused(disposition), at: now)
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
                let closing = BulkTransition(target: query.target.whole, outcome: .deferred(until: end, reason: reason))
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

    private static func failing(_ target: Target, _ reply: SendResult, _ disposition: Disposition) -> BulkTransition {
        BulkTransition(target: target, outcome: .failed(code: reply.shownCode, reason: disposition.explanation))
    }

    private mutating func tryAgain(
        _ target: Target,
        _ flight: Flight,
        _ retryAfter: RetryAfter?,
        reason: String,
        at now: ClockReading
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

/// The reading of one meeting's three lists, page by page.
struct Reading: Sendable {
    /// What follows from a page.
    enum Progress: Sendable, Hashable {
        /// There is more to read.
        case more
        /// All three lists are read to their ends.
        case complete
        /// The pages go in a circle, or never end.
        case endless
    }

    /// Zoom's page tokens are good for 15 minutes; one that is nearly over is not worth a request.
    static let tokenLife = Duration.seconds(14 * 60)
    /// No list has more pages: 300,000 registrants are more than Zoom lets in anywhere.
    static let mostPages = 1_000
    /// How often one list may be begun anew because its page token had expired.
    static let mostRestarts = 3

    let target: Target
    /// Whether the lists were read once before, for certainty about those who were missing.
    private(set) var isSecond = false
    private(set) var roll = RegistrantDirectory()
    private var earlier: RegistrantDirectory?
    private var list = 0
    private var token: (text: String, since: Duration)?
    private var pages = 0
    private var restarts = 0

    init(_ target: Target) {
        self.target = target
    }

    private var status: RegistrantQuery.Status { RegistrantQuery.Status.allCases[list] }

    /// What to ask next.
    mutating func query(at now: Duration) -> RegistrantQuery {
        if let token, now - token.since > Self.tokenLife { _ = restart() }
        return RegistrantQuery(target: target, status: status, pageToken: token?.text)
    }

    /// A page came.
    mutating func took(_ page: RegistrantPage, at now: Duration) -> Progress {
        for registrant in page.registrants { roll.add(registrant, in: status) }
        pages += 1
        if let next = page.nextPageToken {
            guard next != token?.text, pages < Self.mostPages else { return .endless }
            token = (next, now)
            return .more
        }
        (token, pages, restarts) = (nil, 0, 0)
        list += 1
        guard list == RegistrantQuery.Status.allCases.count else { return .more }
        if let earlier { roll.keep(earlier) }
        return .complete
    }

    /// The page token was refused: the list is begun anew. False if that is not what is wrong, or was done too often.
    mutating func restart() -> Bool {
        guard token != nil, restarts < Self.mostRestarts else { return false }
        restarts += 1
        (token, pages) = (nil, 0)
        return true
    }

    /// Reads all lists once more; the first reading is kept for those whom the second one does not see.
    mutating func again() {
        earlier = roll
        (roll, list, token, pages, restarts) = (RegistrantDirectory(), 0, nil, 0, 0)
        isSecond = true
    }
}
