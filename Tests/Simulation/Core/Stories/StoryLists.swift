import Decisions
import Journal

/// The lists of a story as they were read, and what they decide. Based on files and readings alone.
///
/// The rule: of each list the latest reading counts, and all lists count together. For each meeting and person, the
/// latest reading that decides about them says what is wanted. Content under an old name that names none of the
/// previous list's people is another list, and revokes nothing, unless nothing of that list could be sent. A deleted list still wants what it wanted.
struct StoryLists {
    /// How the journal must take a list.
    enum Taking: Equatable {
        /// As a known list; with its former name, if it has been renamed.
        case known(movedFrom: String?)
        /// As a new list; with the name under which its previous version was read, if there is one.
        case new(after: String?)
        /// No rule applies. Stories leave it out.
        case unclear(String)
    }

    enum Verdict: Equatable {
        case decision(Action)
        case undecided
        case rejected
    }

    struct Reading {
        let number: Int
        let job: JobID
        let content: [StoryRow]
        let verdicts: [Verdict]
        /// The number of request events before the reading.
        let eventsBefore: Int
        /// Whether to send it even if it is known to be done.
        let reapplies: Bool
        /// The name under which it was last seen.
        var path: String
        /// Whether it still counts; once it does not, it never does again.
        var stands = true
        /// Whether any of its rows could be sent.
        var decides: Bool { verdicts.contains { if case .decision = $0 { true } else { false } } }
    }

    /// Somebody in a meeting, webinar or occurrence, as far as names tell: one id, one email, or both if any row of
    /// that meeting or webinar named both.
    struct Subject: Hashable {
        let target: Target
        let person: Person
        /// `.both` if the two are known to be one person's.
        let naming: StoryRow.Naming
    }

    enum Wish: Equatable {
        case nothing
        case action(Action, reading: Int)
        /// A name was learned after two rows of one reading had decided differently about what turned out to be one
        /// person; no rule covers them.
        case unclear
    }

    /// The last reading under a name.
    private struct Place {
        var content: [StoryRow]
        var file: UInt64
    }

    private(set) var readings: [Reading] = []
    private var places: [String: Place] = [:]
    /// The latest reading of each content.
    private var latest: [[StoryRow]: Int] = [:]
    /// People whose id and email are known to belong together, by meeting or webinar.
    private var linked: Set<Registration> = []

    // MARK: Reading

