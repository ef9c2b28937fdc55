import Randomness

/// How an account and its Zoom behave.
package struct ZoomRules: Sendable {
    /// The initial content.
    package var seed = Seed()
    /// Whether meetings, webinars and registrants are made up on first sight.
    package var isOpen = false
    /// The account's plan, which decides the rate and the day's limit.
    package var plan = SandboxPlan.pro
    /// Whether the per-second rate is enforced.
    package var limitsRate = true
    /// How to count a second's requests.
    package var window = RateWindow.sliding
    /// Requests per second that another app of the account sends.
    package var otherAppRate = 0.0
    /// The account's requests a day, instead of the plan's.
    package var perDay: Int?
    /// Status requests a day that may name the same registrant in the same meeting or webinar; nil for no limit.
    /// Source: Zoom's page "Rate limits".
    package var perRegistrantAndDay: Int? = 10
    /// Status requests a day to one webinar, for any registrants; nil for no limit.
    /// Source: users' reports in Zoom's developer forum.
    package var perWebinarAndDay: Int? = 10
    /// The most registrants in one request.
    package var mostRegistrants = 30
    /// The fraction of registrants that do not exist even if everything is made up on first sight, 0...1.
    package var badFraction = 0.0
    /// Whether a refused batch still changes the registrants before the refused one. Undocumented.
    package var appliesInPart = false
    /// What a cancellation by the host leads to: `.denied`, or `.cancelled`, which is in no list. Source: Zoom's help
    /// and most reports list such a registration among the denied, an older report in no list.
    package var cancelled = SandboxStatus.denied

    /// An empty account of plan pro.
    package init() {}
}

/// Zoom as its documents and users describe it: registrations and limits. A plain value: its answers depend only on it
/// and on the time, in seconds since 1970.
package struct ZoomWorld: Sendable {
    package var rules: ZoomRules
    package private(set) var meetings: [MeetingKey: Meeting] = [:]
    private var rates: [SandboxLabel: RateCounter] = [:]
    private var days: [SandboxLabel: DayCount] = [:]

    package init(_ rules: ZoomRules, now: Double) {
        self.rules = rules
        for label in SandboxLabel.allCases {
            let others = label == .medium ? rules.otherAppRate : 0
            rates[label] = RateCounter(limit: rules.plan.perSecond(label), window: rules.window, others: others)
        }
        days[.medium, default: DayCount()].add(rules.seed.requestsToday ?? 0, at: now)
        for (kind, list) in [(SandboxKind.meeting, rules.seed.meetings), (.webinar, rules.seed.webinars)] {
            for seed in list ?? [] {
                let key = MeetingKey(kind: kind, id: seed.id)
                meetings[key] = Meeting(seed, kind: kind, isOpen: rules.isOpen, now: now)
            }
        }
    }

    /// A registrant's status; nil if there is no such registrant.
    package func status(
        of registrant: NamedRegistrant,
        in key: MeetingKey,
        occurrence: String? = nil
    ) -> SandboxStatus? {
        guard let people = meetings[key]?.people else { return nil }
        return people.index(of: registrant).map { people[$0].status(in: occurrence) }
    }

    /// Changes a meeting from outside; creates it if it is missing.
    package mutating func change(_ key: MeetingKey, _ body: (inout Meeting) -> Void) {
        body(&meetings[key, default: Meeting(id: key.id, kind: key.kind, isOpen: rules.isOpen)])
    }

    /// Stops the requests of the account's other apps.
    package mutating func silenceOtherApps() {
        rates[.medium] = RateCounter(limit: rules.plan.perSecond, window: rules.window)
    }

    /// Applies the account's limits: nil if the request may pass, which is then counted.
    package mutating func limitRefusal(_ label: SandboxLabel = .medium, at now: Double) -> ZoomAnswer? {
        var answer: ZoomAnswer
        let own = label == .medium ? rules.perDay : nil
        if let perDay = own ?? rules.plan.perDay(label), days[label, default: DayCount()].value(at: now) >= perDay {
            answer = .perDay
            let midnight = ((now / 86_400).rounded(.down) + 1) * 86_400
            answer.limit = ZoomAnswer.Limit(type: "Daily-limit", most: perDay, end: midnight)
        } else if rules.limitsRate, rates[label]?.admits(at: now) == false {
            answer = .perSecond
            answer.limit = ZoomAnswer.Limit(type: "QPS", most: rules.plan.perSecond(label), end: now + 1)
        } else {
            days[label, default: DayCount()].add(at: now)
            return nil
        }
        return answer
    }

    /// How many more requests would pass in this second.
    package func remaining(_ label: SandboxLabel = .medium, at now: Double) -> Int {
        rates[label]?.remaining(at: now) ?? 0
    }
}

// MARK: Status updates

