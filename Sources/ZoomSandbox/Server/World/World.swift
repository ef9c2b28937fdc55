/// Everything the sandbox knows, as a plain value: what it answers depends on it and on the moment alone.
struct World {
    let options: SandboxOptions
    var meetings: [MeetingKey: SandboxMeeting] = [:]
    var tokens: TokenIssuer
    var faults: FaultPlan
    var stats = SandboxStats()
    private var rate: RateCounter
    private var day = DayCount()
    private var seq = 0

    /// Meetings and webinars may share a number.
    struct MeetingKey: Hashable {
        let kind: SandboxKind
        let id: String
    }

    init(_ options: SandboxOptions, now: Double) {
        self.options = options
        tokens = TokenIssuer(options)
        faults = FaultPlan(rules: options.faults, seed: options.chanceSeed, latency: options.latency)
        rate = RateCounter(limit: options.plan.perSecond, window: options.window, others: options.otherAppRate)
        day.add(options.seed.requestsToday ?? 0, at: now)
        for (kind, list) in [(SandboxKind.meeting, options.seed.meetings), (.webinar, options.seed.webinars)] {
            for seed in list ?? [] {
                meetings[MeetingKey(kind: kind, id: seed.id)] = SandboxMeeting(
                    seed,
                    kind: kind,
                    isOpen: options.isOpen,
                    now: now
                )
            }
        }
    }

    /// The number of the next request.
    mutating func nextSeq() -> Int {
        seq += 1
        return seq
    }

    /// What is wrong with the token, if anything.
    func tokenRefusal(_ token: String?, needs sufficient: [String], at now: Double) -> SandboxAnswer? {
        guard let token, !token.isEmpty else { return .emptyToken }
        guard let scopes = tokens.scopes(of: token, at: now) else { return .invalidToken }
        return sufficient.contains(where: scopes.contains) ? nil : .scopeMissing(sufficient[0])
    }

    /// The account's limits: nil if the request may pass, which is then counted.
    mutating func limitRefusal(at now: Double) -> SandboxAnswer? {
        let perDay = options.perDay ?? options.plan.perDay
        if let perDay, day.value(at: now) >= perDay {
            var answer = SandboxAnswer.perDay
            answer.headers = limitHeaders("Daily-limit", limit: perDay, until: Self.nextDay(after: now), now: now)
            return answer
        }
        if options.limitsRate, !rate.admits(at: now) {
            var answer = SandboxAnswer.perSecond
            answer.headers = limitHeaders("QPS", limit: options.plan.perSecond, until: now + 1, now: now)
            return answer
        }
        day.add(at: now)
        return nil
    }

    /// The headers that Zoom sends with an answer that passed the limits.
    func passHeaders(at now: Double) -> [(name: String, value: String)] {
        guard options.limitsRate else { return [] }
        return [
            ("X-RateLimit-Category", "Medium"),
            ("X-RateLimit-Limit", String(options.plan.perSecond)),
            ("X-RateLimit-Remaining", String(rate.remaining(at: now))),
        ]
    }

    private func limitHeaders(
        _ type: String,
        limit: Int,
        until: Double,
        now: Double
    ) -> [(name: String, value: String)] {
        var headers = [
            ("X-RateLimit-Category", "Medium"), ("X-RateLimit-Type", type), ("X-RateLimit-Limit", String(limit)),
            ("X-RateLimit-Remaining", "0"),
        ]
        switch options.retryAfterForm {
        case .seconds: headers.append(("Retry-After", String(Int((until - now).rounded(.up)))))
        // Dates name whole seconds; the next one, so that obeying to the letter is enough.
        case .date: headers.append(("Retry-After", UTCText(until.rounded(.up)).http))
        case .iso: headers.append(("Retry-After", UTCText(until.rounded(.up)).iso))
        case .none: break
        }
        return headers
    }

    private static func nextDay(after now: Double) -> Double {
        ((now / 86_400).rounded(.down) + 1) * 86_400
    }
}

extension World {
    /// What is decided about a call at the moment when it comes in.
    struct Arrival {
        /// The answer, if token or limits already decide it.
        var refusal: SandboxAnswer?
        var fault: Fault?
        var latency: Duration = .zero
    }