    /// How a list must be taken.
    ///
    /// - Parameters:
    ///   - path: Its name.
    ///   - content: Its rows.
    ///   - file: Its identity, which renaming does not change.
    ///   - files: The current content of each file name.
    ///   - reapply: Whether to send all of its decisions again.
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
        // If the old name is in use again, nothing was moved.
        let moved =
            places[path]?.file == file
            ? nil : places.filter { $0.value.file == file && files[$0.key] == nil }.keys.min()
        if moved != nil, places[path] != nil { return .unclear("its name was another list's before") }
        let before = moved ?? path
        guard let place = places[before] else {
            let taking = takingInNewPlace(path, content, among: files)
            return taking == .new(after: nil) && mayTakeBack(path, content, besides: nil) ? Self.takesBack : taking
        }
        if place.content == content { return .known(movedFrom: moved) }
        return mayTakeBack(path, content, besides: latest[place.content]) ? Self.takesBack : .new(after: before)
    }

    private static let takesBack = Taking.unclear("it may take back an older list that once had its name")

    /// Whether an older list of this name still counts that the one between did not concern, but this one may.
    private func mayTakeBack(_ path: String, _ content: [StoryRow], besides version: Int?) -> Bool {
        readings.contains { old in
            old.stands && old.path == path && old.number != version && old.content != content
                && !isHeld(old.content, besides: path)
                && (content.isEmpty || old.content.sharesNames(with: content) || !old.decides)
        }
    }

    private func takingInNewPlace(_ path: String, _ content: [StoryRow], among files: [String: [StoryRow]]) -> Taking {
        guard let known = latest[content] else { return .new(after: nil) }
        guard readings[known].stands else { return .unclear("it is what a list once was, in a new place") }
        guard let isOverruled = isOverruled(readings[known]) else { return .unclear("what it decides is unclear") }
        guard isOverruled else {
            // If it is found again and every other file with its content is gone from its place, it was moved.
            let others = places.filter { $0.value.content == content }.keys
            return .known(movedFrom: others.contains { files[$0] != nil } ? nil : others.min())
        }
        let isCopy = files.contains { $0.key != path && $0.value == content && places[$0.key]?.content == content }
        return isCopy ? .new(after: nil) : .unclear("it was overruled, and is in a new place without the old one")
    }

    /// A list was read, as `taking` says it must be.
    mutating func read(
        _ path: String,
        _ content: [StoryRow],
        file: UInt64,
        _ taking: Taking,
        _ report: IngestReport,
        eventsBefore: Int,
        reapply: Bool
    ) throws {
        switch taking {
        case .unclear(let why): throw StateChecker.Broken(rule: "a story read \(path), though \(why)")
        case .known(let moved):
            try demand(!report.isNew, "\(path) was decided anew, though it is the same list as before")
            let known = latest[content].map { readings[$0].job }
            try demand(known == report.job, "\(path) is job \(report.job), but was another one before")
            if let number = latest[content] { readings[number].path = path }
            if let moved { places[moved] = nil }
        case .new(let before):
            try demand(report.isNew, "\(path) was not read anew, though it had to be")
            addReading(of: content, at: path, report.job, eventsBefore: eventsBefore, reapply: reapply)
            if let before, let old = places[before] {
                if old.content != content, let version = latest[old.content], !isHeld(old.content, besides: before),
                    content.isEmpty || content.sharesNames(with: old.content) || !readings[version].decides
                {
                    readings[version].stands = false
                }
                places[before] = nil
            }
        }
        places[path] = Place(content: content, file: file)
    }

    private func isHeld(_ content: [StoryRow], besides path: String) -> Bool {
        places.contains { $0.key != path && $0.value.content == content }
    }

    private mutating func addReading(
        of content: [StoryRow],
        at path: String,
        _ job: JobID,
        eventsBefore: Int,
        reapply: Bool
    ) {
        for row in content where row.naming == .both {
            if let target = row.target { linked.insert(Registration(target: target.whole, person: row.person)) }
        }
        if let old = latest[content] { readings[old].stands = false }
        var actions: [Subject: Set<Action>] = [:]
        for row in content {
            if case .action(let action) = row.word, let subject = subject(row) {
                actions[subject, default: []].insert(action)
            }
        }
        let verdicts = content.map { row -> Verdict in
            if row.word == .empty { return .undecided }
            guard case .action(let action) = row.word, let subject = subject(row) else { return .rejected }
            return actions[subject]?.count == 1 ? .decision(action) : .rejected
        }
        latest[content] = readings.count
        readings.append(
            Reading(
                number: readings.count,
                job: job,
                content: content,
                verdicts: verdicts,
                eventsBefore: eventsBefore,
                reapplies: reapply,
                path: path
            )
        )
    }

    private func demand(_ condition: Bool, _ rule: @autoclosure () -> String) throws {
        guard condition else { throw StateChecker.Broken(rule: rule()) }
    }

    // MARK: Wanted decisions

    /// Nil if a row names no meeting.
    func subject(_ row: StoryRow) -> Subject? {
        row.target.map { subject(row.person, by: row.naming, at: $0) }
    }

    func subject(_ person: Person, by naming: StoryRow.Naming, at target: Target) -> Subject {
        let isOne = linked.contains(Registration(target: target.whole, person: person))
        return Subject(target: target, person: person, naming: isOne ? .both : naming)
    }

    func wish(_ subject: Subject) -> Wish {
        var wish = Wish.nothing
        for reading in readings.reversed() where reading.stands {
            let actions = Set(decisions(of: reading, about: subject).map(\.action))
            if actions.count > 1 { return .unclear }
            if wish == .nothing, let action = actions.first { wish = .action(action, reading: reading.number) }
        }
        return wish
    }

    /// How a reading names somebody it decides about.
    func namings(of subject: Subject, in reading: Int) -> Set<StoryRow.Naming> {
        Set(decisions(of: readings[reading], about: subject).map(\.row.naming))
    }

    private func decisions(of reading: Reading, about subject: Subject) -> [(row: StoryRow, action: Action)] {
        zip(reading.content, reading.verdicts).compactMap { row, verdict in
            guard case .decision(let action) = verdict, self.subject(row) == subject else { return nil }
            return (row, action)
        }
    }

    /// Whether a newer reading decides differently about somebody; nil if that is unclear.
    private func isOverruled(_ reading: Reading) -> Bool? {
        var isOverruled = false
        for (row, verdict) in zip(reading.content, reading.verdicts) {
            guard case .decision(let action) = verdict, let subject = subject(row) else { continue }
            switch wish(subject) {
            case .unclear: return nil
            case .action(let wanted, _) where wanted != action: isOverruled = true
            default: break
            }
            // Only Zoom knows how far a whole series affects one of its occurrences.
            for other in relatives(of: subject.target) {
                switch wish(self.subject(subject.person, by: subject.naming, at: other)) {
                case .unclear: return nil
                case .action(let wanted, let number) where number > reading.number && wanted != action:
                    isOverruled = true
                default: break
                }
            }
        }
        return isOverruled
    }

    /// For an occurrence its whole series, for a series its occurrences.
    private func relatives(of target: Target) -> Set<Target> {
        let all = Set(readings.flatMap { $0.content.compactMap(\.target) })
        return all.filter { $0.whole == target.whole && ($0.occurrence == nil) != (target.occurrence == nil) }
    }
}

extension [StoryRow] {
    /// Whether an id or an email is in both, whatever the rows say about it.
    fileprivate func sharesNames(with other: [StoryRow]) -> Bool {
        !Set(flatMap(\.names)).isDisjoint(with: other.flatMap(\.names))
    }
}
