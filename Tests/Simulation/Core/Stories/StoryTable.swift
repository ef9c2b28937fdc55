// swift-format-ignore-file: NeverForceUnwrap
// Because: the numbers are valid.

import Decisions

/// A story with fixed steps, followed by calm nights in which everything must come right.
package struct ToldStory: Sendable, CustomStringConvertible {
    /// What happens, and what must follow.
    package let description: String
    private let steps: @Sendable () -> [Story.Step]

    private init(_ description: String, _ steps: @escaping @Sendable () -> [Story.Step]) {
        self.description = description
        self.steps = steps
    }

    /// Runs it.
    ///
    /// - Parameter trace: Receives each event as a line.
    /// - Throws: `Violation` if something happened that must never happen.
    package func callAsFunction(trace: ((String) -> Void)? = nil) async throws {
        _ = try await Story.watched(seed: 0, trace: trace) { story in
            for step in steps() { try await story.take(step) }
            try await story.end()
        }
    }
}

extension ToldStory {
    private static let meeting = Target(id: MeetingID("81000000001")!)
    private static let wrong = Target(id: MeetingID("81000000009")!)
    private static let (a, b, c) = (Person(number: 0), Person(number: 1), Person(number: 2))

    private static func row(
        _ action: Action,
        _ person: Person,
        _ naming: StoryRow.Naming = .both,
        at target: Target = meeting
    ) -> StoryRow {
        StoryRow(.action(action), person, by: naming, at: target)
    }

    private static func run(_ deliveries: StoryZoom.Delivery..., sends: Bool = true) -> Story.Step {
        .run(Story.Run(sends: sends, deliveries: deliveries))
    }

    private static let seat = Registration(target: meeting, person: a)

    /// Stories that once failed, each representing its whole kind.
    package static let all = [
        ToldStory("an answer was lost, its row deleted: what another list wants is sent again") {
            [
                .write("a.csv", [row(.approve, a)]), run(),
                .write("b.csv", [row(.deny, a), row(.deny, b)]), run(.answerLost),
                .write("b.csv", [row(.deny, b)]), .write("c.csv", [row(.approve, a), row(.approve, c)]), run(),
            ]
        },
        ToldStory("a refused row was deleted: nothing is sent when Zoom would take it") {
            [
                .write("a.csv", [row(.approve, a), row(.deny, b)]),
                .zoom("A is not registered") { $0.unregister(seat) }, run(),
                .write("a.csv", [row(.deny, b)]), run(),
                .tomorrow, .zoom("A is registered") { $0.registerAll() }, run(),
            ]
        },
        ToldStory("a mistyped meeting was refused and mended: nothing goes there when it exists") {
            [
                .zoom("the wrong meeting is missing") { $0.remove(wrong) },
                .write("a.csv", [row(.approve, a, at: wrong)]), run(),
                .write("a.csv", [row(.approve, a)]), run(),
                .tomorrow, .zoom("the wrong meeting exists") { $0.restoreAll() }, run(),
            ]
        },
        ToldStory("an open list was renamed, and a row deleted there: it is never sent") {
            [
                .write("list.csv", [row(.approve, a), row(.deny, b)]), run(sends: false),
                .rename("list.csv", "list-2.csv"), .write("list-2.csv", [row(.deny, b)]), run(),
            ]
        },
        ToldStory("the newest wish was withdrawn before it was sent: the one before it counts again") {
            [
                .write("a.csv", [row(.approve, a)]), run(sends: false),
                .write("b.csv", [row(.deny, a), row(.deny, b)]), run(sends: false),
                .write("b.csv", [row(.deny, b)]), run(),
            ]
        },
        ToldStory("what an earlier list says of id and email makes two rows of a later one a contradiction") {
            [
                .write("a.csv", [row(.approve, a)]), run(),
                .write("b.csv", [row(.deny, a, .id), row(.approve, a, .email)]), run(),
            ]
        },
        ToldStory("an open denial by email is overruled by an approval by id that names both in another row") {
            [
                .write("a.csv", [row(.deny, a, .email)]),
                .zoom("A has no more changes today") { $0.spend(seat) }, run(),
                .zoom("A has changes left") { $0.startDay() },
                .write("b.csv", [row(.approve, a, .id), row(.approve, a)]), run(),
                .tomorrow, run(),
            ]
        },
        ToldStory("cancelled by id, approved by email, cancelled by id and email: the last one is sent") {
            [
                .write("1.csv", [row(.cancel, a, .id)]), run(),
                .write("2.csv", [row(.approve, a, .email)]), run(),
                .write("3.csv", [row(.cancel, a, .id), row(.deny, b)]), run(),
                .write("4.csv", [row(.cancel, a)]), run(),
            ]
        },
        ToldStory("a refused row that a later list decides is skipped from then on") {
            [
                .write("a.csv", [row(.approve, a), row(.approve, b)]),
                .zoom("A is not registered") { $0.unregister(seat) }, run(),
                .zoom("A is registered") { $0.registerAll() },
                .write("b.csv", [row(.approve, a)]), run(),
            ]
        },
        ToldStory("a day's limit set one aside, then the whole meeting is refused: nothing is left open") {
            [
                .write("a.csv", [row(.approve, a), row(.approve, b)]),
                .zoom("A has no more changes today") { $0.spend(seat) }, run(.answered, .killed(.beforeBegin)),
                .zoom("the meeting is missing") { $0.remove(meeting) }, run(),
                .demand("nothing is open") { $0.open == 0 },
            ]
        },
    ]
}
