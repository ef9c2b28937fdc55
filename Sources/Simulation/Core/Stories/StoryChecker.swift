internal import Decisions
internal import Journal

/// Knows what should be so in a story, from the spreadsheets as they were read and from what Zoom was told and answered.
/// Of the journal it knows the results alone.
///
/// Its rule: of each list the newest reading counts, and all lists count together. For each meeting and person, the newest
/// reading that decides about them is what is wanted.
struct StoryChecker {
    /// How the journal has to take a spreadsheet that is handed to it.
    enum Taking: Equatable {
        /// As one that it knows; from which name it was moved to this one.
        case known(movedFrom: String?)
        /// As a new one; of which name's spreadsheet it is the next version.
        case new(after: String?)
        /// No rule says. Stories leave it out.
        case unclear(String)
    }

    enum Verdict: Equatable {
        case decision(Action)
        case undecided
        case rejected
    }

    struct Reading {
        let number: Int
        let content: [StoryRow]
        let verdicts: [Verdict]
        /// What Zoom had been told by then.
        let eventsBefore: Int
        /// Whether it is sent although it is known to be so.
        let reapplies: Bool
        var job: JobID?
        /// Whether it still counts; once it does not, it never does again.
        var stands = true
    }

    /// What was last read under a name.
    private struct Place {
        var content: [StoryRow]
        var file: UInt64
        /// Readings of this list that stand, although the list names nobody of them any more.
        var left: [Int] = []
    }

    /// Somebody in a meeting, webinar or occurrence as far as names tell: one id, one email, or both as soon as any row
    /// named both.
    private struct Subject: Hashable {
        let target: Target
        let person: Person
        /// `.both` where the two are known to be one person's.
        let naming: StoryRow.Naming
    }

    private enum Wish: Equatable {
        case nothing
        case action(Action, reading: Int)
        /// A name was learned after two rows of one reading had decided differently about what turned out to be one person.
        case unclear
    }

    /// One registrant in one request.
    private struct Event {
        enum Kind {
            case done
            /// There was no answer that told.
            case maybe
            /// A request about others too was refused because of one of them; some may have been set.
            case maybeInPart
            /// It never left.
            case unsent
            case refused
        }

        let target: Target
        let person: Person
        let naming: StoryRow.Naming
        let action: Action
        let kind: Kind
    }

    private struct Known {
        var action: Action?
        /// Whether it is certain for whoever takes each request that may have done something for one that did.
        var isCertain = true
        /// The same, but what can't have done anything to these registrants may be counted too.
        var isBeyondDoubt = true
        /// How the person was named in requests that did it.
        var namings: Set<StoryRow.Naming> = []
        var isRefused = false
    }

    private(set) var readings: [Reading] = []
    private var places: [String: Place] = [:]
    /// The latest reading of each content.
    private var latest: [[StoryRow]: Int] = [:]
    /// Whose id and email are known to be one person's, by meeting or webinar.
    private var linked: Set<Seat> = []
    private var events: [Event] = []
    private var refusedTargets: [(target: Target, events: Int)] = []

    // MARK: Reading spreadsheets

    /// How a spreadsheet has to be taken.
    ///
    /// - Parameters:
    ///   - path: Its name.
    ///   - content: Its rows.
    ///   - file: What stays the same when it is renamed.
    ///   - files: What stands under each name at this moment.
    ///   - reapply: Whether all that it decides is to be sent again.
    func taking(
        _ path: String,
        _ content: [StoryRow],
        file: UInt64,
        among files: [String: [StoryRow]],
        reapply: Bool
    ) -> Taking {
        let taking = taking(path, content, file: file, among: files)
        guard reapply, case .known(let moved) = taking else { return taking }
        return .new(after: moved ?? (places[path] == nil ? nil : path))
    }