extension ZoomWorld {
    /// Performs a status update, or says why not.
    ///
    /// - Returns: The answer, and the keys of the registrants whose status was set.
    package mutating func update(
        _ key: MeetingKey,
        occurrence: String?,
        action: String,
        registrants: [NamedRegistrant],
        at now: Double
    ) -> (answer: ZoomAnswer, applied: [String]) {
        guard let status = SandboxStatus(action: action, cancelled: rules.cancelled) else {
            return (.invalid("action", "Invalid field."), [])
        }
        guard !registrants.isEmpty else { return (.invalid("registrants", "Must not be empty."), []) }
        guard registrants.allSatisfy({ !$0.key.isEmpty }) else {
            return (.invalid("registrants", "A registrant needs an id or an email."), [])
        }
        if rules.isOpen, meetings[key] == nil {
            meetings[key] = Meeting(id: key.id, kind: key.kind, isOpen: true)
        }
        guard var meeting = meetings[key] else { return (absent(key), []) }
        // Removed meanwhile, so that changing it copies nothing.
        meetings[key] = nil
        defer { meetings[key] = meeting }
        return update(&meeting, occurrence: occurrence, to: status, registrants: registrants, at: now)
    }

    private func update(
        _ meeting: inout Meeting,
        occurrence: String?,
        to status: SandboxStatus,
        registrants: [NamedRegistrant],
        at now: Double
    ) -> (answer: ZoomAnswer, applied: [String]) {
        let most = meeting.mostRegistrants ?? rules.mostRegistrants
        guard registrants.count <= most else {
            return (.invalid("registrants", "Too many registrants: at most \(most) in one request."), [])
        }
        if let limit = rules.perWebinarAndDay, meeting.kind == .webinar, meeting.requests.value(at: now) >= limit {
            // Names one registrant of the request, as if the limit were theirs.
            return (.registrantDay(limit, kind: .webinar, registrant: registrants[0].key), [])
        }
        let places = registrants.map { place(of: $0, in: &meeting) }
        if let limit = rules.perRegistrantAndDay {
            for (registrant, place) in zip(registrants, places) {
                if let place, meeting.people[place].changes.value(at: now) >= limit {
                    return (.registrantDay(limit, kind: meeting.kind, registrant: registrant.key), [])
                }
            }
        }
        meeting.requests.add(at: now)
        for place in places.compactMap(\.self) { meeting.people[place].changes.add(at: now) }
        if let refusal = meeting.refusal(occurrence: occurrence, to: status) { return (refusal, []) }

        var refusal: ZoomAnswer?
        var good: [(key: String, place: Int)] = []
        for (index, (registrant, place)) in zip(registrants, places).enumerated() {
            guard let place, meeting.people[place].refuse == nil else {
                refusal =
                    switch place.flatMap({ meeting.people[$0].refuse }) {
                    case nil: Refusal.notFound.answer(id: meeting.id, kind: meeting.kind)
                    case .invalid: .invalid("registrants[\(index)].id", "Invalid field.")
                    case .host: .hostAddress
                    case .missing: .registrantMissing(registrant.key)
                    }
                break
            }
            good.append((registrant.key, place))
        }
        if refusal == nil, status == .approved, let capacity = meeting.capacity {
            let seated = meeting.people.list.count { $0.status(in: occurrence) == .approved }
            let new = good.count { meeting.people[$0.place].status(in: occurrence) != .approved }
            if seated + new > capacity { return (Refusal.full.answer(id: meeting.id, kind: meeting.kind), []) }
        }
        if refusal == nil || rules.appliesInPart {
            for (_, place) in good { meeting.people[place].set(status, in: occurrence) }
            return (refusal ?? .updated, good.map(\.key))
        }
        return (refusal ?? .updated, [])
    }

    /// The answer for a number that does not exist, or a webinar's at a meeting's address.
    func absent(_ key: MeetingKey) -> ZoomAnswer {
        let isWebinars = key.kind == .meeting && meetings[MeetingKey(kind: .webinar, id: key.id)] != nil
        return (isWebinars ? Refusal.webinarsNumber : .missing).answer(id: key.id, kind: key.kind)
    }

    /// The registrant's index among the meeting's people; an open meeting makes it up on first sight, unless it is one
    /// of the bad ones.
    private func place(of registrant: NamedRegistrant, in meeting: inout Meeting) -> Int? {
        if let place = meeting.people.index(of: registrant) { return place }
        guard meeting.isOpen, !Self.isBad(registrant.key, fraction: rules.badFraction) else { return nil }
        let email = registrant.email ?? ""
        let id = registrant.id ?? "made-up-" + String(RandomDraw.hash("\(meeting.id)/\(email)".utf8), radix: 16)
        return meeting.people.add(Person(id: id, email: email, status: .pending))
    }

