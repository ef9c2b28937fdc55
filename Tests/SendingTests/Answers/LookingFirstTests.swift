import Decisions
import Journal
import Testing
import ZoomModel
import ZoomSandbox

@testable import Sending
@testable import Zoom

@Suite("Looking at Zoom's lists before sending")
struct LookingFirstTests {
    private static let meeting = "84512093377"

    private static let people = [
        SeedRegistrant(id: "q0", email: "ann@example.org"),
        SeedRegistrant(id: "q1", email: "Bob@example.org", status: .approved),
        SeedRegistrant(id: "q2", email: "cem@example.org", status: .denied),
        SeedRegistrant(id: "q3", email: "dot@example.org", status: .cancelled),
        SeedRegistrant(id: "q4", email: "eve@example.org", status: .approved),
    ]

    private static func csv(_ rows: [(id: String, email: String, action: String)]) -> String {
        "Meeting,Registrant ID,Email,Action\n"
            + rows.map { "\(meeting),\($0.id),\($0.email),\($0.action)\n" }.joined()
    }

    private func run(_ meetings: [SeedMeeting]) -> SandboxRun {
        var run = SandboxRun()
        run.preflight = .on
        run.sandbox.seed = Seed(meetings: meetings)
        return run
    }

    @Test("each row ends as Zoom's lists say, no request is refused, and a second look says the same")
    func outcomes() async throws {
        let expected: [((String, String, String), Outcome)] = [
            (("", "ANN@example.org", "approve"), .applied),
            (("q1", "bob@example.org", "approve"), .skipped),
            (("", "cem@example.org", "deny"), .skipped),
            (("q9", "", "approve"), .failed),
            (("", "zed@example.org", "deny"), .failed),
            (("q3", "dot@example.org", "cancel"), .failed),
            (("q4", "fay@example.org", "deny"), .failed),
            (("q8", "eve@example.org", "approve"), .failed),
        ]
        try await run([SeedMeeting(id: Self.meeting, registrants: Self.people)]).open { world in
            let csv = Self.csv(expected.map(\.0))
            let report = try await world.run(csv)
            #expect(report.outcomes == expected.map(\.1))
            #expect(report.sent.map(\.status) == [204])
            // The id that was learned is sent together with the email.
            #expect(report.updates.first?.registrants.map(\.id) == ["q0"])
            #expect(report.updates.first?.registrants.map(\.email) == ["ANN@example.org"])
            #expect(report.reasons[6].contains("another email"))
            #expect(report.reasons[7].contains("The registrant id is not one of Zoom's"))
            let again = try await world.run(csv, asksAgain: true)
            #expect(again.outcomes == expected.map(\.1))
            #expect(again.sent.isEmpty)
        }
    }

