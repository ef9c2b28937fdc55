import Decisions
import Foundation
import Journal
import Testing
import Zoom

@testable import Sending

/// Drives a dispatcher step by step: what it wants written is written at once, in memory, and answers are given by hand.
struct DispatchHarness {
    private(set) var dispatcher: Dispatcher
    private(set) var elapsed = Duration.zero
    var date = Some.date
    /// Everything that was to be written, in order.
    private(set) var effects: [Effect] = []
    /// What left, in order.
    private(set) var sent: [ClaimedBatch] = []
    /// By batch: whom it holds, and how often their status was changed today.
    private var batches: [BatchID: Held] = [:]
    private var lastID: Int64 = 0

    private struct Held {
        let open: OpenBatch
        let registrants: [Registrant]
        var changes: [Int]
        var isOpen = true

        /// The same on the next day.
        var rested: Held {
            var held = self
            held.changes = changes.map { _ in 0 }
            return held
        }
    }

    /// At the pace of the plan pro.
    init(_ batches: [OpenBatch], changesToday: [Int] = []) {
        self.init(DispatchOptions(.pro), batches, changesToday: changesToday)
    }

    init(
        _ options: DispatchOptions,
        _ batches: [OpenBatch],
        changesToday: [Int] = [],
        spending: DayUsage = DayUsage(),
        seed: UInt64 = 1,
        listed: RefusalTally = RefusalTally()
    ) {
        dispatcher = Dispatcher(
            options,
            account: nil,
            batches: batches,
            spending: [UTCDay(Some.date): spending],
            seed: seed,
            at: ClockReading(elapsed: .zero, date: Some.date),
            listed: listed
        )
        for batch in batches {
            hold(batch, (0..<batch.size).map { Some.registrant(Int(batch.id.rawValue) * 100 + $0) }, changesToday)
        }
    }

    private mutating func hold(_ batch: OpenBatch, _ registrants: [Registrant], _ changes: [Int]) {
        let known = registrants.indices.map { $0 < changes.count ? changes[$0] : 0 }
        batches[batch.id] = Held(open: batch, registrants: registrants, changes: known)
        lastID = max(lastID, batch.id.rawValue)
    }

    var moment: ClockReading { ClockReading(elapsed: elapsed, date: date) }
    var progress: DispatchProgress { dispatcher.progress(at: moment) }

    /// The next step that is not a change of the journal.
    mutating func next() -> Step {
        while true {
            switch dispatcher.next(at: moment) {
            case .perform(let effect):
                effects.append(effect)
                dispatcher.handle(perform(effect), at: moment)
            case .send(let shipment):
                sent.append(shipment)
                return .send(shipment)
            case let step: return step
            }
        }
    }

    /// The next batch that leaves, after all waits; nil if the run ends or waits for an answer.
    mutating func nextSent() -> ClaimedBatch? {
        while true {
            switch next() {
            case .send(let shipment): return shipment
            case .wait(let until?): pass(until - elapsed)
            default: return nil
            }
        }
    }

    /// The next batch that leaves; there must be one.
    mutating func mustSend() throws -> ClaimedBatch {
        let shipment = nextSent()
        return try #require(shipment)
    }

    /// Lets all waits pass; the run must end.
    mutating func mustEnd() throws -> Ending {
        let ending = ending()
        return try #require(ending)
    }

    /// Lets all waits pass to the end; nil if an answer is waited for.
    mutating func ending() -> Ending? {
        while true {
            switch next() {
            case .finish(let ending): return ending
            case .wait(let until?): pass(until - elapsed)
            default: return nil
            }
        }
    }

    mutating func pass(_ duration: Duration) {
        elapsed += duration
        date += duration.inSeconds
    }

    mutating func stop() { dispatcher.handle(.stop, at: moment) }

    mutating func answer(
        _ shipment: ClaimedBatch,
        _ nextStep: Disposition.NextStep,
        _ reply: SendResult = .answer(Answer(status: 400))
    ) {
        pass(.milliseconds(50))
        let disposition = Disposition(subject: .registrant, nextStep: nextStep, explanation: "for some reason")
        dispatcher.handle(.answered(shipment.batch, reply, disposition), at: moment)
    }

    /// What was noted about batches, in order.
    var verdicts: [BatchResult] {
        effects.compactMap { if case .settle(_, let result, _) = $0 { result } else { nil } }
    }

    var released: [BatchID] {
        effects.flatMap { effect -> [BatchID] in
            switch effect {
            case .release(let batches): batches
            case .close(let closing): closing.releasing
            default: []
            }
        }
    }

    /// A run on the next day, when nobody has had a change yet.
    mutating func nextDay(_ options: DispatchOptions) {
        date = UTCDay(date).end
        elapsed = .zero
        batches = batches.mapValues { $0.rested }
        dispatcher = Dispatcher(
            options,
            account: nil,
            batches: batches.values.filter(\.isOpen).map(\.open).sorted { $0.id < $1.id },
            spending: [:],
            seed: 2,
            at: moment
        )
    }

    // MARK: The journal

    private mutating func perform(_ effect: Effect) -> Event {
        switch effect {
        case .begin(let ids):
            return .begun(ids.compactMap { id in batches[id].map(shipment) })
        case .release(let batches): return .released(batches)
        case .settle(let batch, let result, let attempt):
            return .settled(batch, children: settle(batch, result, attempt))
        case .close(let closing):
            let ids = batches.values.filter { $0.isOpen && closing.covers($0.open.target, $0.open.action) }.map(
                \.open.id
            )
            .sorted()
            return .closed(closing, ids)
        }
    }

    private func shipment(_ held: Held) -> ClaimedBatch {
        ClaimedBatch(
            batch: held.open.id,
            target: held.open.target,
            action: held.open.action,
            registrants: held.registrants,
            changesToday: held.changes
        )
    }

    private mutating func settle(_ batch: BatchID, _ result: BatchResult, _ attempt: Attempt?) -> [OpenBatch] {
        guard var held = batches[batch] else { return [] }
        if attempt?.mayHaveChanged == true { held.changes = held.changes.map { $0 + 1 } }
        held.isOpen = false
        batches[batch] = held
        let all = Array(held.registrants.indices)
        switch result {
        case .split(let first, let suspect, _):
            return [Array(all.prefix(first)), Array(all.dropFirst(first))].map { child(held, $0, nil, suspect) }
        case .pick(let place, _):
            return [[place], all.filter { $0 != place }].map { child(held, $0, nil, false) }
        case .setAside(let aside, let until, _):
            guard aside.count < all.count else {
                batches[batch]?.isOpen = true
                return []
            }
            return [child(held, aside, until, false), child(held, all.filter { !aside.contains($0) }, nil, false)]
        case .pending, .deferred:
            batches[batch]?.isOpen = true
            return []
        default: return []
        }
    }

    private mutating func child(_ held: Held, _ members: [Int], _ due: Date?, _ suspect: Bool) -> OpenBatch {
        let batch = Some.batch(
            lastID + 1,
            of: held.open.target,
            size: members.count,
            action: held.open.action,
            dueAt: due,
            suspect: suspect
        )
        hold(batch, members.map { held.registrants[$0] }, members.map { held.changes[$0] })
        return batch
    }
}
