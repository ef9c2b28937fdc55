import Decisions
import FoundationEssentials
package import Journal
import Randomness
import Zoom

/// Decides what one account's run does next: which intents are written, what is sent and when, what an answer leads to,
/// and when the run ends.
///
/// A value without a clock, a network or a disk. Its driver asks for the next step, performs it, and reports what
/// happened; a simulation drives the same value.
package struct Dispatcher: Sendable {
    /// Where a batch is. A batch that is finished for this run has no place.
    private enum Place {
        /// In its meeting's queue; its intent is not on disk.
        case queued
        /// In the queue; its intent is being written. Stale if the day has changed meanwhile.
        case journaling(isStale: Bool)
        /// In the queue; its intent is on disk.
        indirect case ready(ClaimedBatch)
        /// In the queue; its intent is being taken back, to be written again.
        case takingBack
        /// Its request is in flight.
        indirect case inFlight(Flight)
        /// Its result is being written; afterwards it continues. If the journal closes it first, that is reported
        /// first.
        indirect case settling(BatchResult, closedAs: BulkTransition.Outcome?)
        /// Waiting for the outcome of its other half.
        case half
        /// Not to be sent before a moment.
        case deferred(until: Date)
        /// Failed too often in this run.
        case leftForNextRun

        /// How its meeting counts it.
        var share: MeetingQueue.Share {
            switch self {
            case .queued: .queued(.missing)
            case .journaling, .takingBack: .queued(.changing)
            case .ready: .queued(.ready)
            case .inFlight: .inFlight
            case .settling: .returning
            case .half: .half
            case .deferred, .leftForNextRun: .none
            }
        }
    }

    /// A request in flight.
    private struct Flight {
        let claimed: ClaimedBatch
        let ticket: RateLimiter.Ticket
        let sentAt: ClockReading
    }

    /// What to do with a batch when its intent is on disk.
    private enum Plan {
        case send
        /// Its other half was applied, so it holds the registrant at fault: halve it without sending it.
        case halve
        /// Send the registrant at this position alone, before the others.
        case pick(UInt16)

        var isPick: Bool { if case .pick = self { true } else { false } }
    }

    /// A batch in this run. Small and in this order, because there may be one for each of 200,000 meetings.
    private struct Batch {
        let id: BatchID
        let target: Target
        var place: Place
        let action: Action
        /// Requests in this run that failed because of the server.
        var failures: UInt8 = 0
        /// Tokens refused for this batch while others are accepted.
        var tokensRefused: UInt8 = 0
        private let numbers: (lane: UInt32, size: UInt32, rows: UInt32)
        var plan = Plan.send
        /// When it first failed, if it did.
        var failingSince = Duration.zero

        var lane: Int { Int(numbers.lane) }
        var size: Int { Int(numbers.size) }
        var rows: Int { Int(numbers.rows) }
        var aim: Aim { Aim(target: target, action: action) }

        init(_ open: OpenBatch, in lane: Int, _ place: Place) {
            id = open.id
            target = open.target
            self.place = place
            action = open.action
            numbers = (UInt32(lane), UInt32(open.size), UInt32(open.rows))
        }
    }

    /// What was decided about a target: one action.
    private struct Aim: Hashable {
        let target: Target
        let action: Action
    }

    /// A closing that is under way, or waits for intents that are being written.
    private struct PendingClosing {
        var closing: BulkTransition
        /// Whether it waits until it is clear that the target is at fault, and not the credentials.
        var isDoubtful: Bool
        var isStarted = false
    }

    private struct Due {
        let date: Date
        let batch: BatchID
    }

    /// How close the run is to its end.
    private enum Phase {
        case running
        /// Sends nothing new, and waits until a moment for what is under way.
        case stopping(Ending, until: Duration)
        case finished(Ending)

        var isRunning: Bool { if case .running = self { true } else { false } }
    }

    /// The time over which the current rate is measured.
    private static let rateSpan = Duration.seconds(5)
    /// The most journal changes under way at once; the journal writes them in groups.
    static let mostEffects = 256

    private let options: DispatchOptions
    private var phase = Phase.running

    /// Every unfinished batch of this run. The properties below index it; `move` keeps them up to date.
    private var batches: [BatchID: Batch] = [:]
    private var scheduler: Scheduler
    private var inFlight: Set<BatchID> = []
    private var bisection = Bisection()
    /// Deferred batches. Entries whose batch has moved, or is deferred to another moment, are skipped.
    private var due = Heap<Due> { $0.date != $1.date ? $0.date < $1.date : $0.batch < $1.batch }
    /// Batches that the journal made and closed before it reported making them.
    private var closedUnseen: [BatchID: BulkTransition.Outcome] = [:]

    /// What is being failed or deferred as a whole, by lane.
    private var closings: [Int: [PendingClosing]] = [:]
    /// Until when everything is deferred, why, and the lane to continue with. Nothing is sent meanwhile.
    private var puttingOff: (until: Date, reason: String, lane: Int)?

    private var throttle: Throttle
    private var days: DailyBudget
    /// The day of the latest step.
    private var today: UTCDay
    private var doubt = CredentialDoubt()
    /// Targets that refused something and have applied nothing.
    private var samplings: [Target: Sampling] = [:]
    /// The sampled targets from which singles are picked.
    private var asking: [Target] = []
    /// What has had something applied in this run.
    private var applied: Set<Aim> = []
    /// Picks the singles.
    private var sampler: SplitMix64
    /// The most registrants per request that Zoom has not called too many.
    private var largest = Int.max
    /// What Zoom's lists answered before anything was sent.
    private let listed: RefusalTally
    /// Why the last batch was left for the next run.
    private var gaveUp: String?

    /// Journal changes to make, in order.
    private var outbox = Queue<Effect>()
    /// Journal changes handed out and not done.
    private var underWay = 0
    private var counts = DispatchProgress()
    private var departures = Queue<Duration>()

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - options: How to send.
    ///   - account: The account's name in targets.
    ///   - batches: The open batches, in journal order; those of other accounts are ignored.
    ///   - spending: What was sent before the run, by UTC day: today, and the days to which the clock may step.
    ///   - seed: The seed of the random generator.
    ///   - now: When the run begins.
    ///   - limiter: The limiter of earlier requests on the same clock; nil if there were none.
    ///   - listed: What Zoom's lists answered before anything is sent.
    package init(
        _ options: DispatchOptions,
        account: String?,
        batches: [OpenBatch],
        spending: [UTCDay: DayUsage],
        seed: UInt64,
        at now: ClockReading,
        limiter: RateLimiter? = nil,
        listed: RefusalTally = RefusalTally()
    ) {
        self.options = options
        self.listed = listed
        scheduler = Scheduler(width: options.perMeeting)
        throttle = Throttle(options, limiter: limiter, seed: seed)
        days = DailyBudget(options.days, spent: spending, by: account)
        today = UTCDay(now.date)
        sampler = SplitMix64(seed: ~seed)
        self.batches.reserveCapacity(batches.count)
        for batch in batches where batch.target.account == account {
            counts.rows += batch.rows
            let due = batch.dueAt.flatMap { $0 > now.date ? $0 : nil } ?? .distantPast
            add(batch, in: scheduler.lane(of: batch.target), as: .deferred(until: due), at: now)
        }
        takeUpDue(at: now)
    }

    /// Whether anything could be sent now.
    var hasBatchesToSend: Bool { scheduler.remaining > 0 }

    /// The limiter's current state, for more requests on the same clock.
    var limiter: RateLimiter { throttle.limiter }

    /// How far the run is.
    package func progress(at now: ClockReading) -> DispatchProgress {
        var progress = counts
        progress.inFlight = inFlight.count
        progress.batchesLeft = scheduler.remaining
        progress.allowedRate = limiter.rate(at: now.elapsed)
        progress.refusals = limiter.refusals
        progress.pausedUntil = limiter.resumesAt > now.elapsed ? limiter.resumesAt : nil
        let span = min(max(now.elapsed.inSeconds, 1), Self.rateSpan.inSeconds)
        progress.rate = Double(departures.contents.count { $0 > now.elapsed - Self.rateSpan }) / span
        return progress
    }

    // MARK: Changing places

    /// Moves a batch to another place; nil if it is finished for this run. A batch that enters its meeting's queue goes
    /// to the front.
    private mutating func move(_ id: BatchID, to place: Place?, at now: ClockReading) {
        guard let batch = batches[id] else { return }
        index(batch, from: batch.place, to: place, at: now)
        if let place { batches[id]?.place = place } else { batches[id] = nil }
    }

    /// Adds a batch that is new to this run.
    private mutating func add(_ open: OpenBatch, in lane: Int, as place: Place, at now: ClockReading) {
        let batch = Batch(open, in: lane, place)
        index(batch, from: nil, to: place, at: now)
        batches[batch.id] = batch
    }

    private mutating func index(_ batch: Batch, from old: Place?, to new: Place?, at now: ClockReading) {
        let (before, after) = (old?.share ?? .none, new?.share ?? .none)
        if before != after {
            scheduler.change(batch.lane, at: now.elapsed) { $0.move(batch.id, batch.action, from: before, to: after) }
        }
        switch old {
        case .inFlight: inFlight.remove(batch.id)
        case .half: bisection.remove(batch.id)
        case .deferred: counts.deferred -= batch.rows
        default: break
        }
        switch new {
        case .inFlight: inFlight.insert(batch.id)
        case .deferred(let until):
            counts.deferred += batch.rows
            due.push(Due(date: until, batch: batch.id))
        default: break
        }
    }

    private func ids(where isThere: (Place) -> Bool) -> [BatchID] {
        batches.compactMap { id, batch in isThere(batch.place) ? id : nil }.sorted()
    }

    /// Batches whose intents are on disk and whose requests have not left.
    private var unsent: [BatchID] { ids { if case .ready = $0 { true } else { false } } }

    // MARK: The next step

    /// What to do next. Ask again after each step and each event.
    package mutating func next(at now: ClockReading) -> Step {
        // Also while stopping: what Zoom said about the day applies to the next run too.
        putOffMore(at: now)
        if let step = nextEffect() { return step }
        let isBusy = underWay > 0 || !inFlight.isEmpty || puttingOff != nil
        switch phase {
        case .running: return nextWhileRunning(at: now)
        case .stopping(_, let until) where isBusy && now.elapsed < until: return .wait(until: until)
        case .stopping(.tooManyRefused, _) where batches.isEmpty:
            // The last answers settled all that was left.
            phase = .finished(.done)
            return .finish(.done)
        case .stopping(let ending, _), .finished(let ending):
            phase = .finished(ending)
            return .finish(ending)
        }
    }

    /// The next journal change, if one is to be made now.
    private mutating func nextEffect() -> Step? {
        guard !outbox.isEmpty else { return nil }
        // Each change under way costs the driver memory, and there may be one for each of 200,000 meetings.
        guard underWay < Self.mostEffects else { return phase.isRunning ? .wait(until: nil) : nil }
        guard let effect = outbox.popFirst() else { return nil }
        underWay += 1
        return .perform(effect)
    }

    private mutating func nextWhileRunning(at now: ClockReading) -> Step {
        let tally = listed.with(applied: counts.applied, failed: counts.failed)
        if let limit = options.failureLimit, limit.isReached(by: tally) {
            stop(.tooManyRefused(Reasons.tooManyRefused(tally, limit)), at: now)
            return next(at: now)
        }
        let day = UTCDay(now.date)
        if day != today { takeBackIntents(at: now) }
        today = day
        pickSingles(at: now)
        if let step = nextEffect() { return step }
        if puttingOff != nil { return .wait(until: nil) }
        takeUpDue(at: now)
        let begun = scheduler.prepare(lookahead: lookahead(at: now), at: now.elapsed)
        if !begun.isEmpty {
            // The scheduler already knows.
            for id in begun { batches[id]?.place = .journaling(isStale: false) }
            underWay += 1
            return .perform(.begin(begun))
        }
        switch throttle.breaker.permission {
        case .granted: break
        case .denied:
            stop(throttle.ending, at: now)
            return next(at: now)
        case .probe(let moment):
            if !inFlight.isEmpty { return .wait(until: nil) }
            if moment > now.elapsed, scheduler.remaining > 0 { return .wait(until: moment) }
        }
        guard inFlight.count < options.width else { return .wait(until: nil) }
        switch doubt.verdict(isLast: false) {
        case .open: break
        case .targets:
            failDoubted(at: now)
            return next(at: now)
        case .credentials:
            // Requests in flight may still succeed.
            return inFlight.isEmpty ? stopForCredentials(at: now) : .wait(until: nil)
        }
        let rate = limiter.rate(at: now.elapsed)
        guard let choice = scheduler.next(rate: rate, at: now.elapsed) else { return idle(at: now) }
        guard days.accountHasRoom(at: now.date) else { return endOfDay(at: now) }
        let meeting = scheduler.lanes[choice.lane].target
        guard days.hasRoom(for: meeting, at: now.date) else {
            let reason = Reasons.webinarSpent(options.days.webinar ?? 0)
            close(meeting, .deferred(until: UTCDay(now.date).end, reason: reason), at: now)
            return next(at: now)
        }
        let earliest = throttle.limiter.earliest(
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
        return depart(choice.batch, at: now)
    }

    private mutating func depart(_ id: BatchID, at now: ClockReading) -> Step {
        guard let batch = batches[id], case .ready(let claimed) = batch.place else { return .wait(until: nil) }
        let ticket = throttle.limiter.depart(at: now.elapsed)
        move(id, to: .inFlight(Flight(claimed: claimed, ticket: ticket, sentAt: now)), at: now)
        days.spend(on: batch.target.whole, at: now.date)
        counts.requests += 1
        departures.append(now.elapsed)
        while let first = departures.first, first <= now.elapsed - Self.rateSpan { departures.popFirst() }
        return .send(claimed)
    }

    /// Waits or ends the run when nothing can be sent now.
    private mutating func idle(at now: ClockReading) -> Step {
        let held = scheduler.nextHeld()
        if held != nil || !inFlight.isEmpty || underWay > 0 { return .wait(until: held) }
        switch doubt.verdict(isLast: true) {
        case .open: break
        case .targets:
            failDoubted(at: now)
            return next(at: now)
        case .credentials: return stopForCredentials(at: now)
        }
        var ending = endingWithoutWork
        if let first = nextDue() {
            let wait = Duration.seconds(max(0, first.date.timeIntervalSince(now.date)))
            if wait <= options.patience { return .wait(until: now.elapsed + wait + .milliseconds(1)) }
            if ending == .done { ending = .workRemains(reason: Reasons.deferred, due: first.date) }
        }
        phase = .finished(ending)
        return .finish(ending)
    }

    /// How the run ends when nothing is left to send in it except deferred batches.
    private var endingWithoutWork: Ending {
        let isLeft = batches.values.contains { if case .leftForNextRun = $0.place { true } else { false } }
        guard isLeft else { return .done }
        // A small run gives up its batches one by one before the circuit breaker sees a pattern.
        if !throttle.wasAnswered, throttle.trouble != nil { return throttle.ending }
        return .workRemains(reason: gaveUp ?? Reasons.deferred, due: nil)
    }

    /// Stops because Zoom refuses these credentials.
    private mutating func stopForCredentials(at now: ClockReading) -> Step {
        if let disposition = doubt.disposition { stop(.refused(disposition), at: now) }
        return next(at: now)
    }

    /// Waits or defers everything because the account has spent its day limit.
    private mutating func endOfDay(at now: ClockReading) -> Step {
        let end = UTCDay(now.date).end
        let wait = Duration.seconds(max(0, end.timeIntervalSince(now.date)))
        if wait <= options.patience { return .wait(until: now.elapsed + wait + .milliseconds(1)) }
        putOffEverything(until: end, reason: Reasons.accountSpent(options.days.account ?? 0))
        return next(at: now)
    }

    /// How many batches should be ready to leave at once, so that no request waits for the disk.
    private func lookahead(at now: ClockReading) -> Int {
        if case .probe = throttle.breaker.permission { return 1 }
        return max(2, Int(min(128, limiter.rate(at: now.elapsed) / 4)))
    }

    // MARK: Events

    /// Handles an event. The caller must then ask for the next step.
    package mutating func handle(_ event: Event, at now: ClockReading) {
        switch event {
        case .begun(let claimed):
            underWay -= 1
            begun(claimed, at: now)
        case .released(let batches):
            underWay -= 1
            released(batches, at: now)
        case .settled(let batch, let children):
            underWay -= 1
            settled(batch, children: children, at: now)
        case .closed(let closing, let batches):
            underWay -= 1
            closed(closing, batches, at: now)
        case .answered(let batch, let reply, let disposition):
            answered(batch, reply, disposition, at: now)
        case .stop:
            stop(.interrupted, at: now)
        }
    }

    /// Sends nothing more, and waits for what is under way.
    private mutating func stop(_ ending: Ending, at now: ClockReading) {
        guard phase.isRunning else { return }
        phase = .stopping(ending, until: now.elapsed + options.grace)
        release(unsent, to: .queued, at: now)
    }

    // MARK: Intents

    private mutating func begun(_ claims: [ClaimedBatch], at now: ClockReading) {
        var unsent: [BatchID] = []
        for claimed in claims {
            let id = claimed.batch
            guard let batch = batches[id], case .journaling(let isStale) = batch.place else { continue }
            if !phase.isRunning {
                unsent.append(id)
            } else if closings[batch.lane]?.contains(where: { $0.closing.covers(batch.target, batch.action) }) == true {
                // The closing takes the intent back itself: two effects could overtake each other.
                move(id, to: .ready(claimed), at: now)
            } else if isStale {
                release([id], to: .takingBack, at: now)
            } else {
                ready(claimed, batch, at: now)
            }
        }
        release(unsent, to: .queued, at: now)
        for claimed in claims { startClosing(scheduler.lane(of: claimed.target), at: now) }
    }

    /// Handles an intent that is on disk: the batch may leave, or must first be split, picked from or set aside.
    private mutating func ready(_ claimed: ClaimedBatch, _ batch: Batch, at now: ClockReading) {
        let size = claimed.registrants.count
        let half = Bisection.first(of: size)
        switch batch.plan {
        case .pick(let place) where place < size && size > 1:
            settle(batch, .pick(Int(place), reason: Reasons.picked), at: now)
        case .halve where size > 1:
            settle(batch, .split(first: half, suspect: true, reason: Reasons.otherHalf), at: now)
        default:
            guard size <= largest else {
                settle(batch, .split(first: half, suspect: false, reason: Reasons.tooMany), at: now)
                return
            }
            let spent = days.spent(changes(of: claimed, in: batch.lane))
            guard spent.isEmpty else {
                let end = UTCDay(now.date).end
                settle(batch, .setAside(spent, until: end, reason: Reasons.registrantSpent), at: now)
                return
            }
            move(batch.id, to: .ready(claimed), at: now)
        }
    }

    /// The journal's count for each registrant, plus requests in flight, which it can't know yet.
    private func changes(of claimed: ClaimedBatch, in lane: Int) -> [Int] {
        let inFlightThere = scheduler.lanes[lane].inFlight
        // Usually no registrant's limit is reached, even if everything in flight is about them.
        guard inFlightThere > 0, !days.spent(claimed.changesToday.map { $0 + inFlightThere }).isEmpty else {
            return claimed.changesToday
        }
        var changes = claimed.changesToday
        let emails = claimed.registrants.map { $0.email?.lowercased() }
        for id in inFlight {
            guard let batch = batches[id], batch.lane == lane, case .inFlight(let flight) = batch.place else {
                continue
            }
            // Sets, not pairwise comparison: one meeting may have many requests in flight.
            let there = flight.claimed.registrants
            let ids = Set(there.compactMap(\.id))
            let allEmails = Set(there.compactMap { $0.email?.lowercased() })
            let lone = Set(there.filter { $0.id == nil }.compactMap { $0.email?.lowercased() })
            for (index, registrant) in claimed.registrants.enumerated() {
                // Ids distinguish people who share an address.
                let isThere =
                    registrant.id.map { ids.contains($0) || emails[index].map(lone.contains) == true }
                    ?? (emails[index].map(allEmails.contains) == true)
                if isThere { changes[index] += 1 }
            }
        }
        return changes
    }

    /// Takes intents back when another day begins or the clock is set, because their counts are of the old day. They
    /// are written again, so that after a crash an intent's day is the day on which its request left.
    private mutating func takeBackIntents(at now: ClockReading) {
        for id in ids(where: { if case .journaling = $0 { true } else { false } }) {
            batches[id]?.place = .journaling(isStale: true)
        }
        release(unsent, to: .takingBack, at: now)
    }

    private mutating func release(_ ids: [BatchID], to place: Place, at now: ClockReading) {
        guard !ids.isEmpty else { return }
        for id in ids { move(id, to: place, at: now) }
        outbox.append(.release(ids))
    }

    private mutating func released(_ ids: [BatchID], at now: ClockReading) {
        for id in ids {
            guard let batch = batches[id], case .takingBack = batch.place else { continue }
            move(id, to: .queued, at: now)
            startClosing(batch.lane, at: now)
        }
    }

    // MARK: Answers

    private mutating func answered(
        _ id: BatchID,
        _ reply: SendResult,
        _ disposition: Disposition,
        at now: ClockReading
    ) {
        guard let batch = batches[id], case .inFlight(let flight) = batch.place else { return }
        scheduler.noteLatency(now.elapsed - flight.sentAt.elapsed, in: batch.lane)
        throttle.answered(flight.ticket, reply, disposition, sentAt: flight.sentAt, at: now)
        let attempt = Attempt(reply, disposition, sentAt: flight.sentAt, at: now)
        let size = flight.claimed.registrants.count
        let half = Bisection.first(of: size)
        let reason = disposition.explanation
        let failed = BulkTransition.Outcome.failed(code: reply.shownCode, reason: reason)
        switch disposition.nextStep {
        case .applied:
            doubt.succeeded()
            noteApplied(batch, at: now)
            settle(batch, .applied, attempt, at: now)
        case .split where size > 1:
            settle(batch, .split(first: half, suspect: true, reason: reason), attempt, at: now)
            noteRefused(batch, flight, reply, disposition, at: now)
        case .halve where size > 1:
            largest = min(largest, size - half)
            settle(batch, .split(first: half, suspect: false, reason: reason), attempt, at: now)
        case .failRegistrant, .split, .halve:
            // A registrant sent alone is the one Zoom refuses.
            settle(batch, .failed(reason: reason), attempt, at: now)
            noteRefused(batch, flight, reply, disposition, at: now)
        case .failTarget:
            settle(batch, .failed(reason: reason), attempt, at: now)
            close(batch.target, failed, at: now)
        case .failAction:
            settle(batch, .failed(reason: reason), attempt, at: now)
            close(batch.target, only: batch.action, failed, at: now)
        case .doubtCredentials:
            settle(batch, .pending(reason: reason), attempt, at: now)
            doubt.refused(batch.target, disposition)
            close(batch.target, failed, isDoubtful: true, at: now)
        case .refreshToken:
            batches[id]?.tokensRefused += 1
            settle(batch, .pending(reason: reason), attempt, at: now)
            let mayTryAgain = throttle.token.refused(sentAt: flight.sentAt.elapsed, at: now.elapsed)
            if !mayTryAgain || batch.tokensRefused >= TokenState.mostOfOneRequest {
                stop(.refused(disposition), at: now)
            }
        case .stop:
            settle(batch, .pending(reason: reason), attempt, at: now)
            stop(.refused(disposition), at: now)
        case .slowDown:
            settle(batch, .pending(reason: reason), attempt, at: now)
            if limiter.refusalsInARow >= options.refusals {
                stop(.workRemains(reason: Reasons.rateRefused, due: nil), at: now)
            }
        case .deferUntil(.account, let retryAfter):
            let end = Self.dayEnd(retryAfter, at: now)
            settle(batch, .deferred(until: end, reason: reason), attempt, at: now)
            putOffEverything(until: end, reason: reason)
        case .deferUntil(.target, let retryAfter):
            putOffMeeting(of: batch, attempt, until: Self.dayEnd(retryAfter, at: now), reason: reason, at: now)
        case .deferUntil(.registrant(let name), let retryAfter):
            let end = Self.dayEnd(retryAfter, at: now)
            let named = flight.claimed.registrants.indices.filter { flight.claimed.registrants[$0].isNamed(name) }
            if days.isRegistrants(named.map { flight.claimed.changesToday[$0] }, in: batch.target) {
                settle(batch, .setAside(named, until: end, reason: reason), attempt, at: now)
            } else {
                // Whichever registrant is named, it is the target that accepts no more today.
                let reason = Reasons.targetSpent(batch.target.kind, words: attempt.message)
                putOffMeeting(of: batch, attempt, until: end, reason: reason, at: now)
            }
        case .retry(let retryAfter), .hold(let retryAfter):
            let asked = retryAfter?.wait(from: now) ?? .zero
            let since = batch.failures > 0 ? batch.failingSince : flight.sentAt.elapsed
            tryAgain(batch, attempt, since: since, asked, reason, at: now)
        }
    }

    /// When a daily limit ends: when Zoom says, or else at the next 00:00 UTC.
    private static func dayEnd(_ retryAfter: RetryAfter?, at now: ClockReading) -> Date {
        retryAfter.flatMap { $0.date(after: now) } ?? UTCDay(now.date).end
    }

    private mutating func putOffMeeting(
        of batch: Batch,
        _ attempt: Attempt,
        until end: Date,
        reason: String,
        at now: ClockReading
    ) {
        settle(batch, .deferred(until: end, reason: reason), attempt, at: now)
        close(batch.target.whole, .deferred(until: end, reason: reason), at: now)
    }

    /// Sends a batch again after a back-off, or after as long as Zoom asks.
    private mutating func tryAgain(
        _ batch: Batch,
        _ attempt: Attempt,
        since: Duration,
        _ asked: Duration,
        _ reason: String,
        at now: ClockReading
    ) {
        guard asked <= options.patience else {
            let due = now.date.addingTimeInterval(asked.inSeconds)
            settle(batch, .deferred(until: due, reason: reason), attempt, at: now)
            return
        }
        let failures = batch.failures + 1
        batches[batch.id]?.failures = failures
        batches[batch.id]?.failingSince = since
        settle(batch, .pending(reason: reason), attempt, at: now)
        guard let wait = throttle.wait(afterFailures: Int(failures), over: now.elapsed - since, options.retry) else {
            gaveUp = reason
            move(batch.id, to: .leftForNextRun, at: now)
            releaseHalf(after: batch.id, applied: false, at: now)
            return
        }
        scheduler.change(batch.lane, at: now.elapsed) { lane in
            lane.heldUntil = max(lane.heldUntil, now.elapsed + max(wait, asked))
        }
    }

    // MARK: Results

    /// Queues a result for writing. The meeting's next batch need not wait for a finished one, and may leave at once.
    private mutating func settle(
        _ batch: Batch,
        _ result: BatchResult,
        _ attempt: Attempt? = nil,
        at now: ClockReading
    ) {
        outbox.append(.settle(batch.id, result, after: attempt))
        var place: Place? = .settling(result, closedAs: nil)
        switch result {
        case .applied: (counts.applied, place) = (counts.applied + batch.rows, nil)
        case .failed: (counts.failed, place) = (counts.failed + batch.rows, nil)
        default: break
        }
        move(batch.id, to: place, at: now)
        switch result {
        case .pending, .pick: break
        // A batch set aside says nothing about the other half.
        default: releaseHalf(after: batch.id, applied: result == .applied, at: now)
        }
    }

    /// Lets the other half of a batch continue.
    private mutating func releaseHalf(after first: BatchID, applied: Bool, at now: ClockReading) {
        guard let (half, next) = bisection.release(after: first, applied: applied) else { return }
        if next == .split { batches[half]?.plan = .halve }
        move(half, to: .queued, at: now)
    }

    /// Handles a result that is on disk: the batch continues, or its children do.
    private mutating func settled(_ id: BatchID, children: [OpenBatch], at now: ClockReading) {
        guard let batch = batches[id], case .settling(let result, let outcome) = batch.place else { return }
        if let outcome {
            conclude(batch, as: outcome, at: now)
            return
        }
        switch result {
        case .applied, .failed: break
        case .pending: move(id, to: .queued, at: now)
        case .deferred(let until, _): move(id, to: .deferred(until: until), at: now)
        case .setAside(_, let until, _) where children.isEmpty: move(id, to: .deferred(until: until), at: now)
        case .split, .pick, .setAside:
            move(id, to: nil, at: now)
            // The child to send first enters the queue last.
            for (number, child) in children.enumerated().reversed() {
                var place = Place.queued
                switch (result, number) {
                // While singles are picked, no half waits for the other's answer.
                case (.split(_, suspect: true, _), 1) where samplings[batch.target]?.isAsking != true:
                    bisection.hold(child.id, size: child.size, until: children[0].id, blames: true)
                    place = .half
                case (.setAside(_, let until, _), 0): place = .deferred(until: until)
                default: break
                }
                add(child, in: batch.lane, as: place, at: now)
            }
            if case .pick = result, let picked = children.first { batches[picked.id]?.plan = .pick(0) }
            for child in children {
                guard let outcome = closedUnseen.removeValue(forKey: child.id) else { continue }
                conclude(Batch(child, in: batch.lane, .queued), as: outcome, at: now)
            }
        }
    }

    // MARK: Deferring

    /// Queues deferred batches that are now due, behind all others of their meetings.
    private mutating func takeUpDue(at now: ClockReading) {
        var entries: [(lane: Int, entry: MeetingQueue.Entry)] = []
        while let first = nextDue(), first.date <= now.date, let batch = batches[first.batch] {
            batches[first.batch]?.place = .queued
            counts.deferred -= batch.rows
            entries.append((batch.lane, MeetingQueue.Entry(batch: first.batch, action: batch.action)))
        }
        if !entries.isEmpty { scheduler.add(entries, at: now.elapsed) }
    }

    private mutating func nextDue() -> Due? {
        while let first = due.first {
            if case .deferred(let until)? = batches[first.batch]?.place, until == first.date { return first }
            due.pop()
        }
        return nil
    }

    private mutating func putOffEverything(until due: Date, reason: String) {
        if puttingOff == nil { puttingOff = (due, reason, 0) }
    }

    /// Continues deferring everything, a few meetings at a time: there may be 200,000.
    private mutating func putOffMore(at now: ClockReading) {
        while underWay + outbox.count < Self.mostEffects, let (until, reason, next) = puttingOff {
            let lane = (next..<scheduler.lanes.count).first {
                !scheduler.lanes[$0].queue.isEmpty || scheduler.lanes[$0].halves > 0
            }
            guard let lane else {
                puttingOff = nil
                return
            }
            puttingOff = (until, reason, lane + 1)
            close(scheduler.lanes[lane].target, .deferred(until: until, reason: reason), at: now)
        }
    }

    // MARK: Closing

    /// Fails or defers everything open for a target.
    ///
    /// - Parameters:
    ///   - target: The target.
    ///   - action: The only action to close; nil for all.
    ///   - outcome: The new state.
    ///   - isDoubtful: Whether to wait until it is clear that the credentials are not at fault.
    ///   - now: Now.
    private mutating func close(
        _ target: Target,
        only action: Action? = nil,
        _ outcome: BulkTransition.Outcome,
        isDoubtful: Bool = false,
        at now: ClockReading
    ) {
        let lane = scheduler.lane(of: target)
        guard closings[lane]?.contains(where: { $0.closing.covers(target, action) }) != true else { return }
        let closing = BulkTransition(target: target, action: action, outcome: outcome)
        closings[lane, default: []].append(PendingClosing(closing: closing, isDoubtful: isDoubtful))
        scheduler.change(lane, at: now.elapsed) { $0.isClosing = true }
        startClosing(lane, at: now)
    }

    /// Fails the targets whose refusals looked like the credentials' fault but were their own.
    private mutating func failDoubted(at now: ClockReading) {
        for lane in doubt.waiting.map({ scheduler.lane(of: $0) }).sorted() {
            for place in (closings[lane] ?? []).indices { closings[lane]?[place].isDoubtful = false }
            startClosing(lane, at: now)
        }
        doubt.settle()
    }

    /// Starts the closings that wait for intents, once none is being written.
    private mutating func startClosing(_ lane: Int, at now: ClockReading) {
        guard let waiting = closings[lane], !scheduler.lanes[lane].queue.contains(where: { $0.intent == .changing })
        else { return }
        for (place, var pending) in waiting.enumerated() where !pending.isStarted && !pending.isDoubtful {
            for entry in scheduler.lanes[lane].queue where entry.intent == .ready {
                guard let batch = batches[entry.batch], pending.closing.covers(batch.target, batch.action) else {
                    continue
                }
                pending.closing.releasing.append(entry.batch)
                move(entry.batch, to: .queued, at: now)
            }
            pending.isStarted = true
            closings[lane]?[place] = pending
            outbox.append(.close(pending.closing))
        }
    }

    /// Handles batches that the journal has closed.
    private mutating func closed(_ closing: BulkTransition, _ ids: [BatchID], at now: ClockReading) {
        let lane = scheduler.lane(of: closing.target)
        closings[lane]?.removeAll { $0.closing == closing }
        if closings[lane]?.isEmpty == true { closings[lane] = nil }
        let mayMakeChildren = scheduler.lanes[lane].returning > 0
        let gone = Set(ids)
        scheduler.change(lane, at: now.elapsed) { [isClosing = closings[lane] != nil] in
            $0.isClosing = isClosing
            // All at once: there may be thousands.
            $0.queue.removeAll { gone.contains($0.batch) }
        }
        for id in ids {
            switch batches[id] {
            case nil: if mayMakeChildren { closedUnseen[id] = closing.outcome }
            case let batch?:
                if case .settling(let result, _) = batch.place {
                    batches[id]?.place = .settling(result, closedAs: closing.outcome)
                } else {
                    conclude(batch, as: closing.outcome, at: now)
                }
            }
        }
    }

    /// Finishes a closed batch, once everything before it has been reported.
    private mutating func conclude(_ batch: Batch, as outcome: BulkTransition.Outcome, at now: ClockReading) {
        switch outcome {
        case .deferred(let until, _): move(batch.id, to: .deferred(until: until), at: now)
        case .failed:
            counts.failed += batch.rows
            move(batch.id, to: nil, at: now)
        }
        releaseHalf(after: batch.id, applied: false, at: now)
    }

    // MARK: Sampling singles of a target that may be refused as a whole

    /// Notes that a batch was applied.
    private mutating func noteApplied(_ batch: Batch, at now: ClockReading) {
        if !scheduler.lanes[batch.lane].isProven {
            scheduler.change(batch.lane, at: now.elapsed) { $0.isProven = true }
        }
        guard applied.insert(batch.aim).inserted, samplings[batch.target] != nil else { return }
        samplings[batch.target]?.applied(batch.action)
        keepCareful(batch.lane, at: now)
    }

    /// Notes that a batch was refused for a reason that may concern a registrant.
    private mutating func noteRefused(
        _ batch: Batch,
        _ flight: Flight,
        _ reply: SendResult,
        _ disposition: Disposition,
        at now: ClockReading
    ) {
        let target = batch.target
        guard !options.asksEveryone, case .answer(let answer) = reply, !applied.contains(batch.aim) else { return }
        var sampling = samplings[target] ?? Sampling(webinarWith: days.halfLeft(of: target, at: now.date))
        let wasAsking = sampling.isAsking
        let refusal = Sampling.Refusal(answer, about: flight.claimed.registrants)
        sampling.refused(refusal, batch.action, isPick: batch.plan.isPick)
        let givenUp = sampling.givenUp
        if !givenUp.isEmpty { sampling.finish() }
        samplings[target] = sampling
        if !wasAsking, sampling.isAsking {
            asking.append(target)
            // Waiting halves are part of the list to pick from.
            for half in bisection.waiting.reversed() where batches[half]?.target == target {
                move(half, to: .queued, at: now)
            }
        }
        for action in givenUp {
            let rest = registrantsLeft(of: Aim(target: target, action: action))
            guard rest > 0 else { continue }
            let reason = Reasons.refusedAlike(sampling.refusedSingles, rest: rest, disposition)
            close(target, only: action, .failed(code: reply.shownCode, reason: reason), at: now)
        }
        keepCareful(batch.lane, at: now)
    }

    /// Picks the next single of each sampled target whose meeting has nothing under way.
    private mutating func pickSingles(at now: ClockReading) {
        guard !asking.isEmpty else { return }
        for target in asking where samplings[target]?.isAsking == true {
            let lane = scheduler.lanes[scheduler.lane(of: target)]
            guard lane.inFlight == 0, lane.returning == 0, !lane.isClosing else { continue }
            // A picked batch is near the end.
            let isPicked = lane.queue.reversed().contains {
                batches[$0.batch].map { $0.plan.isPick && $0.target == target } == true
            }
            guard !isPicked else { continue }
            let left = lane.queue.compactMap { batches[$0.batch] }
                .filter { $0.target == target && !applied.contains($0.aim) }
            let actions = Action.allCases.filter { action in left.contains { $0.action == action } }
            guard let action = samplings[target]?.nextAction(among: actions) else { continue }
            pick(from: left.filter { $0.action == action }, at: now)
        }
        asking.removeAll { samplings[$0]?.isAsking != true }
    }

    /// Picks one registrant of some batches at random, each equally likely, and moves its batch to the front.
    private mutating func pick(from left: [Batch], at now: ClockReading) {
        var place = Int.random(in: 0..<max(1, left.reduce(0) { $0 + $1.size }), using: &sampler)
        for var batch in left {
            guard place >= batch.size else {
                batch.plan = .pick(UInt16(place))
                batches[batch.id] = batch
                scheduler.change(batch.lane, at: now.elapsed) { $0.bringForward(batch.id) }
                if case .ready(let claimed) = batch.place { ready(claimed, batch, at: now) }
                return
            }
            place -= batch.size
        }
    }

    /// How many registrants a target and action have left in this run.
    private func registrantsLeft(of aim: Aim) -> Int {
        batches.values.reduce(0) { sum, batch in
            switch batch.place {
            case .inFlight, .leftForNextRun: sum
            default: sum + (batch.action == aim.action && batch.target == aim.target ? batch.size : 0)
            }
        }
    }

    private mutating func keepCareful(_ lane: Int, at now: ClockReading) {
        // One request at a time needs no extra care.
        guard options.perMeeting > 1 else { return }
        let whole = scheduler.lanes[lane].target
        let isCareful = samplings.contains { $0.key.whole == whole && $0.value.isCareful }
        guard isCareful != scheduler.lanes[lane].isCareful else { return }
        scheduler.change(lane, at: now.elapsed) { $0.isCareful = isCareful }
    }
}

extension Registrant {
    /// Whether a name in one of Zoom's messages means this registrant.
    fileprivate func isNamed(_ name: String) -> Bool {
        id == name || email?.lowercased() == name.lowercased()
    }
}