    private func taking(
        _ path: String,
        _ content: [StoryRow],
        file: UInt64,
        among files: [String: [StoryRow]]
    ) -> Taking {
        // Where the old name is in use again, nothing was moved.
        let moved =
            places[path]?.file == file
            ? nil : places.first { $0.value.file == file && files[$0.key] == nil }?.key
        if moved != nil, places[path] != nil { return .unclear("its name was another list's before") }
        if let before = moved ?? (places[path] == nil ? nil : path), let place = places[before] {
            if place.content == content { return .known(movedFrom: moved) }
            // Whether a list that came back to whom it named long ago takes that back too.
            let left = place.left.filter {
                readings[$0].stands && readings[$0].content != content && !isHeld(readings[$0].content, besides: before)
            }
            if left.contains(where: { content.isEmpty || !readings[$0].content.names.isDisjoint(with: content.names) })
            {
                return .unclear("it names somebody of an older list of this name, but nobody of the one between")
            }
            return .new(after: before)
        }
        guard let known = latest[content] else { return .new(after: nil) }
        guard readings[known].stands else { return .unclear("what a list once was is in a new place") }
        switch isOverruled(readings[known]) {
        case nil: return .unclear("whether it is overruled is unclear")
        case false: return .known(movedFrom: nil)
        default: break
        }
        let isCopy = files.contains { $0.key != path && $0.value == content && places[$0.key]?.content == content }
        return isCopy ? .new(after: nil) : .unclear("it was overruled, and is in a new place without the old one")
    }

    /// A spreadsheet was read, as `taking` says it has to be.
    mutating func read(
        _ path: String,
        _ content: [StoryRow],
        file: UInt64,
        _ taking: Taking,
        report: IngestReport,
        reapply: Bool
    ) throws {
        let job = report.job
        switch taking {
        case .unclear(let why): throw Ledger.Broken(rule: "a story read \(path), though \(why)")
        case .known(let moved):
            try demand(!report.isNew, "\(path) was decided anew, though it is the same list as before")
            let known = latest[content].map { readings[$0].job }
            try demand(known == .some(job), "\(path) is job \(job), but it was another one before")
            var place = places[moved ?? path] ?? Place(content: content, file: file)
            place.file = file
            if let moved { places[moved] = nil }
            places[path] = place
        case .new(let before):
            try demand(report.isNew, "\(path) was not read anew, though it had to be")
            addReading(of: content, job: job, reapply: reapply)
            var place = Place(content: content, file: file)
            if let before, let old = places[before] {
                place.left = old.left
                if old.content != content, let version = latest[old.content], !isHeld(old.content, besides: before) {
                    if content.isEmpty || !content.names.isDisjoint(with: old.content.names) {
                        readings[version].stands = false
                    } else {
                        place.left.append(version)
                    }
                }
                places[before] = nil
            }
            places[path] = place
        }
    }

    private func isHeld(_ content: [StoryRow], besides path: String) -> Bool {
        places.contains { $0.key != path && $0.value.content == content }
    }

    private mutating func addReading(of content: [StoryRow], job: JobID, reapply: Bool) {
        for row in content where row.naming == .both {
            if let target = row.target { linked.insert(Seat(target: target.whole, person: row.person)) }
        }
        if let old = latest[content] { readings[old].stands = false }
        var actions: [Subject: Set<Action>] = [:]
        for row in content {
            if case .action(let action) = row.word, let subject = subject(row) {
                actions[subject, default: []].insert(action)
            }
        }
        let verdicts = content.map { row -> Verdict in
            // An empty action decides nothing, whatever is wrong with the rest.
            if row.word == .empty { return .undecided }
            guard case .action(let action) = row.word, let subject = subject(row) else { return .rejected }
            return actions[subject]?.count == 1 ? .decision(action) : .rejected
        }
        let reading = Reading(
            number: readings.count,
            content: content,
            verdicts: verdicts,
            eventsBefore: events.count,
            reapplies: reapply,
            job: job
        )
        latest[content] = reading.number
        readings.append(reading)
    }

    private func subject(_ row: StoryRow) -> Subject? {
        row.target.map { subject(row.person, by: row.naming, at: $0) }
    }

    private func subject(_ person: Person, by naming: StoryRow.Naming, at target: Target) -> Subject {
        let isOne = linked.contains(Seat(target: target.whole, person: person))
        return Subject(target: target, person: person, naming: isOne ? .both : naming)
    }

    // MARK: What is wanted, and what is known

    private func decisions(of reading: Reading, about subject: Subject) -> [(StoryRow, Action)] {
        zip(reading.content, reading.verdicts).compactMap { row, verdict in
            guard case .decision(let action) = verdict, self.subject(row) == subject else { return nil }
            return (row, action)
        }
    }

    private func wish(_ subject: Subject) -> Wish {
        var wish = Wish.nothing
        for reading in readings.reversed() where reading.stands {
            let actions = Set(decisions(of: reading, about: subject).map(\.1))
            if actions.count > 1 { return .unclear }
            if wish == .nothing, let action = actions.first { wish = .action(action, reading: reading.number) }
        }
        return wish
    }

