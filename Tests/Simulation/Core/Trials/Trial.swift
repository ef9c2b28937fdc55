// swift-format-ignore-file: NeverForceUnwrap
// Because: the numbers are valid.

import Decisions
import FoundationEssentials
import Journal
import Sending
import Zoom
import ZoomModel

/// The dispatcher alone on a virtual clock, for figures: how long a job takes, and how often it is refused.
///
/// The journal never fails and takes as long as a disk; the only refusals are for the rate.
struct Trial {
    /// How long a request takes.
    struct Way {
        var there: ClosedRange<Duration>
        var back: ClosedRange<Duration>
    }

    /// The result.
    struct Result {
        /// From the start to the last answer.
        var duration = Duration.zero
        /// The time of each refusal for the rate.
        var refusals: [Duration] = []
        /// The time from sending to the answer, of all requests, by meeting.
        var latencies: [Int: Duration] = [:]

        /// The most refusals within any second.
        var mostRefusalsInASecond: Int {
            var first = 0
            var most = 0
            for last in refusals.indices {
                while refusals[last] - refusals[first] >= .seconds(1) { first += 1 }
                most = max(most, last - first + 1)
            }
            return most
        }

        /// How many refusals came more than a second after the one before them.
        var crossings: Int {
            zip(refusals, [nil] + refusals).count { refusal, before in before.map { refusal - $0 > .seconds(1) } ?? true
            }
        }
    }

    private enum Happening {
        case told(Event)
        case arrival(ClaimedBatch)
        case answer(ClaimedBatch, isTaken: Bool, sentAt: Duration)
    }

    private var agenda = EventQueue<Happening>()
    private var chance: RandomGenerator
    private var gauge: RateCounter
    private var dispatcher: Dispatcher
    private let targets: [Target]
    private let way: (Int, inout RandomGenerator) -> Way
    private var sentAt: [BatchID: Duration] = [:]
    private var now = Duration.zero
    private var result = Result()
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    /// - Parameters:
    ///   - meetings: How many batches each meeting has.
    ///   - way: How long a request of a meeting takes.
    init(
        _ options: DispatchOptions,
        meetings: [Int],
        gauge: RateCounter,
        seed: UInt64,
        way: @escaping (Int, inout RandomGenerator) -> Way
    ) {
        self.gauge = gauge
        self.way = way
        chance = RandomGenerator(seed: seed)
        var targets: [Target] = []
        var batches: [OpenBatch] = []
        for (number, count) in meetings.enumerated() {
            let target = Target(id: MeetingID(String(1_000_000_000 + number))!)
            for _ in 0..<count {
                targets.append(target)
                batches.append(
                    OpenBatch(
                        id: BatchID(rawValue: Int64(targets.count)),
                        job: JobID(rawValue: 1),
                        target: target,
                        action: .approve,
                        size: 1,
                        rows: 1,
                        dueAt: nil,
                        attempts: 0,
                        suspect: false
                    )
                )
            }
        }
        self.targets = targets
        dispatcher = Dispatcher(
            options,
            account: nil,
            batches: batches,
            spending: [:],
            seed: seed,
            at: ClockReading(elapsed: .zero, date: Self.start)
        )
    }

    private var moment: ClockReading { ClockReading(elapsed: now, date: Self.start.addingTimeInterval(now.seconds)) }

    mutating func run() -> Result {
        while true {
            switch dispatcher.next(at: moment) {
            case .perform(let effect): perform(effect)
            case .send(let shipment): send(shipment)
            case .finish: return result
            case .wait(let until):
                // A timer is late by up to a tenth of a millisecond.
                let late = chance.duration(.zero ... .microseconds(100))
                if let until, agenda.next.map({ until + late < $0 }) ?? true {
                    now = max(now, until + late)
                } else if let next = agenda.pop() {
                    now = max(now, next.at)
                    happen(next.happening)
                }
            }
        }
    }

    private mutating func perform(_ effect: Effect) {
        let event: Event
        switch effect {
        case .begin(let batches): event = .begun(batches.map(shipment))
        case .release(let batches): event = .released(batches)
        case .settle(let batch, _, _): event = .settled(batch, children: [])
        case .close(let closing): event = .closed(closing, [])
        }
        agenda.add(.told(event), at: now + chance.duration(.milliseconds(1) ... .milliseconds(5)))
    }

    private func shipment(_ batch: BatchID) -> ClaimedBatch {
        ClaimedBatch(
            batch: batch,
            target: targets[Int(batch.rawValue) - 1],
            action: .approve,
            registrants: [Registrant(id: batch.description, email: nil)!],
            changesToday: [0]
        )
    }

    private func number(of target: Target) -> Int { Int(target.id.description).map { $0 - 1_000_000_000 } ?? 0 }

    private mutating func send(_ shipment: ClaimedBatch) {
        sentAt[shipment.batch] = now
        let there = chance.duration(way(number(of: shipment.target), &chance).there)
        agenda.add(.arrival(shipment), at: now + there)
    }

    private mutating func happen(_ happening: Happening) {
        switch happening {
        case .told(let event): dispatcher.handle(event, at: moment)
        case .arrival(let shipment):
            let isTaken = gauge.admits(at: now.seconds)
            if !isTaken { result.refusals.append(now) }
            let back = chance.duration(way(number(of: shipment.target), &chance).back)
            let sentAt = sentAt[shipment.batch] ?? now
            agenda.add(.answer(shipment, isTaken: isTaken, sentAt: sentAt), at: now + back)
        case .answer(let shipment, let isTaken, let sentAt):
            result.duration = now
            result.latencies[number(of: shipment.target), default: .zero] += now - sentAt
            let answer = isTaken ? Answer(status: 204) : Answer.tooFast
            let disposition = Disposition(
                subject: isTaken ? .registrant : .requestRate,
                nextStep: isTaken ? .applied : .slowDown(nil),
                explanation: "simulated"
            )
            dispatcher.handle(.answered(shipment.batch, .answer(answer), disposition), at: moment)
        }
    }
}
