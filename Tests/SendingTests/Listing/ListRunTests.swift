import Decisions
import Foundation
import Synchronization
import Testing
import ZoomModel
import ZoomSandbox

@testable import Sending
@testable import Zoom

@Suite("Listing who is registered")
struct ListRunTests {
    private static let meeting = "84512093377"
    private static let evenings = ["1796666400000", "1797271200000"]

    /// What a run listed.
    private final class Catch: Sendable {
        private let state = Mutex((pages: [(RegistrantPage, RegistrantQuery)](), details: [MeetingDetails]()))

        var pages: [(page: RegistrantPage, query: RegistrantQuery)] { state.withLock { $0.pages } }
        var details: [MeetingDetails] { state.withLock { $0.details } }
        /// The ids by occurrence, in order.
        var ids: [String: [String]] {
            pages.reduce(into: [:]) { ids, next in
                ids[next.query.target.occurrence?.description ?? "", default: []] += next.page.registrants.map(\.id)
            }
        }

        func take(_ page: RegistrantPage, _ query: RegistrantQuery) {
            state.withLock { $0.pages.append((page, query)) }
        }
        func announce(_ details: MeetingDetails) { state.withLock { $0.details.append(details) } }
    }

    private func list(
        _ seed: Seed,
        _ targets: [Target],
        _ statuses: [RegistrantQuery.Status] = [.pending],
        change: (inout SandboxRun) -> Void = { _ in }
    ) async throws -> (result: ListRun.Result, caught: Catch, stats: SandboxStats) {
        var sandbox = SandboxRun()
        sandbox.sandbox.seed = seed
        change(&sandbox)
        return try await sandbox.open { world in
            let run = ListRun(
                journal: world.journal,
                zoom: world.client.base,
                options: world.plan.options,
                statuses: statuses,
                clock: world.clock,
                seed: 1
            )
            let caught = Catch()
            let result = await run(targets, announce: { caught.announce($1) }, take: caught.take)
            return (result, caught, world.server.stats)
        }
    }

