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
}
