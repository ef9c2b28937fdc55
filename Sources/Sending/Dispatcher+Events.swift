import Decisions
import FoundationEssentials
import Journal
import Zoom

extension Dispatcher {
    /// Takes in something that happened. Afterwards the next step must be asked for.
    package mutating func handle(_ event: Event, at now: ClockReading) {
        switch event {
        case .begun(let shipments):
            underWay -= 1
            begun(shipments, at: now)
        case .released(let batches):
            underWay -= 1
            released(batches, at: now)
        case .settled(let batch, let children):
            underWay -= 1
            settled(batch, children: children, at: now)
        case .closed(let closing, let batches):
            underWay -= 1
            finishClosing(closing, batches, at: now)
        case .answered(let batch, let reply, let disposition):
            guard let flight = flights.removeValue(forKey: batch) else { return }
            scheduler.noteLatency(now.elapsed - flight.sentAt.elapsed, in: flight.lane)
            answered(flight, reply, disposition, at: now)
        case .stop:
            stop(.interrupted, at: now)
        }
    }

    /// Sends nothing more; what is under way is waited for.
    mutating func stop(_ ending: Ending, at now: ClockReading) {
        guard phase.isRunning else { return }
        phase = .stopping(ending, until: now.elapsed + options.grace)
        var unsent: [BatchID] = []
        // Also those that others were put before since their intents were written.
        for number in scheduler.lanes.indices
        where scheduler.lanes[number].queue.contains(where: { $0.shipment != nil }) {
            scheduler.change(number, at: now.elapsed) { lane in
                for index in lane.queue.indices {
                    guard let shipment = lane.queue[index].shipment else { continue }
                    unsent.append(shipment.batch)
                    lane.queue[index].state = .waiting
                }
            }
        }
        if !unsent.isEmpty { outbox.append(.release(unsent)) }
    }

    // MARK: Intents

    private mutating func begun(_ shipments: [ClaimedBatch], at now: ClockReading) {
        var unsent: [BatchID] = []
        for shipment in shipments {
            let number = scheduler.lane(of: shipment.target)
            guard phase.isRunning else {
                unsent.append(shipment.batch)
                scheduler.change(number, at: now.elapsed) { lane in
                    if let index = lane.index(of: shipment.batch) { lane.queue[index].state = .waiting }
                }
                continue
            }
            if closings[number]?.contains(where: { $0.closing.covers(shipment.target, shipment.action) }) == true {
                // The closing takes the intent back itself: two effects might overtake each other.
                scheduler.change(number, at: now.elapsed) { lane in
                    if let index = lane.index(of: shipment.batch) { lane.queue[index].state = .ready(shipment) }
                }
                continue
            }
            if stale.remove(shipment.batch) != nil {
                takenBack[shipment.batch] = number
                outbox.append(.release([shipment.batch]))
                continue
            }
            ready(shipment, in: number, at: now)
        }
        if !unsent.isEmpty { outbox.append(.release(unsent)) }
        for shipment in shipments { startClosing(scheduler.lane(of: shipment.target), at: now) }
    }

    /// An intent is on disk: either the batch may leave, or it turns out that it must not as it is.
    mutating func ready(_ shipment: ClaimedBatch, in number: Int, at now: ClockReading) {
        guard let index = scheduler.lanes[number].index(of: shipment.batch) else { return }
        let parcel = scheduler.lanes[number].queue[index].parcel
        let size = shipment.registrants.count
        if let place = parcel.pick, place < size, size > 1 {
            putBack(index, of: number, as: .picked, at: now)
            settle(shipment.batch, nil, .pick(place, reason: Reasons.picked))
            return
        }
        if parcel.isKnownBad, size > 1 {
            putBack(index, of: number, as: .halves(blames: true), at: now)
            let first = Bisection.first(of: size)
            settle(shipment.batch, nil, .split(first: first, suspect: true, reason: Reasons.otherHalf))
            return
        }
        if size > largest {
            putBack(index, of: number, as: .halves(blames: false), at: now)
            let first = Bisection.first(of: size)
            settle(shipment.batch, nil, .split(first: first, suspect: false, reason: Reasons.tooMany))
            return
        }
        let spent = days.spent(changes(of: shipment, in: number))
        if !spent.isEmpty {
            let end = UTCDay(now.date).end
            putBack(index, of: number, as: .setAside(until: end), at: now)
            settle(shipment.batch, nil, .setAside(spent, until: end, reason: Reasons.registrantSpent))
            return
        }
        scheduler.change(number, at: now.elapsed) { lane in lane.queue[index].state = .ready(shipment) }
    }

