/// A meeting or webinar as the sandbox holds it.
struct SandboxMeeting {
    let id: String
    let kind: SandboxKind
    var registration = true
    var refuse: Refusal?
    var canned: CannedAnswer?
    var occurrences: Set<String>?
    var mostRegistrants: Int?
    /// How many may be approved; nil for any number.
    var capacity: Int?
    /// Whether its refusals come with HTTP 200.
    var isDisguised = false
    var isOpen = false
    var people = People()
    /// Status requests of the day.
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
            people.add(person)
        }
    }

    /// What is answered whatever the request says, if anything; counts the canned answers down.
    mutating func refusal(occurrence: String?) -> SandboxAnswer? {
        if let canned, canned.times ?? 1 > 0 {
            if let times = canned.times { self.canned?.times = times - 1 }
            return canned.answer
        }
        if let refuse {
            var answer = refuse.answer(id: id, kind: kind)
            if isDisguised { answer.status = 200 }
            return answer
        }
        guard registration else { return .registrationNotRequired(id) }
        if let occurrence, let occurrences, !occurrences.contains(occurrence) { return .occurrenceMissing }
        return nil
    }
}
