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
        let id = registrant.id ?? "made-up-" + String(Luck.hash("\(meeting.id)/\(email)".utf8), radix: 16)
        return meeting.people.add(Person(id: id, email: email, status: .pending))
    }

    /// Whether a registrant is one of those that do not exist, decided by its id (or without one its email) alone.
    static func isBad(_ key: String, fraction: Double) -> Bool {
        guard fraction > 0 else { return false }
        var luck = Luck(seed: 0, Luck.hash(key.lowercased().utf8))
        return luck.next() < fraction
    }
}