    /// Takes a batch that is not sent out of its lane until the journal has its new state.
    private mutating func putBack(_ index: Int, of number: Int, as kind: Return.Kind, at now: ClockReading) {
        scheduler.change(number, at: now.elapsed) { lane in
            let parcel = lane.queue.remove(at: index).parcel
            lane.returning += 1
            returns[parcel.id] = Return(lane: number, parcel: parcel, kind: kind)
        }
    }

    /// What the journal counted for each registrant, and what it can't know yet because it is under way.
    private func changes(of shipment: ClaimedBatch, in number: Int) -> [Int] {
        let inFlight = scheduler.lanes[number].inFlight
        // Mostly nobody's changes are spent even if all that is under way is about them.
        guard inFlight > 0, !days.spent(shipment.changesToday.map { $0 + inFlight }).isEmpty else {
            return shipment.changesToday
        }
        var changes = shipment.changesToday
        let emails = shipment.registrants.map { $0.email?.lowercased() }
        for flight in flights.values where flight.lane == number {
            // Sets rather than each with each: there may be many requests of one meeting under way.
            let there = flight.shipment.registrants
            let ids = Set(there.compactMap(\.id))
            let allEmails = Set(there.compactMap { $0.email?.lowercased() })
            let lone = Set(there.filter { $0.id == nil }.compactMap { $0.email?.lowercased() })
            for (index, registrant) in shipment.registrants.enumerated() {
                // Ids tell people apart who share an address.
                let isThere =
                    registrant.id.map { ids.contains($0) || emails[index].map(lone.contains) == true }
                    ?? (emails[index].map(allEmails.contains) == true)
                if isThere { changes[index] += 1 }
            }
        }
        return changes
    }

    /// Another day began, or the clock was set: what was counted when intents were written is not what counts now. They
    /// are taken back and written anew, so that after a crash the day of an intent is the day on which its request left.
    mutating func takeBackIntents(at now: ClockReading) {
        var unsent: [BatchID] = []
        for number in scheduler.lanes.indices where scheduler.lanes[number].queue.contains(where: { !$0.isWaiting }) {
            scheduler.change(number, at: now.elapsed) { lane in
                for index in lane.queue.indices where !lane.queue[index].isWaiting {
                    let batch = lane.queue[index].parcel.id
                    if lane.queue[index].shipment != nil {
                        unsent.append(batch)
                        lane.queue[index].state = .beginning
                        takenBack[batch] = number
                    } else if takenBack[batch] == nil {
                        stale.insert(batch)
                    }
                }
            }
        }
        if !unsent.isEmpty { outbox.append(.release(unsent)) }
    }

    private mutating func released(_ batches: [BatchID], at now: ClockReading) {
        for batch in batches {
            guard let number = takenBack.removeValue(forKey: batch) else { continue }
            scheduler.change(number, at: now.elapsed) { lane in
                if let index = lane.index(of: batch) { lane.queue[index].state = .waiting }
            }
            startClosing(number, at: now)
        }
    }

    // MARK: Results

    mutating func settle(_ batch: BatchID, _ attempt: Attempt?, _ verdict: Settlement.Verdict) {
        outbox.append(.settle(Settlement(batch: batch, attempt: attempt, verdict: verdict)))
    }