    /// Whether a registrant is one of those that do not exist, decided by its id (or else its email) alone.
    package static func isBad(_ key: String, fraction: Double) -> Bool {
        guard fraction > 0 else { return false }
        var luck = RandomDraw(seed: 0, RandomDraw.hash(key.lowercased().utf8))
        return luck.next() < fraction
    }
}

// MARK: Lists

extension ZoomWorld {
    /// A page of a meeting's registrants, like `GET …/registrants`.
    package mutating func list(
        _ key: MeetingKey,
        fields: [String: String],
        at now: Double
    ) throws(ZoomAnswer) -> ListPage {
        let occurrence = fields["occurrence_id"]
        guard let status = SandboxStatus(rawValue: fields["status"] ?? "approved"), status != .cancelled else {
            throw .invalid("status", "Invalid field.")
        }
        guard let size = Int(fields["page_size"] ?? "30"), (1...300).contains(size) else {
            throw .invalid("page_size", "Invalid field.")
        }
        var start = 0
        if let token = fields["next_page_token"], !token.isEmpty {
            guard let offset = Self.offset(of: token, at: now) else { throw .pageExpired }
            start = offset
        }
        guard
            var meeting = meetings[key]
                ?? (rules.isOpen ? Meeting(id: key.id, kind: key.kind, isOpen: true) : nil)
        else { throw absent(key) }
        defer { meetings[key] = meeting }
        if let refusal = meeting.refusal(occurrence: occurrence) { throw refusal }

        let listed = meeting.people.list.filter { person in
            person.status(in: occurrence) == status
                && (occurrence.flatMap { person.occurrences?.contains($0) } ?? true)
        }
        let page = listed.dropFirst(start).prefix(size)
        let next = start + size < listed.count ? Self.token(offset: start + size, at: now) : ""
        return ListPage(
            page_size: size,
            total_records: listed.count,
            next_page_token: next,
            registrants: page.map { ListPage.Person($0, status) }
        )
    }

    /// One registrant of a meeting, like `GET …/registrants/{registrantId}`. Nobody is made up: a lookup by id says no
    /// email to make up.
    package mutating func registrant(
        _ id: String,
        in key: MeetingKey,
        occurrence: String?
    ) throws(ZoomAnswer) -> ListPage.Person {
        guard var meeting = meetings[key] ?? (rules.isOpen ? Meeting(id: key.id, kind: key.kind, isOpen: true) : nil)
        else { throw absent(key) }
        defer { meetings[key] = meeting }
        if let refusal = meeting.refusal(occurrence: occurrence) { throw refusal }
        guard let place = meeting.people.index(of: NamedRegistrant(id: id)) else { throw .registrantMissing(id) }
        let person = meeting.people[place]
        return ListPage.Person(person, person.status(in: occurrence))
    }

    /// The meeting itself, like `GET /meetings/{id}`.
    package func details(_ key: MeetingKey) throws(ZoomAnswer) -> SandboxMeeting {
        guard var meeting = meetings[key] ?? (rules.isOpen ? Meeting(id: key.id, kind: key.kind, isOpen: true) : nil)
        else { throw Refusal.missing.answer(id: key.id, kind: key.kind) }
        // Without registration there is a meeting all the same.
        let isOff = !meeting.registration || meeting.refuse == .registration || meeting.refuse == .registrationNewer
        if isOff { (meeting.registration, meeting.refuse) = (true, nil) }
        if let refusal = meeting.refusal(occurrence: nil) { throw refusal }
        return SandboxMeeting(
            id: Int64(key.id) ?? 0,
            topic: meeting.topic,
            start_time: meeting.start,
            occurrences: meeting.occurrences?.sorted().map { SandboxMeeting.Occurrence(occurrence_id: $0) },
            settings: SandboxMeeting.Settings(
                registration_type: meeting.registrationType,
                approval_type: isOff ? 2 : 1
            )
        )
    }

