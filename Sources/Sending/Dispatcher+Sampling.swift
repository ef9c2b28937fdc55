import Decisions
import Journal
import Randomness
import Zoom

/// Asking singles of a target that may be refused as a whole.
extension Dispatcher {
    /// What was decided about a target: one action.
    struct Aim: Sendable, Hashable {
        let target: Target
        let action: Action

        init(_ parcel: QueuedBatch) {
            target = parcel.target
            action = parcel.action
        }
    }

    /// A batch was applied.
    mutating func noteApplied(_ parcel: QueuedBatch, in number: Int, at now: ClockReading) {
        if !scheduler.lanes[number].isProven { scheduler.change(number, at: now.elapsed) { $0.isProven = true } }
        guard applied.insert(Aim(parcel)).inserted, samplings[parcel.target] != nil else { return }
        samplings[parcel.target]?.applied(parcel.action)
        keepCareful(number, at: now)
    }

    /// A batch was refused for reasons that may be a registrant's.
    mutating func noteRefused(_ flight: Flight, _ reply: SendResult, _ disposition: Disposition, at now: ClockReading) {
        let parcel = flight.parcel
        let target = parcel.target
        guard !options.asksEveryone, case .answer(let answer) = reply, !applied.contains(Aim(parcel)) else { return }
        var sampling = samplings[target] ?? Sampling(webinarWith: days.halfLeft(of: target, at: now.date))
        let wasAsking = sampling.isAsking
        sampling.refused(
            Sampling.Refusal(answer, about: flight.shipment.registrants),
            parcel.action,
            isPick: parcel.pick != nil
        )
        let givenUp = sampling.givenUp
        if !givenUp.isEmpty { sampling.finish() }
        samplings[target] = sampling
        if !wasAsking, sampling.isAsking {
            asking.append(target)
            // Halves that wait are part of the list from which is picked.
            let halves = bisection.remove { $0.target == target }
            scheduler.change(flight.lane, at: now.elapsed) { $0.halves -= halves.count }
            scheduler.putFirst(halves, in: flight.lane, at: now.elapsed)
        }
        for action in givenUp {
            let rest = open(target, action, in: flight.lane)
            guard rest > 0 else { continue }
            let reason = Reasons.refusedAlike(sampling.refusedSingles, rest: rest, disposition)
            close(target, only: action, .failed(code: reply.shownCode, reason: reason), at: now)
        }
        keepCareful(flight.lane, at: now)
    }

    /// Picks the next single of each target that is being sampled, where nothing of its meeting is under way.
    mutating func pickSingles(at now: ClockReading) {
        guard !asking.isEmpty else { return }
        for target in asking where samplings[target]?.isAsking == true {
            let number = scheduler.lane(of: target)
            let lane = scheduler.lanes[number]
            guard lane.inFlight == 0, lane.returning == 0, !lane.isClosing,
                !lane.queue.contains(where: { $0.parcel.pick != nil && $0.parcel.target == target })
            else { continue }
            let left = lane.queue.indices.filter {
                lane.queue[$0].parcel.target == target && !applied.contains(Aim(lane.queue[$0].parcel))
            }
            let actions = Action.allCases.filter { action in left.contains { lane.queue[$0].parcel.action == action } }
            guard let action = samplings[target]?.nextAction(among: actions) else { continue }
            pick(from: left.filter { lane.queue[$0].parcel.action == action }, of: number, at: now)
        }
        asking.removeAll { samplings[$0]?.isAsking != true }
    }

    /// Puts the batch before all others in which chance finds one of the registrants of some batches, each as likely as
    /// any other.
    private mutating func pick(from indices: [Int], of number: Int, at now: ClockReading) {
        let queue = scheduler.lanes[number].queue
        var place = Int.random(in: 0..<max(1, indices.reduce(0) { $0 + queue[$1].parcel.size }), using: &sampler)
        for index in indices {
            guard place >= queue[index].parcel.size else {
                var entry = queue[index]
                entry.parcel.pick = place
                scheduler.change(number, at: now.elapsed) { lane in
                    lane.queue.remove(at: index)
                    lane.queue.append(entry)
                }
                if let shipment = entry.shipment { ready(shipment, in: number, at: now) }
                return
            }
            place -= queue[index].parcel.size
        }
    }

    /// How many registrants a target and action have left in this run.
    private func open(_ target: Target, _ action: Action, in number: Int) -> Int {
        let queued = scheduler.lanes[number].queue.map(\.parcel)
        let others = returns.values.filter { if case .gone = $0.kind { false } else { true } }.map(\.parcel)
        return (queued + others + later.unordered.map(\.parcel)).reduce(0) { sum, parcel in
            sum + (parcel.target == target && parcel.action == action ? parcel.size : 0)
        }
    }

    private mutating func keepCareful(_ number: Int, at now: ClockReading) {
        // With one request at a time there is nothing to be careful about.
        guard options.perMeeting > 1 else { return }
        let whole = scheduler.lanes[number].target
        let isCareful = samplings.contains { $0.key.whole == whole && $0.value.isCareful }
        guard isCareful != scheduler.lanes[number].isCareful else { return }
        scheduler.change(number, at: now.elapsed) { $0.isCareful = isCareful }
    }
}