    private mutating func settled(_ batch: BatchID, children: [OpenBatch], at now: ClockReading) {
        guard let back = returns.removeValue(forKey: batch) else { return }
        let parcels = children.map(QueuedBatch.init).filter { !wasClosed($0) }
        switch back.kind {
        case .gone: break
        case .deferred(let until):
            if !wasClosed(back.parcel) { putOff(back.parcel, until: until) }
        case .again:
            if !wasClosed(back.parcel) { scheduler.putFirst([back.parcel], in: back.lane, at: now.elapsed) }
        case .halves(let blames):
            // While singles are picked, nobody waits for another half's answer.
            if blames, parcels.count == 2, samplings[back.parcel.target]?.isAsking != true {
                bisection.hold(parcels[1], until: parcels[0], blames: true)
                scheduler.change(back.lane, at: now.elapsed) { $0.halves += 1 }
                scheduler.putFirst([parcels[0]], in: back.lane, at: now.elapsed)
            } else {
                scheduler.putFirst(parcels, in: back.lane, at: now.elapsed)
            }
        case .picked:
            for var parcel in parcels.reversed() {
                if parcel.id == children.first?.id { parcel.pick = 0 }
                scheduler.putFirst([parcel], in: back.lane, at: now.elapsed)
            }
        case .setAside(let until):
            if children.isEmpty, !wasClosed(back.parcel) { putOff(back.parcel, until: until) }
            for parcel in parcels {
                if parcel.id == children.first?.id {
                    putOff(parcel, until: until)
                } else {
                    scheduler.putFirst([parcel], in: back.lane, at: now.elapsed)
                }
            }
            // Whoever was put off may be the one at fault, so nothing is known about the other half.
            releaseHalf(after: batch, applied: false, in: back.lane, at: now)
        }
        switch back.kind {
        case .gone: scheduler.change(back.lane, at: now.elapsed) { _ in }
        default: scheduler.change(back.lane, at: now.elapsed) { $0.returning -= 1 }
        }
    }

    /// The other half of a batch may go on.
    mutating func releaseHalf(after first: BatchID, applied: Bool, in number: Int, at now: ClockReading) {
        guard let released = bisection.release(after: first, applied: applied) else { return }
        var half = released.batch
        half.isKnownBad = released.next == .split
        scheduler.change(number, at: now.elapsed) { $0.halves -= 1 }
        scheduler.putFirst([half], in: number, at: now.elapsed)
    }

    // MARK: Putting off

    mutating func putOff(_ parcel: QueuedBatch, until due: Date) {
        counts.deferred += parcel.rows
        later.push(Later(due: due, parcel: parcel))
    }

    /// Takes up what was put off until now.
    mutating func takeUpDue(at now: ClockReading) {
        var due: [QueuedBatch] = []
        while let first = later.first, first.due <= now.date {
            later.pop()
            guard closed.remove(first.parcel.id) == nil else { continue }
            counts.deferred -= first.parcel.rows
            due.append(first.parcel)
        }
        if !due.isEmpty { scheduler.add(due, at: now.elapsed) }
    }

    // MARK: Closing

    mutating func putOffEverything(until due: Date, reason: String, at now: ClockReading) {
        guard puttingOff == nil else { return }
        let lanes = scheduler.lanes.indices.filter {
            !scheduler.lanes[$0].queue.isEmpty || scheduler.lanes[$0].halves > 0
        }
        puttingOff = (due, reason, lanes[...])
    }

    /// Goes on with putting everything off: a few meetings at a time, for there may be 200,000.
    mutating func putOffMore(at now: ClockReading) {
        while underWay + outbox.count < Self.mostEffects, let everything = puttingOff {
            guard let lane = puttingOff?.lanes.popFirst() else {
                puttingOff = nil
                return
            }
            close(
                scheduler.lanes[lane].target,
                .deferred(until: everything.until, reason: everything.reason),
                at: now
            )
        }
    }