    @Test(
        "a registrant whom this journal saw and somebody cancelled since is cancelled already",
        arguments: [SandboxStatus.denied, .cancelled]
    )
    func cancelledSince(cancelled: SandboxStatus) async throws {
        var run = run([SeedMeeting(id: Self.meeting, registrants: Self.people)])
        run.sandbox.cancelled = cancelled
        try await run.open { world in
            #expect(try await world.run(Self.csv([("q0", "", "approve")]), as: "first.csv").outcomes == [.applied])
            // Somebody cancels it in Zoom.
            let target = Target(id: try #require(MeetingID(Self.meeting)))
            let update = StatusUpdate(
                target: target,
                action: .cancel,
                registrants: [try #require(Registrant(id: "q0", email: nil))]
            )
            #expect(await world.client.base.send(update).status == 204)
            let report = try await world.run(Self.csv([("q0", "", "cancel")]), as: "last.csv")
            #expect(report.outcomes == [.skipped])
            #expect(report.sent.isEmpty)
        }
    }

    @Test("2 % of wrong registrants in many meetings cost no refused request, and batches are full")
    func manyMeetings() async throws {
        var meetings: [SeedMeeting] = []
        var csv = "Meeting,Registrant ID,Email,Action\n"
        var expected: [Outcome] = []
        var groups: [String: Int] = [:]
        for number in 0..<6 {
            let id = "8451209\(3_000 + number)"
            let count = 40 + number * 60
            let people = (0..<count).map {
                SeedRegistrant(id: "m\(number)r\($0)", email: "m\(number)r\($0)@example.org")
            }
            meetings.append(SeedMeeting(id: id, registrants: people))
            for place in 0..<count {
                let isBad = place % 50 == 7
                let action = ["approve", "deny"][place % 2]
                // By id, by email, by both.
                let name = "m\(number)r\(place)\(isBad ? "x" : "")"
                csv += "\(id),\(place % 3 != 1 ? name : ""),\(place % 3 != 0 ? "\(name)@example.org" : ""),\(action)\n"
                expected.append(isBad ? .failed : .applied)
                if !isBad { groups[id + action, default: 0] += 1 }
            }
        }
        var run = run(meetings)
        run.sandbox.limitsRate = false
        let report = try await run(csv)
        #expect(report.outcomes == expected)
        #expect(Set(report.sent.map(\.status)) == [204])
        // As few as there can be: for each meeting and action, the good ones in batches of 30.
        #expect(report.sent.count == groups.values.reduce(0) { $0 + ($1 + 29) / 30 })
        #expect(report.stats.peakPerMeeting == 1)
    }

    @Test("on the slowest plan lists and updates share its rate, and all is done")
    func slowPlan() async throws {
        let people = (0..<4).map { SeedRegistrant(id: "r\($0)") }
        var run = run((0..<2).map { SeedMeeting(id: "8451209337\($0)", registrants: people) })
        run.sandbox.plan = .free
        run.options = DispatchOptions(.free)
        let rows = (0..<8).map { "8451209337\($0 % 2),r\($0 / 2),,approve\n" }.joined()
        try await run.open { world in
            let start = world.clock.elapsed()
            let report = try await world.run("Meeting,Registrant ID,Email,Action\n" + rows)
            #expect(report.counts == [.applied: 8])
            // Six lists and two updates, two in a second; two limiters would need half a second less.
            #expect(world.clock.elapsed() - start >= .seconds(3))
            #expect(report.lists == 6 && report.sent.count == 2)
        }
    }

    @Test("faults while the lists are read change nothing about the outcome")
    func faults() async throws {
        let people = (0..<700).map { SeedRegistrant(id: "r\($0)", email: "guest.\($0)@example.org") }
        var run = run([SeedMeeting(id: Self.meeting, registrants: people)])
        run.sandbox.faults = [
            FaultRule(.status(503, applied: false), .chance(0.1)), FaultRule(.cut(applied: false), .chance(0.1)),
            FaultRule(.shape(.html), .chance(0.05)),
        ]
        let rows = (0..<720).map { "\(Self.meeting),r\($0),guest.\($0)@example.org,approve\n" }.joined()
        let report = try await run("Meeting,Registrant ID,Email,Action\n" + rows)
        #expect(report.outcomes == (0..<720).map { $0 < 700 ? .applied : .failed })
    }

    @Test("without the scope for lists nothing is sent, and the scope is named")
    func scope() async throws {
        var run = run([])
        run.sandbox.isOpen = true
        run.sandbox.app.scopes = ["meeting:update:registrant_status:admin"]
        run.credentials = .sandboxApp()
        let report = try await run(Self.csv([("q0", "", "approve"), ("q1", "", "approve")]))
        #expect(AnswerScene.End(report.ending) == .credentialsRefused)
        #expect("\(report.ending)".contains("meeting:read:list_registrants:admin"))
        #expect(report.outcomes == [.pending, .pending] && report.sent.isEmpty)
    }

    @Test("a meeting that Zoom refuses to list is failed without an update")
    func refusedMeeting() async throws {
        let run = run([SeedMeeting(id: Self.meeting, refuse: .missing)])
        let report = try await run(Self.csv((0..<40).map { ("r\($0)", "", "approve") }))
        #expect(report.counts == [.failed: 40])
        #expect(report.lists == 1 && report.sent.isEmpty)
    }

    @Test("webinars' lists are read for webinars")
    func webinars() async throws {
        var run = run([])
        run.sandbox.seed = Seed(webinars: [SeedMeeting(id: Self.meeting, registrants: Self.people)])
        let rows = ["ann", "bob"].map { "\(Self.meeting),\($0)@example.org,approve\n" }.joined()
        let report = try await run("Webinar,Email,Action\n" + rows)
        #expect(report.outcomes == [.applied, .skipped])
    }
}
