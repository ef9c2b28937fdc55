import Foundation
import Testing
import ZoomModel

@Suite("Comparing a job with Zoom afterwards", .serialized)
struct VerifyTests {
    private static let meeting = "84512093377"

    /// A job of three rows that is done, and what somebody then did in Zoom.
    private func withDoneJob(
        _ meddling: Spreadsheet?,
        cancelled: String = "denied",
        _ body: (Workplace, Sandbox) async throws -> Void
    ) async throws {
        try await withWorkplace { place in
            let people = (0..<4).map { SeedRegistrant(id: "r\($0)", email: "guest.\($0)@example.org") }
            let sandbox = try await place.startSandbox(
                "--cancelled",
                cancelled,
                seed: Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: people)])
            )
            var sheet = Spreadsheet.one(meeting: Self.meeting, registrants: 3)
            sheet.rows[1].action = "deny"
            sheet.rows[2].action = "cancel"
            sheet.rows.append(Spreadsheet.Row(meeting: Self.meeting, registrant: "nobody"))
            let file = try place.write(sheet.csv, as: "decisions.csv")
            #expect(try await place.usher("run", file, to: sandbox).code == 1)
            if let meddling {
                let other = try place.write(meddling.csv, as: "meddling.csv")
                #expect(try await place.usher("run", other, "--journal", "other.db", to: sandbox).code == 0)
            }
            try await body(place, sandbox)
        }
    }

    @Test("what somebody changed in Zoom since is named, row by row")
    func differs() async throws {
        var meddling = Spreadsheet.one(meeting: Self.meeting, registrants: 3)
        meddling.rows[0].action = "cancel"
        meddling.rows[1].action = "approve"
        try await withDoneJob(meddling, cancelled: "nowhere") { place, sandbox in
            let verify = try await place.usher("verify", "1", to: sandbox)
            #expect(verify.code == 1)
            let lines = verify.output.split(separator: "\n")
            #expect(lines.count == 4)
            #expect(lines[0].hasPrefix("row 2: meeting \(Self.meeting), guest.0@example.org, id r0: "))
            #expect(lines[0].contains("the journal says approved, Zoom says nothing"))
            #expect(lines[1].contains("row 3") && lines[1].contains("says denied, Zoom says approved"))
            #expect(lines[2].contains("row 4") && lines[2].contains("says cancelled, Zoom says approved"))
            #expect(lines[3].contains("3 differ."))
        }
    }

    @Test("trouble on the way is no difference: it ends with 69, and 77 where the token is refused")
    func trouble() async throws {
        try await withDoneJob(nil) { place, sandbox in
            let refused = try await place.usher(
                "verify",
                "1",
                to: sandbox,
                environment: ["ZOOM_ACCESS_TOKEN": "stale"]
            )
            #expect(refused.code == 77)
            #expect(
                refused.output.hasSuffix(
                    "Nothing was compared with Zoom. Of 4 rows: 1 not applied, 3 of lists that could not be read.\n"
                ),
                "\(refused.output)"
            )
            try await sandbox.setFaults(["redirect:1"])
            #expect(try await place.usher("verify", "1", to: sandbox).code == 69)
        }
    }

    private func withStuckRegistrant(_ body: (Workplace, Sandbox, String) async throws -> Void) async throws {
        try await withWorkplace { place in
            let people = (0..<3).map {
                SeedRegistrant(id: "r\($0)", email: "guest.\($0)@example.org", stuck: $0 == 1)
            }
            let sandbox = try await place.startSandbox(
                seed: Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: people)])
            )
            let sheet = Spreadsheet.one(meeting: Self.meeting, registrants: 3)
            try await body(place, sandbox, try place.write(sheet.csv, as: "decisions.csv"))
        }
    }

    @Test("--verify names who was confirmed and not changed, in results and report, and ends with 1")
    func afterRun() async throws {
        try await withStuckRegistrant { place, sandbox, file in
            let run = try await place.usher("run", "--verify", file, to: sandbox)
            #expect(run.code == 1, "\(run.errors)")
            #expect(run.output.contains("3 applied. Compared with Zoom's lists: 3 rows, 1 differs."))
            let results = try place.results(file)
            #expect(results["outcome"] == ["applied", "applied", "applied"])
            #expect(
                results["reason"].map { $0.contains("its lists showed the registrant as pending") } == [
                    false, true, false,
                ]
            )
            #expect(try place.read("decisions.csv.report.html").contains("Zoom showed otherwise"))
            #expect(try await place.usher("report").output.hasPrefix("One row needs you."))
            #expect(try await place.usher("status", "--check").code == 0)

            // What was found stays in the journal; nothing is sent or read again.
            let count = try sandbox.audit.count
            #expect(try await place.usher("run", "--verify", file, to: sandbox).code == 0)
            #expect(try sandbox.audit.count == count)
            #expect(try place.results(file)["reason"][1].contains("as pending"))
        }
    }

    @Test("`verify: true` holds for usher resume and for the inbox, too")
    func unattended() async throws {
        try await withDoneJob(nil) { place, sandbox in
            try place.write("verify: true\nsettle: 0\n", as: "c.yaml")
            let environment = ["USHER_CONFIG": Optional("c.yaml")]
            let sheet = Spreadsheet.one(meeting: Self.meeting, registrants: 1).csv.replacing("approve", with: "deny")
            let file = try place.write(sheet, as: "later.csv")
            #expect(try await place.usher("run", "--ingest-only", file, environment: environment).code == 75)
            let resumed = try await place.usher("resume", to: sandbox, environment: environment)
            #expect(resumed.code == 0, "\(resumed.errors)")
            #expect(resumed.output.contains("Compared with Zoom's lists: 1 row, none differs."))

            try FileManager.default.createDirectory(at: place.url("inbox"), withIntermediateDirectories: true)
            try place.write(Spreadsheet.one(meeting: Self.meeting, registrants: 2).csv, as: "inbox/list.csv")
            let night = try await place.usher("run", "--inbox", "inbox", to: sandbox, environment: environment)
            #expect(night.code == 0, "\(night.errors)")
            #expect(night.output.contains("Compared with Zoom's lists: 2 rows, none differs."))
        }
    }

    @Test("lists that can't be read take nothing from the results; a scope that is missing is told with 77")
    func unreadable() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--scopes", "meeting:update:registrant_status:admin")
            let file = try place.write(Spreadsheet.one(registrants: 2).csv, as: "decisions.csv")
            let run = try await place.usher("run", "--verify", file, to: sandbox, environment: Sandbox.credentialsOnly)
            #expect(run.code == 77)
            #expect(run.errors.contains("meeting:read:list_registrants:admin"))
            #expect(run.errors.contains("The results are not affected"))
            #expect(try place.results(file).outcomes == ["applied": 2])
            #expect(!run.output.contains("Compared"))
        }
    }
}
