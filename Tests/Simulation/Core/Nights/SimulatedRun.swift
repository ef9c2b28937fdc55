import Decisions
import FoundationEssentials
import Journal
import Sending
import Zoom

/// One run of Usher: the real dispatcher on the real journal, with everything around them simulated.
///
/// An agenda replaces the driver's tasks: effects and answers take random time, so they overtake each other as in a
/// real run, but reproducibly.
final class SimulatedRun {
    enum End: Sendable {
        case ended(Ending)
        case killed
    }

    private enum Happening {
        /// The journal writes.
        case commit(Effect)
        /// The dispatcher receives an event.
        case told(Event)
        /// A request reaches Zoom.
        case arrival(StatusUpdate, BatchID, Delivery)
        /// The result of a request, an answer or none, reaches the computer.
        case answer(StatusUpdate, BatchID, SendResult)
        case stop
        case clockStep(TimeInterval)
        case kill
    }

    private let world: World
    private let weather: FaultProfile
    private let journal: Journal
    private let reader: JournalReader
    private var crash: CrashPlan?
    private var agenda = EventQueue<Happening>()
    private let began: Duration
    private var outage: Range<Duration>?
    private var failureLimit: FailureLimit?
    /// A run with more steps than this is in an endless loop.
    private static let mostSteps = 300_000

    init(_ world: World, weather: FaultProfile, journal: Journal, reader: JournalReader, crash: CrashPlan?) {
        self.world = world
        self.weather = weather
        self.journal = journal
        self.reader = reader
        self.crash = crash
        began = world.now
    }

    private var moment: ClockReading { ClockReading(elapsed: world.now - began, date: world.date) }

    /// Other events: the run is stopped, by somebody or because too much is refused; the clock is set.
    func trouble(failureLimit: FailureLimit?) {
        self.failureLimit = failureLimit
        let start = world.now
        if world.chance.happens(0.15) {
            agenda.add(.stop, at: start + world.chance.duration(.zero ... .seconds(20)))
        }
        if world.chance.happens(0.4) {
            for _ in 0..<world.chance.int(1...4) {
                let step = world.chance.pick([-90_000, -3_600, -300, -30, 0.3, 30, 300, 3_600, 90_000])
                agenda.add(.clockStep(step), at: start + world.chance.duration(.zero ... .seconds(30)))
            }
        }
        if weather.outage > .zero {
            let from = start + world.chance.duration(.zero ... .seconds(5))
            outage = from..<from + weather.outage
        }
    }

    func run() async throws -> End {
        let jobs = try await journal.openJobs()
        let batches = try await journal.openBatches(of: jobs)
        var options = world.scenario.options
        options.failureLimit = failureLimit
        var dispatcher = Dispatcher(
            options,
            account: nil,
            batches: batches,
            spending: try await journal.spending(around: UTCDay(world.date)),
            seed: world.chance.seed(),
            at: moment
        )
        let before = try counts()
        let latest = world.now + .seconds(7_200 + 400 * before.rows)
        for _ in 0..<Self.mostSteps {
            try world.demand(world.now <= latest, "a run did not end in \(latest - began)")
            switch dispatcher.next(at: moment) {
            case .perform(let effect):
                agenda.add(.commit(effect), at: world.now + diskTime())
            case .send(let shipment):
                try world.demand(!isAtLimit(dispatcher), "a request left after too much had been refused")
                if crash?.strikes(.beforeSending) == true { return try await die() }
                try send(shipment)
                if crash?.strikes(.afterSending) == true {
                    agenda.add(.kill, at: world.now + world.chance.duration(.zero...weather.base * 4))
                }
            case .finish(let ending):
                world.say { "ends: \(ending)" }
                try await finish(jobs)
                try compare(dispatcher.progress(at: moment), before: before)
                let open = try counts().open
                try world.demand(ending != .done || open == 0, "a run said it was done, and left something")
                switch ending {
                case .workRemains: try world.demand(open > 0, "a run said that work remains, and left nothing")
                case .tooManyRefused:
                    try world.demand(open > 0, "a run stopped because too much was refused, and left nothing")
                    try world.demand(failureLimit != nil, "a run stopped at a limit that nobody set")
                default: break
                }
                return .ended(ending)
            case .wait(let until):
                guard try wait(until: until.map { began + $0 }) else { continue }
                guard let next = agenda.pop() else { throw StateChecker.Broken(rule: "a run waits for nothing") }
                world.now = max(world.now, next.at)
                if case .dead = try await happen(next.happening, jobs, &dispatcher) { return try await die() }
            }
        }
        throw StateChecker.Broken(rule: "a run goes round in circles")
    }