    /// Judges token, limits and luck; a call that these refuse meets no fault.
    mutating func arrival(of call: APICall, path: String, at now: Double) -> Arrival {
        if let refusal = tokenRefusal(call.token, needs: call.scopes, at: now) {
            return Arrival(refusal: refusal, latency: options.latency.lowerBound)
        }
        if let refusal = limitRefusal(at: now) { return Arrival(refusal: refusal) }
        // A multipart body has a boundary of its own each time, so what it says is hashed and not its bytes.
        let content = RandomDraw.hash(path.utf8) ^ RandomDraw.hash(call.registrantKeys.joined(separator: "\n").utf8)
        let fate = faults.fate(of: content, isToken: false)
        return Arrival(fault: fate.fault, latency: fate.latency)
    }

    /// Does the call, unless something keeps it from being done.
    mutating func perform(
        _ call: APICall,
        arrival: Arrival,
        at now: Double
    ) -> (answer: SandboxAnswer, applied: [String]) {
        if let refusal = arrival.refusal { return (refusal, []) }
        if let fault = arrival.fault, !fault.applies { return (.updated, []) }
        var result: (answer: SandboxAnswer, applied: [String])
        switch call.form {
        case .success(let form):
            result = update(call.key, occurrence: call.fields["occurrence_id"], form: form, at: now)
        case .failure(let refused):
            result = (refused.answer, [])
        case nil:
            result = (list(call.key, fields: call.fields, at: now), [])
        }
        result.answer.headers += passHeaders(at: now)
        return result
    }
}

extension APICall {
    fileprivate var registrantKeys: [String] {
        guard case .success(let form) = form else { return [] }
        return [form.action] + form.registrants.map(\.key)
    }
}

extension World {
    /// Does what a status update asks, or says why not.
    ///
    /// - Returns: The answer, and the keys of those whose status was set.
    mutating func update(
        _ key: MeetingKey,
        occurrence: String?,
        form: StatusForm,
        at now: Double
    ) -> (answer: SandboxAnswer, applied: [String]) {
        guard let status = SandboxStatus(action: form.action, cancelled: options.cancelled) else {
            return (.invalid("action", "Invalid field."), [])
        }
        guard !form.registrants.isEmpty else { return (.invalid("registrants", "Must not be empty."), []) }
        guard form.registrants.allSatisfy({ !$0.key.isEmpty }) else {
            return (.invalid("registrants", "A registrant needs an id or an email."), [])
        }
        if options.isOpen, meetings[key] == nil {
            meetings[key] = SandboxMeeting(id: key.id, kind: key.kind, isOpen: true)
        }
        guard var meeting = meetings[key] else { return (absent(key), []) }
        // Taken out, so that changing it copies nothing.
        meetings[key] = nil
        defer { meetings[key] = meeting }
        return update(&meeting, occurrence: occurrence, to: status, registrants: form.registrants, at: now)
    }