    /// Whether a newer reading decides otherwise about somebody; nil where that is unclear.
    private func isOverruled(_ reading: Reading) -> Bool? {
        var isOverruled = false
        for (row, verdict) in zip(reading.content, reading.verdicts) {
            guard case .decision(let action) = verdict, let subject = subject(row) else { continue }
            switch wish(subject) {
            case .unclear: return nil
            case .action(let wanted, _) where wanted != action: isOverruled = true
            default: break
            }
        }
        return isOverruled
    }

    private func known(_ subject: Subject) -> Known {
        var known = Known()
        for event in events where event.person == subject.person && event.naming.shares(subject.naming) {
            guard event.target == subject.target else {
                // How far a series reaches into its occurrences only Zoom knows.
                if event.target.whole == subject.target.whole, event.kind != .refused, event.kind != .unsent,
                    event.target.occurrence == nil || subject.target.occurrence == nil, event.action != known.action
                {
                    known.isBeyondDoubt = false
                }
                continue
            }
            switch event.kind {
            case .done:
                let namings = known.action == event.action ? known.namings : []
                known = Known(action: event.action, namings: namings.union([event.naming]))
            case .maybe where event.action != known.action: (known.isCertain, known.isBeyondDoubt) = (false, false)
            case .maybeInPart where event.action != known.action, .unsent where event.action != known.action:
                known.isBeyondDoubt = false
            case .refused: known.isRefused = true
            case .maybe, .maybeInPart, .unsent: break
            }
        }
        return known
    }

    private func wasDone(_ action: Action, _ subject: Subject, since first: Int) -> Bool {
        events.dropFirst(first).contains { event in
            event.target == subject.target && event.person == subject.person && event.action == action
                && event.naming.shares(subject.naming) && event.kind == .done
        }
    }

    private func wasRefused(_ subject: Subject, since first: Int) -> Bool {
        known(subject).isRefused
            || refusedTargets.contains { $0.target == subject.target.whole && $0.events >= first }
    }

    // MARK: Requests

    /// A request is about to leave.
    func check(_ shipment: Shipment) throws {
        for registrant in shipment.registrants {
            let (person, naming) = try name(registrant)
            let subject = subject(person, by: naming, at: shipment.target)
            let what = "\(shipment.action) \(person.letter) by \(naming.rawValue) at \(shipment.target.short)"
            switch wish(subject) {
            case .unclear: continue
            case .nothing: throw Ledger.Broken(rule: "\(what) is sent, but nothing is wanted any more")
            case .action(let action, let reading):
                try demand(
                    action == shipment.action,
                    "\(what) is sent, but job \(job(of: reading)) wants \(action)"
                )
                let known = known(subject)
                guard known.action == action, known.isBeyondDoubt else { continue }
                if readings[reading].reapplies,
                    !wasDone(action, subject, since: readings[reading].eventsBefore)
                {
                    continue
                }
                // Two rows of one spreadsheet may name one person differently; each may be sent once.
                let isSecondName =
                    !known.namings.contains(naming)
                    && Set(decisions(of: readings[reading], about: subject).map(\.0.naming)).count > 1
                try demand(isSecondName, "\(what) is sent, but is known to be so already")
            }
        }
    }

    /// There was an answer, or something else became of a request.
    mutating func note(_ shipment: Shipment, _ answer: StoryZoom.Answer) throws {
        switch answer {
        case .done: try note(shipment, as: .done)
        case .personNotFound: try note(shipment, as: shipment.registrants.count > 1 ? .maybeInPart : .refused)
        case .meetingNotFound: refusedTargets.append((shipment.target.whole, events.count))
        case .dayLimit, .targetDayLimit: break
        }
    }

    /// Nobody knows whether a request was done.
    mutating func noteMaybe(_ shipment: Shipment) throws { try note(shipment, as: .maybe) }

    /// A request never left.
    mutating func noteUnsent(_ shipment: Shipment) throws { try note(shipment, as: .unsent) }

    private mutating func note(_ shipment: Shipment, as kind: Event.Kind) throws {
        for registrant in shipment.registrants {
            let (person, naming) = try name(registrant)
            events.append(
                Event(target: shipment.target, person: person, naming: naming, action: shipment.action, kind: kind)
            )
        }
    }

