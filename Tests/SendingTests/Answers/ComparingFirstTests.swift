import Decisions
import Foundation
import Journal
import Spreadsheet
import Testing
import ZoomModel
import ZoomSandbox

@testable import Sending
@testable import Zoom

/// What every run does unless told otherwise.
@Suite("Comparing ids and emails with Zoom before sending")
struct ComparingFirstTests {
    private static let meeting = "84512093377"
    private static let header = "Meeting,Registrant ID,Email,Action\n"

    private static func people(_ count: Int) -> [SeedRegistrant] {
        (0..<count).map { SeedRegistrant(id: "r\($0)", email: "guest.\($0)@example.org") }
    }

    private static func csv(_ rows: [String]) -> String { header + rows.map { "\(meeting),\($0)\n" }.joined() }

    private func run(_ meetings: [SeedMeeting]) -> SandboxRun {
        var run = SandboxRun()
        run.preflight = .auto
        run.sandbox.seed = Seed(meetings: meetings)
        return run
    }

    private func run(_ people: [SeedRegistrant]) -> SandboxRun {
        run([SeedMeeting(id: Self.meeting, registrants: people)])
    }

    @Test("a row whose id is another's than its email fails unsent, and the rest of its batch is sent")
    func mismatch() async throws {
        let report = try await run(Self.people(5))(
            Self.csv([
                "r0,guest.0@example.org,approve", "r1,guest.2@example.org,deny", "r3,GUEST.3@Example.org,approve",
            ]),
            registrants: [(Self.meeting, "r0"), (Self.meeting, "r1"), (Self.meeting, "r2"), (Self.meeting, "r3")]
        )
        #expect(report.outcomes == [.applied, .failed, .applied])
        #expect(report.reasons[1].contains("two different people's") && report.reasons[1].contains("--ignore-ids"))
        #expect(report.statuses == [.approved, .pending, .pending, .approved])
        #expect(report.single == ["r0", "r1", "r3"] && report.lists == 0)
        #expect(report.sent.map(\.status) == [204])
        #expect(report.notice == nil)
    }

    @Test("many rows of a meeting are compared with one page")
    func many() async throws {
        var rows = (0..<90).map { "r\($0),guest.\($0)@example.org,approve" }
        rows[44] = "r44,guest.45@example.org,approve"
        let report = try await run(Self.people(100))(Self.csv(rows))
        #expect(report.counts == [.applied: 89, .failed: 1] && report.outcomes[44] == .failed)
        #expect(report.lists == 1 && report.single.isEmpty && report.sent.count == 3)
    }

    @Test("rows with an id alone or an email alone cause no request but their own")
    func onlyOne() async throws {
        let rows = (0..<40).map { $0 % 2 == 0 ? "r\($0),,approve" : ",guest.\($0)@example.org,approve" }
        let report = try await run(Self.people(40))(Self.csv(rows))
        #expect(report.counts == [.applied: 40] && report.asked.isEmpty && report.sent.count == 2)
    }

    @Test("status and absence decide nothing: whoever is so already, or unknown, is sent as ever")
    func sentAsEver() async throws {
        let people = [
            SeedRegistrant(id: "r0", email: "guest.0@example.org", status: .approved),
            SeedRegistrant(id: "r1", email: "", status: .pending),
        ]
        let report = try await run(people)(
            Self.csv([
                "r0,guest.0@example.org,approve", "r1,guest.1@example.org,approve", "r9,guest.9@example.org,deny",
            ])
        )
        #expect(report.outcomes == [.applied, .applied, .failed])
        #expect(report.codes[2] == 404)
        #expect(report.updates.flatMap(\.registrants).contains { $0.id == "r9" })
    }

    @Test("without the scopes it is one notice that names them, and everything is sent", arguments: [true, false])
    func noScope(isKnown: Bool) async throws {
        var run = run((0..<8).map { SeedMeeting(id: "8451209337\($0)", registrants: Self.people(2)) })
        if isKnown {
            run.sandbox.app.scopes = ["meeting:update:registrant_status:admin"]
            run.credentials = .sandboxApp()
        }
        // A token from elsewhere does not say its scopes.
        run.refusesLists = !isKnown
        let rows = (0..<8).map { "8451209337\($0),r0,guest.1@example.org,approve\n" }.joined()
        let report = try await run(Self.header + rows)
        #expect(report.ending == .done && report.counts == [.applied: 8])
        let notice = try #require(report.notice)
        #expect(notice.contains("meeting:read:list_registrants:admin"))
        #expect(notice.contains("meeting:read:registrant:admin") && notice.contains("--no-preflight"))
        #expect(report.asked.isEmpty == isKnown)
    }

    @Test("a meeting that Zoom refuses is told by the answer to what is sent")
    func refusedMeeting() async throws {
        let report = try await run([SeedMeeting(id: Self.meeting, refuse: .notHost)])(
            Self.csv((0..<9).map { "r\($0),guest.\($0)@example.org,approve" })
        )
        #expect(report.counts == [.failed: 9] && report.codes.allSatisfy { $0 == 3003 })
        #expect(report.lists == 1 && report.sent.count == 1)
    }