    private func isAtLimit(_ dispatcher: Dispatcher) -> Bool {
        let progress = dispatcher.progress(at: moment)
        let answered = progress.applied + progress.failed
        return failureLimit?.isReached(by: RefusalTally(answered: answered, refused: progress.failed)) ?? false
    }

    /// Lets time pass. Returns whether something else happens first.
    private func wait(until wanted: Duration?) throws -> Bool {
        guard let wanted else { return true }
        try world.demand(wanted > world.now, "a run waits until a moment that has passed")
        // A computer wakes up a little late.
        let late = world.chance.duration(.zero...(world.chance.happens(0.05) ? .milliseconds(40) : .microseconds(300)))
        if let next = agenda.next, next <= wanted + late { return true }
        world.now = wanted + late
        return false
    }

    private func diskTime() -> Duration {
        world.chance.happens(0.03)
            ? world.chance.duration(.milliseconds(20) ... .seconds(2))
            : world.chance.duration(.microseconds(200) ... .milliseconds(6))
    }

    // MARK: Events

    private enum Pulse { case alive, dead }

    private func happen(_ happening: Happening, _ jobs: [JobID], _ dispatcher: inout Dispatcher) async throws -> Pulse {
        switch happening {
        case .commit(let effect):
            if case .settle(_, _, after: _?) = effect, crash?.strikes(.beforeCommit) == true { return .dead }
            let event = try await commit(effect, jobs)
            if crash?.strikes(.afterCommit) == true { return .dead }
            agenda.add(.told(event), at: world.now + world.chance.duration(.microseconds(10) ... .milliseconds(2)))
        case .told(let event):
            dispatcher.handle(event, at: moment)
        case .arrival(let update, let batch, let fate):
            try arrive(update, batch, fate)
        case .answer(let update, let batch, let reply):
            world.ledger.land(batch, isIdle: reply.isIdle)
            let disposition = AnswerTable.disposition(for: reply, to: update)
            if case .answer(let answer) = reply, [.split, .failRegistrant].contains(disposition.nextStep) {
                try world.ledger.refuse(update, answer)
            }
            if case .deferUntil(.registrant, _) = disposition.nextStep { world.ledger.setAside(update) }
            world.say { "batch \(batch) of \(update.registrants.count): \(reply.short), \(disposition.nextStep)" }
            dispatcher.handle(.answered(batch, reply, disposition), at: moment)
        case .stop:
            world.say { "somebody stops the run" }
            dispatcher.handle(.stop, at: moment)
        case .clockStep(let seconds):
            world.clockOffset += seconds
            world.ledger.setClock(by: seconds)
            world.say { "the clock is set by \(seconds) s to \(self.world.date)" }
        case .kill:
            return .dead
        }
        return .alive
    }

    private func commit(_ effect: Effect, _ jobs: [JobID]) async throws -> Event {
        world.say { "on disk: \(effect.short)" }
        let event = try await effect.perform(on: journal, of: jobs, at: world.date)
        try world.ledger.commit(effect, event, zoom: world.zoom)
        switch effect {
        // Neither changes any row's outcome.
        case .begin, .release: break
        case .settle, .close: try world.check(reader, isThorough: false)
        }
        return event
    }

    private func send(_ shipment: ClaimedBatch) throws {
        try world.ledger.depart(shipment, at: world.now, date: world.date)
        world.say { "batch \(shipment.batch) of \(shipment.registrants.count) leaves for \(shipment.target.id)" }
        let update = StatusUpdate(target: shipment.target, action: shipment.action, registrants: shipment.registrants)
        let fate = Delivery.drawn(weather, isOut: outage?.contains(world.now) == true, &world.chance)
        let there = weather.base / 2 + world.chance.duration(.zero...weather.jitterThere)
        switch fate {
        case .lostBefore(let cause):
            let wait = cause == .timeout ? FaultProfile.patience : there
            agenda.add(.answer(update, shipment.batch, .lost(cause)), at: world.now + wait)
        case .timeout(let arriving):
            agenda.add(.answer(update, shipment.batch, .lost(.timeout)), at: world.now + FaultProfile.patience)
            if let arriving { agenda.add(.arrival(update, shipment.batch, fate), at: world.now + arriving) }
        default:
            agenda.add(.arrival(update, shipment.batch, fate), at: world.now + there)
        }
    }

