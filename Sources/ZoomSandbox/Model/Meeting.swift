/// A meeting or webinar in the sandbox.
package struct Meeting: Sendable {
    let id: String
    let kind: SandboxKind
    var registration = true
    package var refuse: Refusal?
    package var canned: CannedAnswer?
    var occurrences: Set<String>?
    var mostRegistrants: Int?
    /// The most approved registrants; nil for no limit.
    var capacity: Int?
    /// Whether its refusals come with HTTP 200.
    var isDisguised = false
    var isOpen = false
    var topic = ""
    var start: String?
    var registrationType = 1
    var host: String?
    package var people = People()
    /// Status requests per day.
    var requests = DayCount()

    init(id: String, kind: SandboxKind, isOpen: Bool) {
        self.id = id
        self.kind = kind
        self.isOpen = isOpen
    }

    init(_ seed: SeedMeeting, kind: SandboxKind, isOpen: Bool, now: Double) {
        self.init(id: seed.id, kind: kind, isOpen: seed.open ?? isOpen)
        registration = seed.registration ?? true
        refuse = seed.refuse
        canned = seed.answer
        occurrences = seed.occurrences.map(Set.init)
        mostRegistrants = seed.mostRegistrants
        capacity = seed.capacity
        isDisguised = seed.disguised ?? false
        topic = seed.topic ?? ""
        start = seed.start
        registrationType = seed.registrationType ?? 1
        host = seed.host?.lowercased()
        requests.add(seed.requestsToday ?? 0, at: now)
        for registrant in seed.registrants ?? [] {
            var person = Person(
                id: registrant.id,
                email: registrant.email ?? "",
                status: registrant.status ?? .pending
            )
            person.changes.add(registrant.changesToday ?? 0, at: now)
            person.refuse = registrant.invalid == true ? .invalid : registrant.refuse
            person.isStuck = registrant.stuck ?? false
            person.firstName = registrant.firstName
            person.lastName = registrant.lastName
            person.answers = registrant.answers
            person.occurrences = registrant.occurrences.map(Set.init)
            people.add(person)
        }
    }

    /// The answer regardless of the registrants named, if any; counts the canned answers down.
    ///
    /// - Parameter status: The status that an update wants; nil for a listing.
    mutating func refusal(occurrence: String?, to status: SandboxStatus? = nil) -> ZoomAnswer? {
        if let canned, canned.times ?? 1 > 0 {
            if let times = canned.times { self.canned?.times = times - 1 }
            return canned.answer
        }
        if let refuse, refuse != .full || status == .approved {
            var answer = refuse.answer(id: id, kind: kind)
            if isDisguised { answer.status = 200 }
            return answer
        }
        guard registration else { return Refusal.registration.answer(id: id, kind: kind) }
        guard let occurrence, let occurrences, !occurrences.contains(occurrence) else { return nil }
        return Refusal.occurrenceMissing.answer(id: id, kind: kind)
    }
}

/// A registrant as a request names it.
package struct NamedRegistrant: Sendable, Hashable, Codable {
    /// Zoom's id.
    package let id: String?
    /// The email address.
    package let email: String?

    package init(id: String? = nil, email: String? = nil) {
        self.id = id
        self.email = email
    }

    /// The id, or else the email.
    package var key: String { id ?? email ?? "" }
}

/// Meetings and webinars may share a number.
package struct MeetingKey: Sendable, Hashable {
    package let kind: SandboxKind
    package let id: String

    package init(kind: SandboxKind, id: String) {
        self.kind = kind
        self.id = id
    }
}

/// Meetings and webinars have twin endpoints.
package enum SandboxKind: String, Sendable, Hashable, CaseIterable, Codable {
    /// `/meetings/…`
    case meeting
    /// `/webinars/…`
    case webinar

    /// The word at the beginning of a message.
    var title: String { self == .meeting ? "Meeting" : "Webinar" }
}

/// A registrant's possible statuses.
package enum SandboxStatus: String, Sendable, Hashable, CaseIterable, Codable {
    /// Waits for a decision.
    case pending
    /// Let in.
    case approved
    /// Turned away; or let in, and then cancelled by the host.
    case denied
    /// Cancelled, and in none of Zoom's lists.
    case cancelled

    /// The status that the endpoint's action leads to; nil for an unknown action.
    ///
    /// - Parameter cancelled: What `cancel` leads to.
    init?(action: String, cancelled: SandboxStatus) {
        switch action {
        case "approve": self = .approved
        case "deny": self = .denied
        case "cancel": self = cancelled
        default: return nil
        }
    }
}

/// The registrants of one meeting, found by id or by email.
package struct People: Sendable {
    package private(set) var list: [Person] = []
    private var byID: [String: Int] = [:]
    private var byEmail: [String: Int] = [:]

    package subscript(index: Int) -> Person {
        get { list[index] }
        set { list[index] = newValue }
    }

    /// The registrant that a request means. An id alone decides: a right email does not make up for a wrong id.
    package func index(of named: NamedRegistrant) -> Int? {
        if let id = named.id { return byID[id] }
        return named.email.flatMap { byEmail[$0.lowercased()] }
    }

    /// Adds a registrant and returns its index.
    @discardableResult
    package mutating func add(_ person: Person) -> Int {
        list.append(person)
        byID[person.id] = list.count - 1
        if !person.email.isEmpty { byEmail[person.email.lowercased()] = list.count - 1 }
        return list.count - 1
    }
}

/// A registrant of one meeting.
package struct Person: Sendable {
    let id: String
    let email: String
    /// The status for the whole series.
    var status: SandboxStatus
    /// The status for single occurrences, if it was changed there.
    var inOccurrence: [String: SandboxStatus] = [:]
    /// Requests that named this registrant, per day.
    package var changes = DayCount()
    /// Why Zoom refuses the registrant, if it does.
    package var refuse: PersonRefusal?
    /// Whether a change is confirmed but not made.
    var isStuck = false
    var firstName: String?
    var lastName: String?
    var answers: [SeedAnswer]?
    /// The only occurrences it is registered for; nil for all.
    var occurrences: Set<String>?

    package init(id: String, email: String, status: SandboxStatus = .pending) {
        self.id = id
        self.email = email
        self.status = status
    }

    package func status(in occurrence: String?) -> SandboxStatus {
        occurrence.flatMap { inOccurrence[$0] } ?? status
    }

    mutating func set(_ new: SandboxStatus, in occurrence: String?) {
        if isStuck { return }
        if let occurrence { inOccurrence[occurrence] = new } else { status = new }
    }
}
