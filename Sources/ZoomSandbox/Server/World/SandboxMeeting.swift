/// A meeting or webinar as the sandbox holds it.
struct SandboxMeeting {
    let id: String
    let kind: SandboxKind
    var registration = true
    var refuse: Refusal?
    var canned: CannedAnswer?
    var occurrences: Set<String>?
    var mostRegistrants: Int?
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
        requests.add(seed.requestsToday ?? 0, at: now)
        for registrant in seed.registrants ?? [] {
            var person = Person(
                id: registrant.id,
                email: registrant.email ?? "",
                status: registrant.status ?? .pending
            )
            person.changes.add(registrant.changesToday ?? 0, at: now)
            person.isInvalid = registrant.invalid ?? false
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
        if let refuse { return refuse.answer(id: id, kind: kind) }
        guard registration else { return .registrationNotRequired(id) }
        if let occurrence, let occurrences, !occurrences.contains(occurrence) {
            return .meetingMissing("\(id), occurrence \(occurrence)", kind: kind)
        }
        return nil
    }
}
