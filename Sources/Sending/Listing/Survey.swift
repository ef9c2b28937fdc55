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
        case judge(Target, Roll, isSecond: Bool)
        /// Zoom refused a target, or put it off. Answered by `Event.closed`.
        case close(Closing)
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
        case answered(RegistrantQuery, ListReply, Ruling?)
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
        let sentAt: Moment
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
    var line: Line
    var doubt = CredentialDoubt()
    /// Closings of the targets that wait for the end of the doubt.
    var doubted: [Closing] = []
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
        spent: [UTCDay: Spending],
        by account: String?,
        seed: UInt64,
        at now: Moment,
        limiter: RateLimiter? = nil
    ) {
        self.options = options
        line = Line(options, limiter: limiter, seed: seed)
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

    mutating func next(at now: Moment) -> Step {
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

    private mutating func nextWhileRunning(at now: Moment) -> Step {
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
            if let ruling = doubt.ruling { stop(.refused(ruling), at: now) }
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

    private mutating func idle(at now: Moment) -> Step {
        if !flights.isEmpty || underWay > 0 || held.first != nil { return .wait(until: held.first?.until) }
        switch doubt.verdict(isLast: true) {
        case .open: break
        case .targets:
            failDoubted()
            return next(at: now)
        case .credentials:
            if let ruling = doubt.ruling { stop(.refused(ruling), at: now) }
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
    mutating func stop(_ ending: Ending, at now: Moment) {
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
                .close(Closing(target: target.whole, outcome: .deferred(until: due, reason: reason)))
            )
        }
        (begun, ready) = (Queue(), Queue())
        held = Heap { $0.until < $1.until }
    }
}
