import Foundation
import Testing
import ZoomSandbox

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

    @Test(
        "nothing differs right after a run, wherever Zoom lists who was cancelled",
        arguments: ["denied", "nowhere"]
    )
    func same(cancelled: String) async throws {
        try await withDoneJob(nil, cancelled: cancelled) { place, sandbox in
            let updates = try sandbox.audit.updates().count
            let verify = try await place.usher("verify", "1", to: sandbox)
            #expect(verify.code == 0, "\(verify.output)\(verify.errors)")
            #expect(
                verify.output.contains("3 of 4 rows compared with Zoom, none differs. Not compared: 1 not applied.")
            )
            #expect(try sandbox.audit.updates().count == updates)
        }
    }

    @Test("what somebody changed in Zoom since is named, line by line")
    func differs() async throws {
        var meddling = Spreadsheet.one(meeting: Self.meeting, registrants: 3)
        meddling.rows[0].action = "cancel"
        meddling.rows[1].action = "approve"
        try await withDoneJob(meddling, cancelled: "nowhere") { place, sandbox in
            let verify = try await place.usher("verify", "1", to: sandbox)
            #expect(verify.code == 1)
            let lines = verify.output.split(separator: "\n")
            #expect(lines.count == 4)
            #expect(lines[0].hasPrefix("line 2: meeting \(Self.meeting), guest.0@example.org, id r0: "))
            #expect(lines[0].contains("the journal says approved, Zoom says nothing"))
            #expect(lines[1].contains("line 3") && lines[1].contains("says denied, Zoom says approved"))
            #expect(lines[2].contains("line 4") && lines[2].contains("says cancelled, Zoom says approved"))
            #expect(lines[3].contains("3 differ."))
        }
    }

    @Test("rows that repeat another are compared with it, and named beside it where it differs")
    func repeated() async throws {
        var meddling = Spreadsheet.one(meeting: Self.meeting, registrants: 1)
        meddling.rows[0].action = "deny"
        try await withDoneJob(meddling) { place, sandbox in
            // The first row was applied by job 1, so here it is skipped; the next two repeat it.
            var sheet = Spreadsheet.one(meeting: Self.meeting, registrants: 2)
            sheet.rows[1] = sheet.rows[0]
            sheet.rows.append(sheet.rows[0])
            let file = try place.write(sheet.csv, as: "again.csv")
            #expect(try await place.usher("run", file, to: sandbox).code == 0)
            let verify = try await place.usher("verify", "2", to: sandbox)
            #expect(verify.code == 1, "\(verify.errors)")
            let lines = verify.output.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines[0].hasPrefix("line 2 (repeated at line 3, line 4): "))
            #expect(lines[1].hasSuffix("3 of 3 rows compared with Zoom, 3 differ."))
        }
    }

    @Test("programs get the same as JSON")
    func json() async throws {
        var meddling = Spreadsheet.one(meeting: Self.meeting, registrants: 1)
        meddling.rows[0].action = "deny"
        try await withDoneJob(meddling) { place, sandbox in
            let verify = try await place.usher("verify", "1", "--format", "json", to: sandbox)
            #expect(verify.code == 1)
            struct Report: Decodable {
                struct Difference: Decodable {
                    let row: Int
                    let line: Int?
                    let id: String
                    let registrant_id: String?
                    let email: String?
                    let journal: String
                    let zoom: String
                }
                let job: Int
                let rows: Int
                let compared: Int
                let differences: [Difference]
            }
            let report = try JSONDecoder().decode(Report.self, from: Data(verify.output.utf8))
            #expect(report.job == 1 && report.rows == 4 && report.compared == 3)
            let difference = try #require(report.differences.first)
            #expect(report.differences.count == 1)
            #expect(difference.row == 1 && difference.line == 2 && difference.id == Self.meeting)
            #expect(difference.registrant_id == "r0" && difference.email == "guest.0@example.org")
            #expect(difference.journal == "approved" && difference.zoom == "denied")
        }
    }

    @Test("what a later job of the same journal decided otherwise is no difference of the earlier one")
    func later() async throws {
        try await withDoneJob(nil) { place, sandbox in
            var sheet = Spreadsheet.one(meeting: Self.meeting, registrants: 1)
            sheet.rows[0].action = "deny"
            let file = try place.write(sheet.csv, as: "later.csv")
            #expect(try await place.usher("run", file, to: sandbox).code == 0)
            let first = try await place.usher("verify", "1", to: sandbox)
            #expect(first.code == 0, "\(first.output)")
            #expect(
                first.output.contains(
                    "2 of 4 rows compared with Zoom, none differs. Not compared: 1 not applied, 1 decided otherwise later."
                )
            )
            #expect(try await place.usher("verify", "2", to: sandbox).code == 0)
        }
    }

    @Test("a meeting that Zoom no longer lists differs, and the reason is given")
    func meetingGone() async throws {
        try await withDoneJob(nil) { place, _ in
            let empty = try await place.startSandbox(seed: Seed(), audit: "empty.jsonl")
            let verify = try await place.usher("verify", "1", to: empty)
            #expect(verify.code == 1)
            #expect(verify.output.contains("code 3001"))
        }
    }

    @Test("a job that does not exist, or a journal, is a mistake of the command line; none is made")
    func missing() async throws {
        try await withWorkplace { place in
            let environment = ["ZOOM_ACCESS_TOKEN": Optional(Sandbox.token)]
            let verify = try await place.usher("verify", "1", environment: environment)
            #expect(verify.code == 64)
            #expect(!FileManager.default.fileExists(atPath: place.journal.path))
        }
        try await withDoneJob(nil) { place, sandbox in
            let verify = try await place.usher("verify", "7", to: sandbox)
            #expect(verify.code == 64)
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
}