    /// A page of a host's meetings or webinars, like `GET /users/{userId}/meetings`: a series once for each occurrence.
    ///
    /// Source: "List meetings", "List webinars", and Zoom's list of their errors (zoom/api, errors/WebinarAPIs.md).
    ///
    /// - Parameter time: `now` as text, in the form of ``SeedMeeting/start``.
    package func meetings(
        of host: String,
        _ kind: SandboxKind,
        fields: [String: String],
        at now: Double,
        time: String
    ) throws(ZoomAnswer) -> SandboxHostPage {
        let host = host.lowercased()
        let all = meetings.values.filter { $0.host == host }
        guard !all.isEmpty else { throw ZoomAnswer(status: 404, code: 1001, message: "User does not exist: \(host).") }
        let own = all.filter { $0.kind == kind }
        guard kind == .meeting || !own.isEmpty else { throw Refusal.webinarPlan.answer(id: host, kind: kind) }
        guard let size = Int(fields["page_size"] ?? "30"), (1...300).contains(size) else {
            throw .invalid("page_size", "Invalid field.")
        }
        let isUpcoming = fields["type"] == "upcoming"
        let entries = own.flatMap { meeting -> [(order: (String, String), item: SandboxHostPage.Item)] in
            let (single, series) = kind == .meeting ? (2, 8) : (5, 9)
            func entry(_ start: String?, _ order: String, type: Int) -> (
                order: (String, String), item: SandboxHostPage.Item
            ) {
                let item = SandboxHostPage.Item(
                    id: Int64(meeting.id) ?? 0,
                    topic: meeting.topic,
                    type: type,
                    start_time: start
                )
                return ((order, meeting.id), item)
            }
            guard let occurrences = meeting.occurrences else {
                let isOver = isUpcoming && meeting.start.map { $0 < time } ?? false
                return isOver ? [] : [entry(meeting.start, meeting.start ?? "~", type: single)]
            }
            return occurrences.sorted().filter { !isUpcoming || (Double($0) ?? .infinity) / 1_000 >= now }
                .map { entry(nil, $0, type: series) }
        }.sorted { $0.order < $1.order }
        var start = 0
        if let token = fields["next_page_token"], !token.isEmpty {
            guard let offset = Self.offset(of: token, at: now) else { throw .pageExpired }
            start = offset
        }
        let isMore = start + size < entries.count
        return SandboxHostPage(
            kind: kind,
            page_size: size,
            total_records: entries.count,
            next_page_token: isMore ? Self.token(offset: start + size, at: now) : "",
            items: entries.dropFirst(start).prefix(size).map(\.item)
        )
    }

    /// Page tokens are valid for 15 minutes.
    private static func token(offset: Int, at now: Double) -> String {
        "p\(offset)=\(Int(now) + 900)"
    }

    private static func offset(of token: String, at now: Double) -> Int? {
        let parts = token.dropFirst().split(separator: "=")
        guard token.first == "p", parts.count == 2, let offset = Int(parts[0]), offset >= 0, let expiry = Int(parts[1]),
            now < Double(expiry)
        else { return nil }
        return offset
    }
}

/// A page of a list, as Zoom writes it.
package struct ListPage: Sendable, Encodable {
    package struct Person: Sendable, Encodable {
        let id: String
        let email: String
        let status: SandboxStatus
        var create_time = "2026-01-01T00:00:00Z"
        let first_name: String?
        let last_name: String?
        let custom_questions: [SeedAnswer]?

        init(_ person: ZoomModel.Person, _ status: SandboxStatus) {
            id = person.id
            email = person.email
            self.status = status
            first_name = person.firstName
            last_name = person.lastName
            custom_questions = person.answers
        }
    }

    let page_size: Int
    let total_records: Int
    let next_page_token: String
    let registrants: [Person]
}

/// A meeting or webinar, as Zoom writes it.
package struct SandboxMeeting: Sendable, Encodable {
    package struct Occurrence: Sendable, Encodable {
        package let occurrence_id: String
        /// The id in words: it counts milliseconds. Whoever serves it writes it.
        package var start_time: String?
        var status = "available"
    }

    struct Settings: Sendable, Encodable {
        let registration_type: Int
        /// 1 if a person approves each registration, 2 if there is none.
        let approval_type: Int
    }

    let id: Int64
    let topic: String
    let start_time: String?
    package var occurrences: [Occurrence]?
    let settings: Settings
}

/// A page of a host's meetings or webinars, as Zoom writes it.
package struct SandboxHostPage: Sendable, Encodable {
    package struct Item: Sendable, Encodable {
        package let id: Int64
        let topic: String
        let type: Int
        let start_time: String?
    }

    let kind: SandboxKind
    let page_size: Int
    let total_records: Int
    package let next_page_token: String
    package let items: [Item]

    private enum CodingKeys: String, CodingKey {
        case page_size, total_records, next_page_token, meetings, webinars
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(page_size, forKey: .page_size)
        try values.encode(total_records, forKey: .total_records)
        try values.encode(next_page_token, forKey: .next_page_token)
        try values.encode(items, forKey: kind == .meeting ? .meetings : .webinars)
    }
}

/// Randomness that depends on a seed and on the request, not on time: a run in another order meets the same faults.
package struct RandomDraw {
    private var source: SplitMix64

    package init(seed: UInt64, _ mixed: UInt64...) {
        source = SplitMix64(seed: mixed.reduce(seed) { SplitMix64.mix($0 ^ $1) })
    }

    /// The next number, 0..<1.
    package mutating func next() -> Double { Double(source.next() >> 11) * 0x1p-53 }

    /// The same hash of the same bytes, in every process (FNV-1a).
    package static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