    /// Fails or puts off all that is open for a target.
    ///
    /// - Parameters:
    ///   - target: The target.
    ///   - action: The only action that is meant; nil for all.
    ///   - outcome: What becomes of it.
    ///   - isDoubtful: Whether it waits until it is clear that the credentials are not at fault.
    ///   - now: Now.
    mutating func close(
        _ target: Target,
        only action: Action? = nil,
        _ outcome: BulkTransition.Outcome,
        isDoubtful: Bool = false,
        at now: ClockReading
    ) {
        let number = scheduler.lane(of: target)
        guard closings[number]?.contains(where: { $0.closing.covers(target, action) }) != true else { return }
        closings[number, default: []].append(
            PendingClosing(
                closing: BulkTransition(target: target, action: action, outcome: outcome),
                isDoubtful: isDoubtful
            )
        )
        scheduler.change(number, at: now.elapsed) { $0.isClosing = true }
        startClosing(number, at: now)
    }

    /// The targets that were refused as if for the credentials are at fault themselves.
    mutating func failDoubted(at now: ClockReading) {
        for number in doubt.waiting.map({ scheduler.lane(of: $0) }).sorted() {
            for place in (closings[number] ?? []).indices { closings[number]?[place].isDoubtful = false }
            startClosing(number, at: now)
        }
        doubt.settle()
    }

    /// Begins what waits for intents, when none is being written any more.
    private mutating func startClosing(_ number: Int, at now: ClockReading) {
        guard closings[number]?.isEmpty == false else { return }
        guard !scheduler.lanes[number].queue.contains(where: \.isBeginning) else { return }
        for place in (closings[number] ?? []).indices {
            guard var pending = closings[number]?[place], !pending.isStarted, !pending.isDoubtful else {
                continue
            }
            scheduler.change(number, at: now.elapsed) { lane in
                for index in lane.queue.indices
                where pending.closing.covers(lane.queue[index].parcel.target, lane.queue[index].parcel.action) {
                    guard let shipment = lane.queue[index].shipment else { continue }
                    pending.closing.releasing.append(shipment.batch)
                    lane.queue[index].state = .waiting
                }
            }
            pending.isStarted = true
            closings[number]?[place] = pending
            outbox.append(.close(pending.closing))
        }
    }

    private mutating func finishClosing(_ closing: BulkTransition, _ batches: [BatchID], at now: ClockReading) {
        let number = scheduler.lane(of: closing.target)
        closings[number]?.removeAll { $0.closing == closing }
        let ids = Set(batches)
        var gone: [QueuedBatch] = []
        let halves = bisection.remove { ids.contains($0.id) }
        scheduler.change(number, at: now.elapsed) { lane in
            gone = lane.queue.filter { ids.contains($0.parcel.id) }.map(\.parcel)
            lane.queue.removeAll { ids.contains($0.parcel.id) }
            lane.halves -= halves.count
            lane.isClosing = closings[number]?.isEmpty == false
        }
        gone += halves
        // What this run had given up is closed in the journal with the rest.
        gone += batches.compactMap { abandoned.removeValue(forKey: $0) }
        noteEarly(ids.subtracting(gone.map(\.id)), closing.outcome)
        switch closing.outcome {
        case .deferred(let until, _):
            for parcel in gone { putOff(parcel, until: until) }
        case .failed:
            counts.failed += gone.reduce(0) { $0 + $1.rows }
            // What was put off before is failed with the rest.
            for waiting in later.unordered
            where ids.contains(waiting.parcel.id) && closed.insert(waiting.parcel.id).inserted {
                counts.failed += waiting.parcel.rows
                counts.deferred -= waiting.parcel.rows
            }
        }
    }

    /// The journal closed batches of which this value has yet to hear: their own results were written just before.
    private mutating func noteEarly(_ batches: Set<BatchID>, _ outcome: BulkTransition.Outcome) {
        guard !batches.isEmpty, !returns.isEmpty else { return }
        let known = Set(later.unordered.map(\.parcel.id))
        for batch in batches where !known.contains(batch) { closedEarly[batch] = outcome }
    }

    /// Whether a batch was closed before its last result was told; if so it is over for this run.
    private mutating func wasClosed(_ parcel: QueuedBatch) -> Bool {
        switch closedEarly.removeValue(forKey: parcel.id) {
        case nil: return false
        case .failed: counts.failed += parcel.rows
        case .deferred(let until, _): putOff(parcel, until: until)
        }
        return true
    }
}
