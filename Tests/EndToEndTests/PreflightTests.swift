import Foundation
import Testing
import ZoomModel

@Suite("Looking at Zoom's lists before sending", .serialized)
struct PreflightTests {
    private static let meeting = "84512093377"

    private static let people = [
        SeedRegistrant(id: "q0", email: "ann@example.org"),
        SeedRegistrant(id: "q1", email: "Bob@example.org", status: .approved),
        SeedRegistrant(id: "q2", email: "cem@example.org", status: .denied),
        SeedRegistrant(id: "q3", email: "dot@example.org", status: .cancelled),
        SeedRegistrant(id: "q4", email: "eve@example.org", status: .approved),
    ]

    private static func row(_ id: String, _ email: String, _ action: String) -> Spreadsheet.Row {
        Spreadsheet.Row(meeting: meeting, registrant: id, email: email, action: action)
    }

    @Test("each row ends as Zoom's lists say, and no request is refused")
    func outcomes() async throws {
        let expected: [(Spreadsheet.Row, String)] = [
            (Self.row("", "ANN@example.org", "approve"), "applied"),
            (Self.row("q1", "bob@example.org", "approve"), "skipped"),
            (Self.row("", "cem@example.org", "deny"), "skipped"),
            (Self.row("q9", "", "approve"), "failed"),
            (Self.row("", "zed@example.org", "deny"), "failed"),
            (Self.row("q3", "dot@example.org", "cancel"), "failed"),
            (Self.row("q4", "fay@example.org", "deny"), "failed"),
            (Self.row("q8", "eve@example.org", "approve"), "failed"),
        ]
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox(
                seed: Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: Self.people)])
            )
            let sheet = Spreadsheet(rows: expected.map(\.0))
            let file = try place.write(sheet.csv, as: "decisions.csv")
            let run = try await place.usher("run", file, "--preflight", to: sandbox)

            let results = try place.results(file)
            results.expectToMirror(sheet)
            #expect(results["outcome"] == expected.map(\.1))
            #expect(run.code == 1, "\(run.errors)")
            let updates = try sandbox.audit.updates()
            #expect(updates.map(\.status) == [204])
            // The id that was learned is sent together with the email.
            #expect(updates.first?.registrants == [Audit.Request.Registrant(id: "q0", email: "ANN@example.org")])
            #expect(results["reason"][6].contains("another email"))
            #expect(results["reason"][7].contains("The registrant id is not one of Zoom's"))
            let status = try await place.usher("status", "--check")
            #expect(status.code == 0, "\(status.errors)")

            // The same file again asks anew about what failed; the lists say the same, so nothing is sent.
            let again = try await place.usher("run", file, "--preflight", to: sandbox)
            #expect(again.code == 1)
            #expect(try place.results(file)["outcome"] == expected.map(\.1))
            #expect(try sandbox.audit.updates().count == 1)
        }
    }

    @Test("who was missing and has registered since is sent when the file is named again")
    func registeredSince() async throws {
        try await withWorkplace { place in
            let sheet = Spreadsheet(rows: [Self.row("", "zed@example.org", "approve")])
            let file = try place.write(sheet.csv, as: "decisions.csv")
            let before = try await place.startSandbox(
                seed: Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: Self.people)])
            )
            #expect(try await place.usher("run", file, "--preflight", to: before).code == 1)
            let now = Self.people + [SeedRegistrant(id: "q9", email: "zed@example.org")]
            let after = try await place.startSandbox(
                seed: Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: now)]),
                audit: "later.jsonl"
            )
            let run = try await place.usher("run", file, "--preflight", to: after)
            #expect(run.code == 0, "\(run.errors)")
            #expect(try after.audit.updates().flatMap(\.applied) == ["q9"])
        }
    }

    @Test(
        "an id and an email of two people are found before sending by default, in a dry run where asked, and afterwards"
    )
    func twoPeople() async throws {
        try await withWorkplace { place in
            let people = (0..<13).map { SeedRegistrant(id: "r\($0)", email: "guest.\($0)@example.org") }
            let sandbox = try await place.startSandbox(
                seed: Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: people)])
            )
            // A column that has moved by a row; only the last row is right.
            let rows = (0..<11).map { Self.row("r\($0 + 1)", "guest.\($0)@example.org", "approve") }
            let sheet = Spreadsheet(rows: rows + [Self.row("r12", "guest.12@example.org", "deny")])
            let file = try place.write(sheet.csv, as: "decisions.csv")

            let dry = try await place.usher("run", file, "--dry-run", "--preflight", to: sandbox)
            #expect(dry.code == 1, "\(dry.errors)")
            #expect(dry.output.contains("11 rows would fail without being sent, and 0 would be skipped"))
            #expect(dry.output.contains("  row 2: The id and the email are two different people's"))
            #expect(!FileManager.default.fileExists(atPath: place.journal.path))

            let run = try await place.usher("run", file, to: sandbox)
            #expect(run.code == 1, "\(run.errors)")
            #expect(try place.results(file).outcomes == ["failed": 11, "applied": 1])
            #expect(try sandbox.audit.updates().flatMap(\.applied) == ["r12"])
            // As the run itself would leave them failed.
            let next = try await place.usher("run", file, "--dry-run")
            #expect(next.output.contains("decisions.csv: nothing would be sent."), "\(next.output)")

            let blind = try await place.usher("run", file, "--no-preflight", "--journal", "other.db", to: sandbox)
            #expect(blind.code == 0, "\(blind.errors)")
            let verify = try await place.usher("verify", "1", "--journal", "other.db", to: sandbox)
            #expect(verify.code == 1)
            #expect(verify.output.contains("12 of 12 rows compared with Zoom, 11 differ."))
            #expect(
                verify.output.contains("the journal says approved, Zoom says that this id is guest.1@example.org"),
                "\(verify.output)"
            )
            let json = try await place.usher("verify", "1", "--journal", "other.db", "--format", "json", to: sandbox)
            #expect(json.output.contains("other_email") && json.output.contains("\"zoom_email\""))
        }
    }

    @Test("an app that may not read registrants sends without comparing, and says so once")
    func noScope() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--scopes", "meeting:update:registrant_status:admin")
            let file = try place.write(Spreadsheet.one(registrants: 2).csv, as: "decisions.csv")
            let run = try await place.usher("run", file, to: sandbox, environment: Sandbox.credentialsOnly)
            #expect(run.code == 0, "\(run.errors)")
            #expect(run.errors.components(separatedBy: "meeting:read:registrant:admin").count == 2)
            #expect(try sandbox.audit.requests().allSatisfy { $0.method != "GET" })
        }
    }
}