    private func update(
        _ meeting: inout SandboxMeeting,
        occurrence: String?,
        to status: SandboxStatus,
        registrants: [NamedRegistrant],
        at now: Double
    ) -> (answer: SandboxAnswer, applied: [String]) {
        let most = meeting.mostRegistrants ?? options.mostRegistrants
        guard registrants.count <= most else { return (.tooManyRegistrants(most), []) }
        if let limit = options.perWebinarAndDay, meeting.kind == .webinar, meeting.requests.value(at: now) >= limit {
            // It names somebody of the request, as if the limit were that registrant's.
            return (.registrantDay(limit, kind: .webinar, registrant: registrants[0].key), [])
        }
        let places = registrants.map { place(of: $0, in: &meeting) }
        if let limit = options.perRegistrantAndDay {
            for (registrant, place) in zip(registrants, places) {
                if let place, meeting.people[place].changes.value(at: now) >= limit {
                    return (.registrantDay(limit, kind: meeting.kind, registrant: registrant.key), [])
                }
            }
        }
        meeting.requests.add(at: now)
        for place in places.compactMap(\.self) { meeting.people[place].changes.add(at: now) }
        if let refusal = meeting.refusal(occurrence: occurrence) { return (refusal, []) }

        var refusal: SandboxAnswer?
        var good: [(key: String, place: Int)] = []
        for (index, (registrant, place)) in zip(registrants, places).enumerated() {
            guard let place, meeting.people[place].refuse == nil else {
                refusal =
                    switch place.flatMap({ meeting.people[$0].refuse }) {
                    case nil: .notFound
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
            if seated + new > capacity { return (.full, []) }
        }
        if refusal == nil || options.appliesInPart {
            for (_, place) in good { meeting.people[place].set(status, in: occurrence) }
            return (refusal ?? .updated, good.map(\.key))
        }
        return (refusal ?? .updated, [])
    }

    /// What is said of a number that is nobody's, or a webinar's at a meeting's address.
    func absent(_ key: MeetingKey) -> SandboxAnswer {
        let isWebinars = key.kind == .meeting && meetings[MeetingKey(kind: .webinar, id: key.id)] != nil
        return isWebinars ? .webinarsNumber : .meetingMissing(key.id, kind: key.kind)
    }

    /// Where the registrant is among the meeting's people; in an open meeting it is made up on first sight, unless it
    /// is one of the bad ones.
    private func place(of registrant: NamedRegistrant, in meeting: inout SandboxMeeting) -> Int? {
        if let place = meeting.people.index(of: registrant) { return place }
        guard meeting.isOpen, !Self.isBad(registrant.key, fraction: options.badFraction) else { return nil }
        let email = registrant.email ?? ""
        let id = registrant.id ?? "made-up-" + String(RandomDraw.hash("\(meeting.id)/\(email)".utf8), radix: 16)
        return meeting.people.add(Person(id: id, email: email, status: .pending))
    }

    /// Whether a registrant is one of those that do not exist, decided by its id (or without one its email) alone.
    static func isBad(_ key: String, fraction: Double) -> Bool {
        guard fraction > 0 else { return false }
        var luck = RandomDraw(seed: 0, RandomDraw.hash(key.lowercased().utf8))
        return luck.next() < fraction
    }
}

extension World {
    /// A page of a meeting's registrants, as `GET …/registrants` does it.
    mutating func list(_ key: MeetingKey, fields: [String: String], at now: Double) -> SandboxAnswer {
        let occurrence = fields["occurrence_id"]
        guard let status = SandboxStatus(rawValue: fields["status"] ?? "approved"), status != .cancelled else {
            return .invalid("status", "Invalid field.")
        }
        guard let size = Int(fields["page_size"] ?? "30"), (1...300).contains(size) else {
            return .invalid("page_size", "Invalid field.")
        }
        var start = 0
        if let token = fields["next_page_token"], !token.isEmpty {
            guard let offset = Self.offset(of: token, at: now) else {
                return SandboxAnswer(status: 400, code: 300, message: "The next page token is invalid or expired.")
            }
            start = offset
        }
        guard
            var meeting = meetings[key]
                ?? (options.isOpen ? SandboxMeeting(id: key.id, kind: key.kind, isOpen: true) : nil)
        else { return absent(key) }
        defer { meetings[key] = meeting }
        if let refusal = meeting.refusal(occurrence: occurrence) { return refusal }

        let listed = meeting.people.list.filter { $0.status(in: occurrence) == status }
        let page = listed.dropFirst(start).prefix(size)
        let next = start + size < listed.count ? Self.token(offset: start + size, at: now) : ""
        var json = JSONText()
        json.object { json in
            json.field("page_size", size)
            json.field("total_records", listed.count)
            json.field("next_page_token", next)
            json.array("registrants", Array(page)) { json, person in
                json.object {
                    $0.field("id", person.id)
                    $0.field("email", person.email)
                    $0.field("status", status.rawValue)
                    $0.field("create_time", UTCText(now.rounded(.down)).iso)
                }
            }
        }
        return SandboxAnswer(status: 200, json: json.bytes)
    }

    /// Page tokens are good for 15 minutes.
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
