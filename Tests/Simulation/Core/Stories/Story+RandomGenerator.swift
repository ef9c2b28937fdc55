// swift-format-ignore-file: NeverForceUnwrap
// Because: the numbers are valid.

import Decisions

/// How often requests fail in a story.
struct StoryTrouble {
    var lost = 0.0
    var killed = 0.0

    func delivery(_ chance: inout RandomGenerator) -> StoryZoom.Delivery {
        if chance.happens(killed) { return .killed(chance.pick(StoryZoom.KillPoint.allCases)) }
        guard chance.happens(lost) else { return .answered }
        return chance.pick([
            .answerLost, .answerLost, .requestLost, .unreachable, .withheld, .troubled(isDone: true),
            .troubled(isDone: false),
        ])
    }
}

/// Random stories.
extension Story {
    /// Runs the story of a seed.
    ///
    /// - Parameter trace: Receives each event as a line.
    /// - Throws: `Violation` if something happened that must never happen.
    package static func run(seed: UInt64, trace: ((String) -> Void)? = nil) async throws -> SeedRun.Figures {
        try await watched(seed: seed, trace: trace) { story in
            var author = StoryAuthor(&story.chance)
            try await author.tell(story)
        }
    }
}

/// Decides what happens in a random story: few people, few meetings and short lists, so that they often coincide.
private struct StoryAuthor {
    private let targets: [Target]
    /// A meeting's number with a slip in it.
    private let wrong: Target
    private let persons: [Person]
    private let batchSize: Int
    private let namings: [StoryRow.Naming]
    private var lists = 0

    init(_ chance: inout RandomGenerator) {
        let first = Target(id: MeetingID("81000000001")!)
        var targets = [first]
        if chance.happens(0.3) {
            targets.append(Target(kind: chance.happens(0.5) ? .webinar : .meeting, id: MeetingID("81000000002")!))
        }
        if chance.happens(0.2) { targets.append(Target(id: first.id, occurrence: OccurrenceID("1700000000000"))) }
        self.targets = targets
        wrong = Target(id: MeetingID("81000000009")!)
        persons = (0..<chance.int(1...5)).map(Person.init(number:))
        batchSize = chance.pick([1, 2, 30])
        namings = chance.pick([
            [.email], [.both], StoryRow.Naming.allCases, [.id, .email], [.id, .email, .id, .email, .both],
        ])
    }

    mutating func tell(_ story: Story) async throws {
        story.zoom.appliesInPart = story.chance.happens(0.5)
        story.zoom.remove(wrong)
        story.trouble = StoryTrouble(
            lost: story.chance.pick([0, 0, 0.1, 0.4]),
            killed: story.chance.pick([0, 0, 0.1, 0.3])
        )
        let isRefusing = story.chance.happens(0.6)
        for night in 0..<story.chance.int(2...6) {
            if night > 0 { try await story.take(.tomorrow) }
            if isRefusing { try await trouble(story) }
            for _ in 0..<story.chance.int(1...2) {
                for _ in 0..<story.chance.int(night == 0 ? 1...3 : 0...3) { try await write(story) }
                try await story.take(.run(run(story)))
            }
        }
        try await story.end()
    }

    private func run(_ story: Story) -> Story.Run {
        var run = Story.Run(batchSize: batchSize)
        if story.chance.happens(0.15), !story.inbox.files.isEmpty {
            run.command = .file(story.chance.pick(story.inbox.files).name)
            run.reapply = story.chance.happens(0.2)
        } else if story.chance.happens(0.07) {
            run.command = .resume
        }
        run.sends = story.chance.happens(0.8)
        return run
    }

    // MARK: Zoom

    private func trouble(_ story: Story) async throws {
        let target = story.chance.pick(targets).whole
        let seat = Registration(target: target, person: story.chance.pick(persons))
        let wrong = wrong
        let name = "\(seat.person.letter) at \(target.short)"
        switch story.chance.int(0...9) {
        case 0, 1: try await story.take(.zoom("\(name) is not registered") { $0.unregister(seat) })
        case 2, 3: try await story.take(.zoom("all are registered") { $0.registerAll() })
        case 4: try await story.take(.zoom("\(name) has no more changes today") { $0.spend(seat) })
        case 5: try await story.take(.zoom("\(target.short) takes no more requests today") { $0.fill(target) })
        case 6: try await story.take(.zoom("\(target.short) is missing") { $0.remove(target) })
        case 7:
            try await story.take(
                .zoom("\(target.short) exists") {
                    $0.restoreAll()
                    $0.remove(wrong)
                }
            )
        case 8: try await story.take(.zoom("all meetings exist, the wrong one too") { $0.restoreAll() })
        default: break
        }
    }

