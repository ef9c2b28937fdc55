import Decisions
import FoundationEssentials
import Journal
import Sending
import Zoom

/// Tracks what was promised and what was done, independently of Usher's own records, and finds violations.
struct StateChecker {
    /// A target and an action.
    struct Aim: Hashable {
        let target: Target
        let action: Action
    }

    /// Something that must never happen.
    struct Broken: Error {
        let rule: String
    }

    private let scenario: Scenario
    /// The decisions of the spreadsheets taken so far; later ones win.
    private var wanted: [Registration: Action] = [:]
    /// Whether the later spreadsheet was read; earlier decisions may have been sent by then.
    private(set) var isSecondTaken = false

    /// Intents on disk, and whether their requests were sent.
    private var intents: [BatchID: Bool] = [:]
    /// The content of each batch.
    private var contents: [BatchID: [Sheet.Decision]] = [:]
    /// What the journal claims to be done.
    private(set) var applied: Set<Sheet.Decision> = []
    /// Under way, by meeting.
    private var flights: [BatchID: (target: Target, day: UTCDay)] = [:]
    /// The latest send times, by true time.
    private var departures: [Duration] = []
    private var arrivals: [Duration] = []
    /// People refused individually in this run, by decision.
    private var refusedAlone: [Aim: Set<Person>] = [:]
    /// Aims with something applied in this run.
    private var appliedNow: Set<Aim> = []
    /// Aims given up because single requests were refused, in any run.
    private(set) var givenUp: Set<Aim> = []
    /// Refusals of a target that is refused as a whole, in this run.
    private var refusals: [Target: Int] = [:]
    /// Requests of a target of which a registrant's day was spent, so that the others were asked once more.
    private var setAside: [Target: Int] = [:]
    /// How often the clock was set back by more than a day: each time a request of a later day may be forgotten, which
    /// costs one refusal and a deferral at most.
    private var daysSetBack = 0
    // By the computer's calendar.
    private var changes = DayTally<Registration>()
    private var webinars = DayTally<Target>()
    private var account = DayTally<Bool>()
    /// The total number of requests sent.
    private(set) var sent = 0

    init(_ scenario: Scenario) {
        self.scenario = scenario
    }

    mutating func take(_ sheet: Sheet, isSecond: Bool) {
        isSecondTaken = isSecondTaken || isSecond
        for decision in sheet.decisions { wanted[decision.seat] = decision.action }
    }

    // MARK: The computer's actions

    mutating func depart(_ shipment: ClaimedBatch, at now: Duration, date: Date) throws {
        let batch = shipment.batch
        try demand(intents[batch] != nil, "batch \(batch) was sent without an intent on disk")
        try demand(intents[batch] == false, "batch \(batch) was sent twice for one intent")
        intents[batch] = true
        let day = UTCDay(date)
        let options = scenario.options
        for decision in try decisions(of: shipment) {
            let name = "person \(decision.seat.person.number) of \(decision.seat.target.id)"
            try demand(
                wanted[decision.seat] == decision.action,
                "\(name) was sent \(decision.action), which nobody decided"
            )
            try demand(!applied.contains(decision), "\(name) was sent again after it had been applied")
            changes.add(decision.seat, on: day)
            try demand(
                changes.count(decision.seat, on: day) <= options.days.registrant + daysSetBack,
                "\(name) was sent \(changes.count(decision.seat, on: day)) times on one day"
            )
        }
        try demand(
            shipment.registrants.count <= scenario.batchSize,
            "batch \(batch) holds \(shipment.registrants.count) registrants"
        )
        account.add(true, on: day)
        try demand(account.count(true, on: day) <= options.days.account ?? .max, "the account's day limit was crossed")
        let whole = shipment.target.whole
        webinars.add(whole, on: day)
        if whole.kind == .webinar {
            try demand(
                webinars.count(whole, on: day) <= options.days.webinar ?? .max,
                "the day limit of webinar \(whole.id) was crossed"
            )
        }
        flights[batch] = (whole, day)
        try demand(flights.count <= options.width, "\(flights.count) requests were under way")
        try demand(
            flights.values.count { $0.target == whole } <= options.perMeeting,
            "\(flights.values.count { $0.target == whole }) requests of meeting \(whole.id) were under way"
        )
        try pace(&departures, at: now, "left")
        sent += 1
    }

    /// A request was answered, or not.
    ///
    /// - Parameter isIdle: Whether it is certain that no status was changed.
    mutating func land(_ batch: BatchID, isIdle: Bool) {
        guard let flight = flights.removeValue(forKey: batch), isIdle else { return }
        for decision in contents[batch] ?? [] { changes.add(decision.seat, on: flight.day, -1) }
    }

    /// A request reached Zoom.
    mutating func arrive(at now: Duration, jitter: Duration) throws {
        // The server's view matches the computer's only if latency varies by less than the limiter's margin.
        guard jitter <= .milliseconds(3) else { return }
        try pace(&arrivals, at: now, "arrived")
    }

    private func pace(_ moments: inout [Duration], at now: Duration, _ verb: String) throws {
        moments.append(now)
        moments.removeAll { $0 <= now - .seconds(1) }
        try demand(
            moments.count <= scenario.limits.plan.perSecond,
            "\(moments.count) requests \(verb) within one second"
        )
    }