    @Test("faults on the way change nothing about who is compared")
    func faults() async throws {
        var run = run(Self.people(400))
        run.sandbox.faults = [
            FaultRule(.status(503, applied: false), .chance(0.1)), FaultRule(.cut(applied: false), .chance(0.1)),
        ]
        let rows = (0..<400).map { "r\($0),guest.\($0 % 40 == 7 ? $0 + 1 : $0)@example.org,approve" }
        let report = try await run(Self.csv(rows))
        #expect(report.outcomes == (0..<400).map { $0 % 40 == 7 ? .failed : .applied })
    }

    @Test("while Zoom can't be asked, nothing that could be compared is sent")
    func unreachable() async throws {
        var run = run(Self.people(2))
        run.options.retry = RetryPolicy(failures: 2)
        run.sandbox.faults = [FaultRule(.status(503, applied: false), .every(1))]
        let report = try await run(Self.csv(["r0,guest.1@example.org,approve"]))
        #expect(report.outcomes == [.pending] && report.sent.isEmpty)
    }

    @Test("what was sent tonight is not compared again; who failed unsent is asked again only with --preflight")
    func again() async throws {
        let csv = Self.csv(["r0,guest.0@example.org,approve", "r1,guest.0@example.org,approve"])
        var run = run(Self.people(1) + [SeedRegistrant(id: "r1", email: "guest.1@example.org")])
        run.sandbox.seed.meetings?[0].registrants?[0].refuse = .missing
        try await run.open { world in
            let first = try await world.run(csv)
            #expect(first.outcomes == [.failed, .failed] && first.single == ["r0", "r1"] && first.sent.count == 1)
            let second = try await world.run(csv, asksAgain: true)
            #expect(second.outcomes == [.failed, .failed] && second.asked.isEmpty && second.sent.count == 1)
        }
    }

    @Test("webinars are compared as webinars")
    func webinars() async throws {
        var run = run([] as [SeedMeeting])
        run.sandbox.seed = Seed(webinars: [SeedMeeting(id: Self.meeting, registrants: Self.people(3))])
        let report = try await run(
            "Webinar,Registrant ID,Email,Action\n\(Self.meeting),r0,guest.0@example.org,approve\n"
                + "\(Self.meeting),r1,guest.2@example.org,approve\n"
        )
        #expect(report.outcomes == [.applied, .failed])
    }

    // MARK: Lists from the field

    private static func field(_ name: String) throws -> String {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: tests.appending(path: "ReportingTests/Field/\(name).csv"), encoding: .utf8)
    }

    private static func number(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

    /// Whom the ids of list 62 really belong to: each to the email one row below.
    private static let rightful = (0..<12).map {
        SeedRegistrant(id: "Aa\(number($0))BbCcDdEeFfGgHhIiJj", email: "guest.\($0)@example.org")
    }

    @Test("a column of ids that has moved by a row: no row is sent, and each says why")
    func shiftedIDs() async throws {
        let report = try await run(Self.rightful)(Self.field("62-ids-shifted-by-one"))
        #expect(report.counts == [.failed: 12] && report.sent.isEmpty)
        #expect(report.lists == 1 && report.single.isEmpty)
        #expect(Set(report.reasons).count == 1 && report.reasons[0].contains("moved by a row"))
    }

    @Test("sent without a look, they are all found afterwards")
    func shiftedAndVerified() async throws {
        var run = run(Self.rightful)
        run.preflight = .off
        try await run.open { world in
            let report = try await world.run(Self.field("62-ids-shifted-by-one"))
            #expect(report.counts == [.applied: 12] && report.asked.isEmpty)
            let account = RunAccount(client: world.client, lister: world.client, options: world.plan.options)
            let verification = VerificationRun(
                journal: world.journal,
                job: JobID(rawValue: 1),
                accounts: [account],
                clock: world.clock
            )
            let (found, endings) = await verification()
            #expect(endings == [nil: .done])
            let differences = try #require(found[JobID(rawValue: 1)]).differences
            #expect(differences.map(\.found) == (0..<12).map { .otherEmail("guest.\(($0 + 1) % 12)@example.org") })
        }
    }

    @Test("an id beside somebody else's email, as an export by script has them", arguments: [true, false])
    func exported(isRight: Bool) async throws {
        let id = "R01aBcDeFgHiJkLmNoPqRs"
        let people = [SeedRegistrant(id: id, email: isRight ? "ada.moor@example.org" : "ben.cole@example.org")]
        let report = try await run(people)(Self.field("53b-id-and-other-email"), registrants: [(Self.meeting, id)])
        #expect(report.outcomes == [isRight ? .applied : .failed])
        #expect(report.statuses == [isRight ? .denied : .pending])
    }
}