    // MARK: Lists

    private func row(_ chance: inout RandomGenerator) -> StoryRow {
        StoryRow(
            .action(chance.pick([.approve, .approve, .deny, .cancel])),
            chance.pick(persons),
            by: chance.pick(namings),
            at: chance.pick(targets)
        )
    }

    private mutating func newName() -> String {
        lists += 1
        return "list-\(lists).csv"
    }

    private mutating func newList(_ story: Story) async throws {
        let rows = (0..<story.chance.int(1...3)).map { _ in row(&story.chance) }
        try await story.take(.write(newName(), rows))
    }

    private mutating func write(_ story: Story) async throws {
        guard !story.inbox.files.isEmpty else { return try await newList(story) }
        let file = story.chance.pick(story.inbox.files)
        switch story.chance.int(0...19) {
        case 0, 1, 2: try await newList(story)
        case 3, 4:
            let isBack = !story.inbox.left.isEmpty && story.chance.happens(0.3)
            let name = isBack ? story.chance.pick(story.inbox.left) : newName()
            try await story.take(.rename(file.name, name))
            if story.chance.happens(0.15) { try await story.take(.write(file.name, [row(&story.chance)])) }
            if story.chance.happens(0.5) { try await save(story, name, changed(file.rows, &story.chance)) }
        case 5:
            let name = newName()
            try await story.take(.copy(file.name, name))
            if story.chance.happens(0.2) { try await save(story, name, changed(file.rows, &story.chance)) }
        case 6: try await story.take(.delete(file.name))
        case 7:
            guard !story.inbox.deleted.isEmpty else { return }
            let rows = story.chance.happens(0.5) ? file.rows : [row(&story.chance)]
            try await story.take(.write(story.chance.pick(story.inbox.deleted), rows))
        case 8, 9:
            guard !file.earlier.isEmpty else { return }
            try await save(story, file.name, story.chance.pick(file.earlier))
        case 10:
            let others = persons.filter { person in !file.rows.contains { $0.person == person } }
            guard !others.isEmpty else { return }
            var row = row(&story.chance)
            row.person = story.chance.pick(others)
            try await save(story, file.name, [row])
        case 11: try await save(story, file.name, [])
        case 12: try await save(story, file.name, story.chance.pick(story.inbox.files).rows)
        default: try await save(story, file.name, changed(file.rows, &story.chance))
        }
    }

    private func save(_ story: Story, _ name: String, _ rows: [StoryRow]) async throws {
        try await story.take(story.chance.happens(0.2) ? .replace(name, rows) : .write(name, rows))
    }

    private func changed(_ old: [StoryRow], _ chance: inout RandomGenerator) -> [StoryRow] {
        var rows = old
        guard !rows.isEmpty else { return [row(&chance)] }
        let place = chance.int(0...rows.count - 1)
        switch chance.int(0...13) {
        case 0, 1, 2:
            rows[place].word = .action(chance.pick(Action.allCases))
            if rows[place].target == nil { rows[place].target = targets[0] }
        case 3, 4, 5: rows.remove(at: place)
        case 6: rows.append(row(&chance))
        // No rule covers rows that are both.
        case 7: if rows[place].target != nil { rows[place].word = .empty }
        case 8: rows[place].word = .misspelt
        case 9: rows[place].target = chance.pick(targets)
        case 10: rows[place].target = rows[place].word == .empty || chance.happens(0.5) ? wrong : nil
        case 11:
            rows.append(rows[place])
            rows[rows.count - 1].naming = chance.pick(namings)
        case 12:
            rows.append(rows[place])
            rows[rows.count - 1].word = .action(chance.pick(Action.allCases))
        default: rows[place].naming = chance.pick(namings)
        }
        return rows
    }
}