    private func decisions(of shipment: ClaimedBatch) throws -> [Sheet.Decision] {
        try shipment.registrants.map { registrant in
            guard let person = Person(registrant) else {
                throw Broken(rule: "batch \(shipment.batch) holds somebody whom no row names")
            }
            return Sheet.Decision(seat: Registration(target: shipment.target, person: person), action: shipment.action)
        }
    }

    /// Zoom refused a request, possibly because of a registrant.
    mutating func refuse(_ update: StatusUpdate, _ answer: Answer) throws {
        if update.registrants.count == 1, let person = update.registrants.first.flatMap(Person.init) {
            refusedAlone[Aim(target: update.target, action: update.action), default: []].insert(person)
        }
        guard scenario.refusals[update.target.whole] == .unheardOf, answer.code == 9_999 else { return }
        refusals[update.target, default: 0] += 1
        try demand(
            scenario.options.asksEveryone
                || refusals[update.target, default: 0] <= 20 + setAside[update.target, default: 0],
            "meeting \(update.target.id), which is refused as a whole, was asked more than twenty times"
        )
    }

    /// Zoom set a registrant aside, whose day is spent.
    mutating func setAside(_ update: StatusUpdate) { setAside[update.target, default: 0] += 1 }

    /// The computer's clock was set.
    mutating func setClock(by seconds: Double) {
        if seconds < -86_400 { daysSetBack += 1 }
    }

    /// The rest of a target and action failed without a request.
    private mutating func giveUp(_ target: Target, _ action: Action) throws {
        let aim = Aim(target: target, action: action)
        let singles = Action.allCases.reduce(0) { sum, other in
            sum + (refusedAlone[Aim(target: target, action: other)]?.count ?? 0)
        }
        try demand(
            singles >= (target.kind == .webinar ? 3 : 12),
            "meeting \(target.id) was given up after \(singles) refusals of singles"
        )
        try demand(
            refusedAlone[aim]?.isEmpty == false,
            "\(action) of \(target.id) was given up, and nobody of it was asked"
        )
        try demand(!appliedNow.contains(aim), "\(action) of \(target.id) was given up, though some of it was applied")
        try demand(!scenario.options.asksEveryone, "meeting \(target.id) was given up, though all were to be asked")
        givenUp.insert(aim)
    }

    // MARK: The journal's promises

    mutating func commit(_ effect: Effect, _ event: Event, zoom: SimulatedZoom) throws {
        switch effect {
        case .begin(let batches):
            guard case .begun(let shipments) = event, shipments.map(\.batch) == batches else {
                throw Broken(rule: "other intents were written than were asked for")
            }
            for shipment in shipments {
                try demand(intents[shipment.batch] == nil, "batch \(shipment.batch) was begun twice")
                intents[shipment.batch] = false
                contents[shipment.batch] = try decisions(of: shipment)
            }
        case .release(let batches):
            try batches.forEach { try release($0) }
        case .close(let closing):
            try closing.releasing.forEach { try release($0) }
            if case .failed = closing.outcome, let action = closing.action,
                scenario.refusals[closing.target.whole] != .full || action != .approve
            {
                try giveUp(closing.target, action)
            }
        case .settle(let batch, let result, let attempt):
            guard let hadLeft = intents.removeValue(forKey: batch) else {
                throw Broken(rule: "batch \(batch) was settled without an intent")
            }
            try demand(
                hadLeft == (attempt != nil),
                "batch \(batch): what was sent and what was noted differ"
            )
            if case .applied = result { try promise(batch, zoom: zoom) }
        }
    }

    private mutating func release(_ batch: BatchID) throws {
        try demand(intents.removeValue(forKey: batch) == false, "the intent of batch \(batch) was taken back wrongly")
    }

    private mutating func promise(_ batch: BatchID, zoom: SimulatedZoom) throws {
        for decision in contents[batch] ?? [] {
            try demand(
                zoom.action(of: decision.seat) == decision.action,
                "person \(decision.seat.person.number) is journaled as applied, but Zoom has not done it"
            )
            applied.insert(decision)
            appliedNow.insert(Aim(target: decision.seat.target, action: decision.action))
        }
    }

    // MARK: Between two runs

    /// A run ended by itself: only requests under way may have left an intent.
    func finish() throws {
        for (batch, hasLeft) in intents.sorted(by: { $0.key < $1.key }) {
            try demand(
                hasLeft && flights[batch] != nil,
                "batch \(batch) was left in flight though no request was under way"
            )
        }
    }

    /// The next run found this many batches in flight.
    mutating func recover(_ found: Int) throws {
        try demand(found == intents.count, "\(intents.count) intents were on disk, and \(found) were found again")
        intents = [:]
        flights = [:]
        contents = [:]
        (refusedAlone, appliedNow, refusals, setAside) = ([:], [], [:], [:])
    }

    private func demand(_ condition: Bool, _ rule: @autoclosure () -> String) throws {
        guard condition else { throw Broken(rule: rule()) }
    }
}
