import Decisions
import FoundationEssentials
import Journal
import Zoom
import ZoomModel

/// The sandbox's model of Zoom on the simulation's clock, which is the true time.
struct SimulatedZoom {
    private var model: ZoomWorld

    init(_ scenario: Scenario) {
        var spent: [Registration: Int] = [:]
        for (seat, count) in scenario.spentElsewhere { spent[seat.whole, default: 0] += count }
        let seats = Set((scenario.first.decisions + (scenario.second?.sheet.decisions ?? [])).map(\.seat.whole))
        let meetings = Dictionary(grouping: seats, by: \.target).map { target, seats in
            let refusal = scenario.refusals[target]
            let registrants = seats.compactMap { seat -> SeedRegistrant? in
                let isStranger = scenario.strangers.contains(seat.person)
                if isStranger, !scenario.namesStrangers { return nil }
                return SeedRegistrant(
                    id: seat.person.ownID,
                    email: seat.person.ownEmail,
                    changesToday: spent[seat],
                    refuse: isStranger ? .missing : nil
                )
            }
            return (target.kind, SeedMeeting(id: target.id.description, refuse: refusal, registrants: registrants))
        }
        var rules = scenario.limits
        rules.seed = Seed(
            meetings: meetings.filter { $0.0 == .meeting }.map(\.1),
            webinars: meetings.filter { $0.0 == .webinar }.map(\.1)
        )
        model = ZoomWorld(rules, now: scenario.start.timeIntervalSince1970)
    }

    /// Stops the requests of the account's other apps.
    mutating func silenceOthers() { model.silenceOtherApps() }

    /// A request arrives.
    mutating func answer(_ update: StatusUpdate, at date: Date) -> Answer {
        let now = date.timeIntervalSince1970
        return Answer(model.limitRefusal(at: now) ?? model.answer(update, at: now))
    }

    /// The last action performed on a registrant.
    func action(of seat: Registration) -> Action? { model.action(of: seat) }
}

extension ZoomWorld {
    mutating func answer(_ update: StatusUpdate, at now: Double) -> ZoomAnswer {
        self.update(
            MeetingKey(update.target),
            occurrence: update.target.occurrence?.description,
            action: update.action.rawValue,
            registrants: update.registrants.map { NamedRegistrant(id: $0.id, email: $0.email) },
            at: now
        ).answer
    }

    func action(of seat: Registration) -> Action? {
        let registrant = NamedRegistrant(id: seat.person.ownID)
        return
            switch status(of: registrant, in: MeetingKey(seat.target), occurrence: seat.target.occurrence?.description)
        {
        case .approved: .approve
        case .denied: .deny
        case .cancelled: .cancel
        case .pending, nil: nil
        }
    }
}

extension MeetingKey {
    init(_ target: Target) {
        self.init(kind: target.kind == .meeting ? .meeting : .webinar, id: target.id.description)
    }
}

extension Answer {
    init(_ answer: ZoomAnswer) {
        let words = [answer.message] + answer.errors.map { "\($0.field): \($0.message)" }
        let message = words.compactMap(\.self).joined(separator: " ")
        self.init(
            status: answer.status,
            code: answer.code,
            message: message.isEmpty ? nil : message,
            rateLimitType: answer.limit?.type
        )
    }

    static let tooFast = Answer(.perSecond)
    static let invalidToken = Answer(ZoomAnswer.invalidToken)

    // Answers from something in front of Zoom, or from Zoom before it has looked at a request.
    static let badGateway = Answer(status: 502, message: "<html><body>Bad Gateway</body></html>", form: .html)
    static let serverError = Answer(status: 500, code: 500, message: "Internal error.")
    static let busy = Answer(status: 503)
    static let blocked = Answer(status: 403, message: "<html>Blocked by policy</html>", form: .html)
    static let tooManyAtOnce = Answer(status: 429, code: 429, message: "Too many concurrent requests.")
}

/// Counts things by UTC day.
struct DayTally<Key: Hashable & Sendable>: Sendable {
    private struct Entry: Hashable {
        let key: Key
        let day: UTCDay
    }

    private var counts: [Entry: Int] = [:]

    func count(_ key: Key, on day: UTCDay) -> Int { counts[Entry(key: key, day: day), default: 0] }

    mutating func add(_ key: Key, on day: UTCDay, _ more: Int = 1) {
        counts[Entry(key: key, day: day), default: 0] += more
    }
}

/// Somebody who registered, or did not. Rows always name a person the same way.
struct Person: Sendable, Hashable {
    let number: Int

    /// Zoom's id; nil if the rows give only an email.
    var id: String? { number % 3 == 1 ? nil : "id-\(number)" }
    /// The address; nil if the rows give only an id.
    var email: String? { number % 3 == 2 ? nil : "guest\(number)@example.org" }

    init(number: Int) {
        self.number = number
    }

    /// The person that a request's registrant means.
    init?(_ registrant: Registrant) {
        let digits =
            registrant.id.map { $0.dropFirst("id-".count) }
            ?? registrant.email.map { $0.dropFirst("guest".count).prefix { $0 != "@" } }
        guard let number = digits.flatMap({ Int($0) }) else { return nil }
        self.number = number
    }
}

/// A registrant's place in one meeting, webinar or occurrence.
struct Registration: Sendable, Hashable {
    let target: Target
    let person: Person

    /// The place in the meeting or webinar with all its occurrences.
    var whole: Registration {
        Registration(target: target.whole, person: person)
    }
}