    private func name(_ registrant: Registrant) throws -> (Person, StoryRow.Naming) {
        guard let person = Person(registrant) else { throw Ledger.Broken(rule: "\(registrant) is sent, who is nobody") }
        return (person, registrant.id == nil ? .email : registrant.email == nil ? .id : .both)
    }

    // MARK: Results

    /// Looks at the outcome of each row after a run.
    ///
    /// - Parameters:
    ///   - files: What stands under each name at this moment.
    ///   - isEnd: Whether everything must be settled.
    func check(_ reader: JournalReader, files: [String: [StoryRow]], zoom: StoryZoom, isEnd: Bool) throws {
        let jobs = try reader.jobs()
        try demand(jobs.count == readings.count, "there are \(jobs.count) jobs, but \(readings.count) lists were read")
        for reading in readings {
            guard let job = jobs.first(where: { $0.id == reading.job }) else {
                throw Ledger.Broken(rule: "job \(job(of: reading.number)) is missing")
            }
            var outcomes: [Outcome] = []
            try reader.forEachRow(of: job) { outcomes.append($0.outcome) }
            try demand(outcomes.count == reading.content.count, "job \(job.id) has \(outcomes.count) rows")
            for place in outcomes.indices {
                do {
                    try check(outcomes[place], of: place, in: reading, isEnd: isEnd)
                } catch let broken as Ledger.Broken {
                    throw Ledger.Broken(
                        rule: "job \(job.id), row \(place + 1) (\(reading.content[place])): \(broken.rule)"
                    )
                }
            }
        }
        if isEnd { try checkEnd(files: files, zoom: zoom) }
    }

    private func check(_ outcome: Outcome, of place: Int, in reading: Reading, isEnd: Bool) throws {
        let isOpen = outcome == .pending || outcome == .deferred
        try demand(!isEnd || !isOpen, "it is \(outcome) in the end")
        switch reading.verdicts[place] {
        case .rejected: try demand(outcome == .rejected, "it is \(outcome) in place of rejected")
        case .undecided: try demand(outcome == .skipped, "it is \(outcome) in place of skipped")
        case .decision(let action):
            guard let subject = subject(reading.content[place]) else { return }
            switch wish(subject) {
            case .unclear: break
            case .action(_, reading.number):
                let known = known(subject)
                let isSo = known.action == action && known.isCertain
                if outcome == .applied || outcome == .skipped {
                    try demand(isSo, "it is \(outcome), but Zoom is not known to have it so")
                }
                if outcome == .failed {
                    try demand(wasRefused(subject, since: reading.eventsBefore), "it is failed, but was not refused")
                }
                try demand(outcome != .rejected, "it is rejected, but nothing is wrong with it")
            case .nothing, .action:
                let wasDone = wasDone(action, subject, since: reading.eventsBefore)
                try demand(
                    outcome == .skipped || outcome == .applied && wasDone,
                    "it is \(outcome), but it is not what counts"
                )
            }
        }
    }

    /// Everything that is wanted must be so, in Zoom and as far as is known, but for what a person was left with: a refusal
    /// whose spreadsheet is gone, so that nobody could name it again.
    private func checkEnd(files: [String: [StoryRow]], zoom: StoryZoom) throws {
        for reading in readings where reading.stands {
            for (row, verdict) in zip(reading.content, reading.verdicts) {
                guard case .decision(let action) = verdict, let subject = subject(row),
                    wish(subject) == .action(action, reading: reading.number)
                else { continue }
                let known = known(subject)
                let what = "job \(job(of: reading.number)) wants \(row)"
                let isSo = known.action == action && known.isCertain
                if !isSo, wasRefused(subject, since: reading.eventsBefore), !files.values.contains(reading.content) {
                    continue
                }
                try demand(isSo, "\(what), but in the end Zoom is not known to have it so")
                // Whoever has an id and an email that nobody knows to be one person's may have been decided about twice.
                let hasSecondName = events.contains { event in
                    event.target == subject.target && event.person == subject.person && event.action != action
                        && !event.naming.shares(subject.naming)
                }
                let status = zoom.statuses[Seat(target: subject.target, person: subject.person)]
                try demand(
                    hasSecondName || status == action,
                    "\(what), but in the end it is \(status?.rawValue ?? "nothing")"
                )
            }
        }
    }

    private func job(of reading: Int) -> String { readings[reading].job?.description ?? "?" }

    private func demand(_ condition: Bool, _ rule: @autoclosure () -> String) throws {
        guard condition else { throw Ledger.Broken(rule: rule()) }
    }
}
