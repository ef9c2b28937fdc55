import Decisions
import Journal
import Zoom
import ZoomModel

/// Zoom in a story: its registrants, its actions, and what it does not reveal. It handles one request at a time.
struct StoryZoom {
    /// What happens to one request.
    enum Delivery: Sendable, Hashable {
        case answered
        /// Zoom performs it, and the answer is lost.
        case answerLost
        /// It is lost on its way; the sender can't tell this from a lost answer.
        case requestLost
        /// It was never sent, and the sender knows.
        case unreachable
        /// It was announced but not even tried.
        case withheld
        /// Zoom answers with an error, after performing it or not.
        case troubled(isDone: Bool)
        case killed(KillPoint)
    }

    /// Where to kill the sender.
    enum KillPoint: Sendable, Hashable, CaseIterable {
        case beforeBegin, afterBegin, afterRequest, beforeSettle, afterSettle
    }

    enum Answer: Hashable {
        case done
        /// One of the registrants is not registered.
        case personNotFound
        case meetingNotFound
        /// The daily limit of the registrants at these places is spent.
        case dayLimit([Int])
        /// The daily limit of the whole meeting or webinar is spent.
        case targetDayLimit
    }

    private var model: ZoomWorld
    private var days = 0
    private static let changesADay = 1_000

    init() {
        var rules = ZoomRules()
        rules.perRegistrantAndDay = Self.changesADay
        rules.perWebinarAndDay = nil
        rules.cancelled = .cancelled
        model = ZoomWorld(rules, now: 0)
    }

    private var now: Double { Double(days) * 86_400 }

    var appliesInPart: Bool {
        get { model.rules.appliesInPart }
        set { model.rules.appliesInPart = newValue }
    }

    /// Temporarily unregisters somebody.
    mutating func unregister(_ seat: Registration) { change(seat) { $0.refuse = .missing } }

    mutating func registerAll() {
        changeAll { meeting in
            for place in meeting.people.list.indices { meeting.people[place].refuse = nil }
        }
    }

    /// Spends a registrant's status changes for today.
    mutating func spend(_ seat: Registration) {
        let now = now
        change(seat) { $0.changes.add(Self.changesADay, at: now) }
    }

    /// Spends a meeting's or webinar's requests for today.
    mutating func fill(_ target: Target) {
        model.change(MeetingKey(target)) { $0.canned = CannedAnswer(status: 429) }
    }

    /// Temporarily removes a meeting or webinar.
    mutating func remove(_ target: Target) { model.change(MeetingKey(target)) { $0.refuse = .missing } }

    mutating func restoreAll() { changeAll { $0.refuse = nil } }

    /// Stops all refusals.
    mutating func becomeCalm() {
        registerAll()
        restoreAll()
        startDay()
    }

    mutating func startDay() {
        days += 1
        changeAll { $0.canned = nil }
    }

    mutating func answer(_ update: StatusUpdate) -> Answer {
        // Everyone is registered, unless the story says otherwise.
        for person in update.registrants.compactMap({ Person($0) }) {
            change(Registration(target: update.target, person: person)) { _ in }
        }
        let answer = model.answer(update, at: now)
        switch (answer.status, answer.code) {
        case (204, _): return .done
        case (404, 3001): return .meetingNotFound
        case (429, _):
            let place = update.registrants.firstIndex { ($0.id ?? $0.email) == answer.registrant }
            return place.map { .dayLimit([$0]) } ?? .targetDayLimit
        default: return .personNotFound
        }
    }

    /// The last action performed on a registrant.
    func action(of seat: Registration) -> Action? { model.action(of: seat) }

    private mutating func change(_ seat: Registration, _ body: (inout ZoomModel.Person) -> Void) {
        model.change(MeetingKey(seat.target)) { meeting in
            let name = NamedRegistrant(id: seat.person.ownID)
            let place =
                meeting.people.index(of: name)
                ?? meeting.people.add(ZoomModel.Person(id: seat.person.ownID, email: seat.person.ownEmail))
            body(&meeting.people[place])
        }
    }

    private mutating func changeAll(_ body: (inout Meeting) -> Void) {
        for key in model.meetings.keys { model.change(key, body) }
    }
}

/// The outcome of each registrant of each request in a story, and what it implies about Zoom's state.
struct StoryRequests {
    enum Kind {
        case done
        /// No conclusive answer came.
        case maybe
        /// A request about others too was refused because of one of them; some may have been set.
        case maybeInPart
        /// It was never sent.
        case unsent
        case refused
    }

    private struct Event {
        let target: Target
        let person: Person
        let naming: StoryRow.Naming
        let action: Action
        let kind: Kind

        func isAbout(_ subject: StoryLists.Subject) -> Bool {
            person == subject.person && naming.shares(subject.naming)
        }
    }

    struct Known {
        var action: Action?
        /// Whether no later request may have changed it, as far as the sender can know.
        var isCertain = true
        /// The same for the most careful sender: one that counts requests never sent, refused requests that were about
        /// others too, and requests about the whole series or its occurrences.
        var isBeyondDoubt = true
        /// How the person was named in requests that set it.
        var namings: Set<StoryRow.Naming> = []
        var isRefused = false
    }

    private var events: [Event] = []
    private var refusedTargets: [(target: Target, events: Int)] = []

    var count: Int { events.count }

    mutating func note(_ shipment: ClaimedBatch, as kind: Kind) throws {
        for registrant in shipment.registrants {
            let (person, naming) = try registrant.named()
            events.append(
                Event(target: shipment.target, person: person, naming: naming, action: shipment.action, kind: kind)
            )
        }
    }

    mutating func noteRefusal(of target: Target) {
        refusedTargets.append((target.whole, events.count))
    }

    func known(_ subject: StoryLists.Subject) -> Known {
        var known = Known()
        for event in events where event.isAbout(subject) && event.target.whole == subject.target.whole {
            let isOther = event.action != known.action
            guard event.target == subject.target else {
                let reachesHere = event.target.occurrence == nil || subject.target.occurrence == nil
                if reachesHere, isOther, event.kind != .refused, event.kind != .unsent { known.isBeyondDoubt = false }
                continue
            }
            switch event.kind {
            case .done:
                let namings = isOther ? [] : known.namings
                known = Known(action: event.action, namings: namings.union([event.naming]))
            case .maybe: if isOther { (known.isCertain, known.isBeyondDoubt) = (false, false) }
            case .maybeInPart, .unsent: if isOther { known.isBeyondDoubt = false }
            case .refused: known.isRefused = true
            }
        }
        return known
    }

    func wasDone(_ action: Action, _ subject: StoryLists.Subject, since first: Int) -> Bool {
        events.dropFirst(first).contains {
            $0.isAbout(subject) && $0.target == subject.target && $0.action == action && $0.kind == .done
        }
    }

    func wasRefused(_ subject: StoryLists.Subject, since first: Int) -> Bool {
        known(subject).isRefused
            || refusedTargets.contains { $0.target == subject.target.whole && $0.events >= first }
    }

    /// Whether something else was requested under this id or email too, if it is not known to be one person.
    func hasOtherName(_ subject: StoryLists.Subject, not action: Action) -> Bool {
        events.contains { event in
            event.target == subject.target && event.person == subject.person && event.action != action
                && !event.naming.shares(subject.naming)
        }
    }
}

extension Registrant {
    /// The person meant, and the naming.
    func named() throws -> (Person, StoryRow.Naming) {
        guard let person = Person(self) else { throw StateChecker.Broken(rule: "\(self) is sent, who is nobody") }
        return (person, id == nil ? .email : email == nil ? .id : .both)
    }
}
