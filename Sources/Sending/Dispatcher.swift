import Decisions
import FoundationEssentials
package import Journal
import Randomness
import Zoom

/// Decides what one account's run does next: which intents are written, what is sent and when, what an answer leads to,
/// and when the run ends.
///
/// A value without a clock, a network or a disk. Whoever drives it asks for the next step, performs it, and tells what
/// happened; a simulation drives the same value.
package struct Dispatcher: Machine {
    /// A request under way.
    struct Flight: Sendable {
        let lane: Int
        let parcel: QueuedBatch
        let shipment: ClaimedBatch
        let ticket: RateLimiter.Ticket
        let sentAt: ClockReading
    }

    /// A batch that was answered and is not settled on disk yet.
    struct Return: Sendable {
        enum Kind: Sendable {
            /// It is over for this run.
            case gone
            /// To be sent again in this run, before anything else of its meeting.
            case again
            /// Two halves come; whether a registrant is to blame.
            case halves(blames: Bool)
            /// Two batches come: the single who was picked, to be asked at once, and the others.
            case picked
            /// Two batches come, the first of them put off; or none, and it is put off itself.
            case setAside(until: Date)
            /// It is put off.
            case deferred(until: Date)
        }

        let lane: Int
        let parcel: QueuedBatch
        let kind: Kind
    }

    /// A closing that waits for intents that are being written, or is being performed.
    struct PendingClosing: Sendable {
        var closing: BulkTransition
        /// Whether it waits until it is clear that the target is at fault, and not the credentials.
        var isDoubtful = false
        var isStarted = false
    }

    struct Later: Sendable {
        let due: Date
        let parcel: QueuedBatch
    }

    static var stopping: Event { .stop }

    let options: DispatchOptions
    var phase = Phase.running
    var scheduler: Scheduler
    var line: Throttle
    var days: DailyBudget
    var bisection = Bisection()
    /// Targets of which something was refused while nothing was applied.
    var samplings: [Target: Sampling] = [:]
    /// Of these, those of which singles are picked.
    var asking: [Target] = []
    /// Of what something was applied in this run.
    var applied: Set<Aim> = []
    /// Picks the singles.
    var sampler: SplitMix64
    /// What is to be performed, in order.
    var outbox = Queue<Effect>()
    /// Effects that were handed out and are not done.
    var underWay = 0
    var flights: [BatchID: Flight] = [:]
    var returns: [BatchID: Return] = [:]
    /// What is being failed or put off as a whole, by lane.
    var closings: [Int: [PendingClosing]] = [:]
    var doubt = CredentialDoubt()
    /// Until when everything is put off, why, and the lanes of which it is yet to be noted. Nothing is sent meanwhile.
    var puttingOff: (until: Date, reason: String, lanes: ArraySlice<Int>)?
    var later = Heap<Later> { $0.due < $1.due }
    /// Batches that were closed while they were put off.
    var closed: Set<BatchID> = []
    /// What was closed before its last result was told.
    var closedEarly: [BatchID: BulkTransition.Outcome] = [:]
    /// Intents that are being taken back to be written anew, with their lanes.
    var takenBack: [BatchID: Int] = [:]
    /// Intents that were being written when the day changed.
    var stale: Set<BatchID> = []
    /// The day of the latest step.
    var today: UTCDay
    /// The most registrants that Zoom has not called too many.
    var largest = Int.max
    /// What is left to the next run, because it failed too often.
    var abandoned: [BatchID: QueuedBatch] = [:]
    /// Why the last of them was given up.
    var gaveUp: String?
    var counts = DispatchProgress()
    var departures = Queue<Duration>()

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - options: How to send.
    ///   - account: The account's name in targets.
    ///   - batches: What is open, in the order of the journal; only this account's are taken.
    ///   - spending: What was sent before the run, by UTC day: today, and the days to which the clock may yet step.
    ///   - seed: Where chance starts.
    ///   - now: The run's beginning.
    ///   - limiter: The limiter of requests that were sent before, on the same clock; nil if there were none.
    package init(
        _ options: DispatchOptions,
        account: String?,
        batches: [OpenBatch],
        spending: [UTCDay: DayUsage],
        seed: UInt64,
        at now: ClockReading,
        limiter: RateLimiter? = nil
    ) {
        self.options = options
        scheduler = Scheduler(width: options.perMeeting)
        line = Throttle(options, limiter: limiter, seed: seed)
        days = DailyBudget(options.days, spent: spending, by: account)
        today = UTCDay(now.date)
        sampler = SplitMix64(seed: ~seed)
        var due: [QueuedBatch] = []
        for batch in batches where batch.target.account == account {
            let parcel = QueuedBatch(batch)
            counts.rows += batch.rows
            if let date = batch.dueAt, date > now.date { putOff(parcel, until: date) } else { due.append(parcel) }
        }
        scheduler.add(due, at: now.elapsed)
    }

    /// Whether anything could be sent now.
    var hasBatchesToSend: Bool { scheduler.remaining > 0 }

    /// How far it is.
    package func progress(at now: ClockReading) -> DispatchProgress {
        var progress = counts
        progress.inFlight = flights.count
        progress.batchesLeft = scheduler.remaining
        progress.allowedRate = line.limiter.rate(at: now.elapsed)
        progress.refusals = line.limiter.refusals
        progress.pausedUntil = line.limiter.resumesAt > now.elapsed ? line.limiter.resumesAt : nil
        let span = min(max(now.elapsed.inSeconds, 1), Self.rateSpan.inSeconds)
        progress.rate = Double(departures.contents.count { $0 > now.elapsed - Self.rateSpan }) / span
        return progress
    }

    /// Over which time the current rate is measured.
    static let rateSpan = Duration.seconds(5)

    /// What to do next. To be asked again after each step, and after each event.
    package mutating func next(at now: ClockReading) -> Step {
        // Also when the run is being stopped: what Zoom said of the day holds for the next run.
        putOffMore(at: now)
        if let step = nextEffect() { return step }
        let isBusy = underWay > 0 || !flights.isEmpty || puttingOff != nil
        switch phase.rest(isBusy: isBusy, at: now.elapsed) {
        case .wait(let until): return .wait(until: until)
        case .finish(let ending): return .finish(ending)
        case nil: return nextWhileRunning(at: now)
        }
    }

    /// The next change of the journal, if there is one to be made now.
    private mutating func nextEffect() -> Step? {
        guard !outbox.isEmpty else { return nil }
        // Each that is under way takes some memory of its driver, and there may be one for each of 200,000 meetings.
        guard underWay < Self.mostEffects else { return phase.isRunning ? .wait(until: nil) : nil }
        guard let effect = outbox.popFirst() else { return nil }
        underWay += 1
        return .perform(effect)
    }

    /// Changes of the journal that are under way at once, at most: the journal writes them in groups.
    static let mostEffects = 256

    private mutating func nextWhileRunning(at now: ClockReading) -> Step {
        let day = UTCDay(now.date)
        if day != today { takeBackIntents(at: now) }
        today = day
        pickSingles(at: now)
        if let step = nextEffect() { return step }
        if puttingOff != nil { return .wait(until: nil) }
        takeUpDue(at: now)
        let batches = scheduler.prepare(lookahead: lookahead(at: now), at: now.elapsed)
        if !batches.isEmpty {
            underWay += 1
            return .perform(.begin(batches))
        }
        switch line.breaker.permission {
        case .granted: break
        case .denied:
            stop(line.ending, at: now)
            return next(at: now)
        case .probe(let moment):
            if !flights.isEmpty { return .wait(until: nil) }
            if moment > now.elapsed, scheduler.remaining > 0 { return .wait(until: moment) }
        }
        guard flights.count < options.width else { return .wait(until: nil) }
        switch doubt.verdict(isLast: false) {
        case .open: break
        case .targets:
            failDoubted(at: now)
            return next(at: now)
        case .credentials:
            // What is under way may still succeed.
            return flights.isEmpty ? stopForCredentials(at: now) : .wait(until: nil)
        }
        let rate = line.limiter.rate(at: now.elapsed)
        guard let choice = scheduler.next(rate: rate, at: now.elapsed) else { return idle(at: now) }
        guard days.accountHasRoom(at: now.date) else { return endOfDay(at: now) }
        guard days.hasRoom(for: scheduler.lanes[choice.lane].target, at: now.date) else {
            let target = scheduler.lanes[choice.lane].target
            close(
                target,
                .deferred(until: UTCDay(now.date).end, reason: Reasons.webinarSpent(options.days.webinar ?? 0)),
                at: now
            )
            return next(at: now)
        }
        let earliest = line.limiter.earliest(
            at: now.elapsed,
            urgent: choice.isUrgent,
            reserve: scheduler.hasCriticalLane && !choice.isUrgent ? 1 : 0
        )
        guard earliest <= now.elapsed else {
            guard earliest - now.elapsed <= options.patience else {
                let due = now.date.addingTimeInterval((earliest - now.elapsed).inSeconds)
                stop(.workRemains(reason: Reasons.longPause, due: due), at: now)
                return next(at: now)
            }
            let held = scheduler.nextHeld().map { min($0, earliest) } ?? earliest
            return .wait(until: held)
        }
        return depart(choice, at: now)
    }

    private mutating func depart(_ choice: Scheduler.Choice, at now: ClockReading) -> Step {
        guard let parcel = scheduler.depart(choice, at: now.elapsed) else { return .wait(until: nil) }
        flights[parcel.id] = Flight(
            lane: choice.lane,
            parcel: parcel,
            shipment: choice.shipment,
            ticket: line.limiter.depart(at: now.elapsed),
            sentAt: now
        )
        days.spend(on: scheduler.lanes[choice.lane].target, at: now.date)
        counts.requests += 1
        departures.append(now.elapsed)
        while let first = departures.first, first <= now.elapsed - Self.rateSpan { departures.popFirst() }
        return .send(choice.shipment)
    }

    /// Nothing can be sent at this moment.
    private mutating func idle(at now: ClockReading) -> Step {
        let held = scheduler.nextHeld()
        if !flights.isEmpty || underWay > 0 { return .wait(until: held) }
        if let held { return .wait(until: held) }
        switch doubt.verdict(isLast: true) {
        case .open: break
        case .targets:
            failDoubted(at: now)
            return next(at: now)
        case .credentials: return stopForCredentials(at: now)
        }
        // What was put off and then failed with its whole meeting waits for nothing.
        while let first = later.first, closed.remove(first.parcel.id) != nil { later.pop() }
        guard let first = later.first else {
            let ending = endingWithoutWork
            phase = .finished(ending)
            return .finish(ending)
        }
        let wait = Duration.seconds(max(0, first.due.timeIntervalSince(now.date)))
        if wait <= options.patience { return .wait(until: now.elapsed + wait + .milliseconds(1)) }
        let ending =
            abandoned.isEmpty ? .workRemains(reason: Reasons.deferred, due: first.due) : endingWithoutWork
        phase = .finished(ending)
        return .finish(ending)
    }

    /// Nobody may send with these credentials.
    private mutating func stopForCredentials(at now: ClockReading) -> Step {
        if let disposition = doubt.disposition { stop(.refused(disposition), at: now) }
        return next(at: now)
    }

    /// The account has sent what it may today.
    private mutating func endOfDay(at now: ClockReading) -> Step {
        let end = UTCDay(now.date).end
        let wait = Duration.seconds(max(0, end.timeIntervalSince(now.date)))
        if wait <= options.patience { return .wait(until: now.elapsed + wait + .milliseconds(1)) }
        putOffEverything(until: end, reason: Reasons.accountSpent(options.days.account ?? 0), at: now)
        return next(at: now)
    }

    /// How many batches should be ready to leave at once, so that no request waits for the disk.
    private func lookahead(at now: ClockReading) -> Int {
        if case .probe = line.breaker.permission { return 1 }
        let rate = line.limiter.rate(at: now.elapsed)
        return max(2, Int(min(128, rate / 4)))
    }

    private var endingWithoutWork: Ending {
        guard !abandoned.isEmpty else { return .done }
        // With few batches these are given up one by one before the circuit breaker sees a pattern.
        if !line.wasAnswered, line.trouble != nil { return line.ending }
        return .workRemains(reason: gaveUp ?? Reasons.deferred, due: nil)
    }
}