    private func arrive(_ update: StatusUpdate, _ batch: BatchID, _ fate: Delivery) throws {
        let back =
            weather.base / 2 + world.chance.duration(.zero...weather.jitterBack)
            + world.chance.duration(.zero...weather.slowness)
        let reply: SendResult
        switch fate {
        case .lostBefore: return
        case .elsewhere(let answer): reply = .answer(world.honestly(answer, lies: weather.lies))
        case .timeout:
            _ = try world.deliver(update, jitter: .seconds(60))
            return
        case .lostAfter:
            _ = try world.deliver(update, jitter: weather.jitterThere)
            reply = .lost(.cut)
        case .doneInTrouble(let answer):
            _ = try world.deliver(update, jitter: weather.jitterThere)
            reply = .answer(answer)
        case .answered:
            let answer = try world.deliver(update, jitter: weather.jitterThere)
            reply = .answer(world.honestly(answer, lies: weather.lies))
        }
        agenda.add(.answer(update, batch, reply), at: world.now + back)
    }

    // MARK: The end

    /// The process is gone; requests already sent may still arrive.
    private func die() async throws -> End {
        world.say { "killed" }
        try drain { _ in world.chance.happens(0.7) }
        return .killed
    }

    /// Pending writes are still completed; answers are lost.
    private func finish(_ jobs: [JobID]) async throws {
        var effects: [Effect] = []
        try drain {
            if case .commit(let effect) = $0 { effects.append(effect) }
            return true
        }
        for effect in effects { _ = try await commit(effect, jobs) }
        try world.ledger.finish()
    }

    private func drain(_ isReal: (Happening) -> Bool) throws {
        while let next = agenda.pop() {
            guard isReal(next.happening), case .arrival(let update, _, let fate) = next.happening else { continue }
            world.now = max(world.now, next.at)
            switch fate {
            case .lostBefore, .elsewhere: break
            default: _ = try world.deliver(update, jitter: .seconds(60))
            }
        }
    }

    private func counts() throws -> Counts {
        try reader.jobs().reduce(Counts()) { $0 + $1.counts }
    }

    /// Checks that the run's own counts match the journal's.
    private func compare(_ progress: DispatchProgress, before: Counts) throws {
        let now = try counts()
        for (outcome, count) in [(Outcome.applied, progress.applied), (.failed, progress.failed)] {
            try world.demand(
                now[outcome] - before[outcome] == count,
                "a run says \(count) \(outcome), but the journal says \(now[outcome] - before[outcome])"
            )
        }
    }
}

extension SendResult {
    static func lost(_ cause: RequestFailure.Cause) -> SendResult {
        .noAnswer(RequestFailure(cause: cause, detail: "simulated"))
    }

    /// Whether it shows that no status was changed.
    fileprivate var isIdle: Bool {
        switch self {
        case .answer(let answer): [401, 429].contains(answer.status)
        case .noAnswer(let failure): failure.neverSent
        }
    }

    /// For the trace.
    var short: String {
        switch self {
        case .answer(let answer): "HTTP \(answer.status) \(answer.message ?? "")"
        case .noAnswer(let failure): failure.cause.rawValue
        }
    }
}

extension Effect {
    /// For the trace.
    var short: String {
        switch self {
        case .begin(let batches): "intents for \(batches)"
        case .release(let batches): "no more intents for \(batches)"
        case .settle(let batch, let result, _): "batch \(batch): \(result)"
        case .close(let closing): "\(closing.target.id): \(closing.outcome), releasing \(closing.releasing)"
        }
    }
}

/// Where to kill a night's run.
struct CrashPlan: Sendable {
    enum Boundary: Sendable, CaseIterable {
        /// An intent is on disk and its request is about to be sent.
        case beforeSending
        /// A request was sent and not answered.
        case afterSending
        /// An answer has come but is not on disk.
        case beforeCommit
        /// The answer is on disk, but was not passed on.
        case afterCommit
    }

    let boundary: Boundary
    /// How often the run passes the boundary unharmed.
    var passes: Int

    /// Whether the run dies at this boundary now.
    mutating func strikes(_ boundary: Boundary) -> Bool {
        guard boundary == self.boundary else { return false }
        passes -= 1
        return passes < 0
    }
}