    private func target(_ id: String = meeting, _ kind: Target.Kind = .meeting) throws -> Target {
        Target(kind: kind, id: try #require(MeetingID(id)))
    }

    @Test("reads page after page of the wanted list alone, with names and answers")
    func pages() async throws {
        var people = (0..<620).map { SeedRegistrant(id: "r\($0)", status: $0 % 2 == 0 ? .pending : .approved) }
        people[0].firstName = "Ada"
        people[0].answers = [SeedAnswer(title: "Why?", value: "Because")]
        let seed = Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: people, topic: "Winter talks")])
        let (result, caught, stats) = try await list(seed, [target()])
        #expect(result.ending == .done && result.refused.isEmpty)
        #expect(caught.pages.map(\.page.registrants.count) == [300, 10])
        #expect(caught.ids == ["": (0..<310).map { "r\($0 * 2)" }])
        let first = try #require(caught.pages.first?.page.registrants.first).details
        #expect(first.firstName == "Ada" && first.registered == "2026-01-01T00:00:00Z")
        #expect(first.answers == [.init(question: "Why?", text: "Because", isOwn: true)])
        #expect(caught.details == [MeetingDetails(topic: "Winter talks")])
        #expect(stats.requests == 3)
    }

    @Test(
        "of a series, each occurrence has a list of its own only where people register for it",
        arguments: [1, 2, 3]
    )
    func series(type: Int) async throws {
        let people = [
            SeedRegistrant(id: "both"), SeedRegistrant(id: "first", occurrences: [Self.evenings[0]]),
            SeedRegistrant(id: "second", occurrences: [Self.evenings[1]]),
        ]
        let seed = Seed(meetings: [
            SeedMeeting(id: Self.meeting, occurrences: Self.evenings, registrants: people, registrationType: type)
        ])
        let (result, caught, _) = try await list(seed, [target()])
        #expect(result.ending == .done)
        #expect(
            caught.ids
                == (type == 1
                    ? ["": ["both", "first", "second"]]
                    : [Self.evenings[0]: ["both", "first"], Self.evenings[1]: ["both", "second"]])
        )
        #expect(caught.details.first?.occurrences.map(\.start) == ["2026-12-07T18:00:00Z", "2026-12-14T18:00:00Z"])
    }

    @Test("a meeting that Zoom refuses is named with the reason, and the others are listed")
    func refused() async throws {
        let one = SeedRegistrant(id: "r0")
        let seed = Seed(
            meetings: [
                SeedMeeting(id: Self.meeting, registrants: [one]),
                SeedMeeting(id: "68423085123", registration: false, registrants: [one]),
            ],
            webinars: [SeedMeeting(id: "91234567890", registrants: [one])]
        )
        let targets = [
            try target("999999999"), try target("68423085123"), try target(), try target("91234567890", .webinar),
        ]
        let (result, caught, _) = try await list(seed, targets)
        #expect(result.ending == .done)
        #expect(result.refused.map(\.target) == Array(targets.prefix(2)))
        #expect(result.refused[1].reason.localizedStandardContains("registration"))
        #expect(
            caught.pages.map(\.query.target).sorted { $0.id.description < $1.id.description }
                == Array(targets.suffix(2))
        )
    }

    @Test("trouble on the way is waited out, for the meeting as for its lists")
    func trouble() async throws {
        let people = (0..<20).map { SeedRegistrant(id: "r\($0)") }
        let seed = Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: people)])
        for fault in [Fault.status(503, applied: false), .cut(applied: true), .status(429, applied: false)] {
            let (result, caught, _) = try await list(seed, [target()]) {
                $0.sandbox.faults = [FaultRule(fault, .every(2))]
            }
            #expect(result.ending == .done, "\(fault)")
            #expect(caught.ids == ["": people.map(\.id)], "\(fault)")
        }
    }

    @Test("nothing is listed without the scope, and a server that fails for good ends it")
    func ends() async throws {
        let seed = Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: [SeedRegistrant(id: "r0")])])
        let scopeless = try await list(seed, [target()]) {
            $0.credentials = .sandboxApp()
            $0.sandbox.app.scopes = ["meeting:read:list_registrants:admin"]
        }
        guard case .refused(let disposition) = scopeless.result.ending else {
            Issue.record("\(scopeless.result.ending)")
            return
        }
        #expect(disposition.explanation.contains("meeting:read:meeting:admin"))
        let failing = try await list(seed, [target()]) {
            $0.sandbox.faults = [FaultRule(.status(503, applied: false), .every(1))]
            $0.speed = 100
        }
        #expect(failing.result.ending != .done && failing.caught.pages.isEmpty)
    }

    @Test("is stopped at once where it waits, and asks for nothing more")
    func stopped() async throws {
        var sandbox = SandboxRun()
        sandbox.sandbox.isOpen = true
        try await sandbox.open { world in
            let stop = StopSwitch()
            stop.turnOn()
            let run = ListRun(
                journal: world.journal,
                zoom: world.client.base,
                options: world.plan.options,
                statuses: [.pending],
                clock: world.clock,
                stop: stop
            )
            let result = await run([try target()], announce: { _, _ in }, take: { _, _ in Issue.record("listed") })
            #expect(result.ending == .interrupted)
        }
    }

    @Test("pages count for the day like those of any other list, and a spent day is said")
    func day() async throws {
        let people = (0..<700).map { SeedRegistrant(id: "r\($0)") }
        let seed = Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: people)])
        let (result, _, _) = try await list(seed, [target()]) {
            $0.options = DispatchOptions(.free)
            $0.options.days.account = 2
        }
        guard case .workRemains(_, let due) = result.ending else {
            Issue.record("\(result.ending)")
            return
        }
        #expect(due != nil)
    }
}
