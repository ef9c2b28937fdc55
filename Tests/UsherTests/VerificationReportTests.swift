import Decisions
import Foundation
import Journal
import Reporting
import Spreadsheet
import Testing
import Zoom

@testable import Sending

/// What `usher verify` says of jobs that were carried out, and of lists that show what they show.
@Suite("usher verify")
struct VerificationReportTests {
    private static let meeting = "84512093377"
    private let place = TestDirectory()
    private let journal: Journal

    init() throws { journal = try Journal(path: place.path("journal.db")) }

    /// A job of rows `id,email,action`, of which Zoom applied all that could be sent.
    private func job(_ rows: String..., name: String = "list.csv") async throws -> JobID {
        let lines = rows.map { "\(Self.meeting),\($0)\n" }.joined()
        try place.write(name, "Meeting,Registrant ID,Email,Action\n" + lines)
        let source = try SpreadsheetSource(path: place.path(name))
        let job = try await journal.ingest(source, options: IngestOptions(), at: Date()).job
        for batch in try await journal.openBatches(of: [job]) {
            _ = try await journal.begin([batch.id], at: Date())
            let attempt = Attempt(startedAt: Date(), duration: .milliseconds(9), status: 204)
            _ = try await journal.settle(batch.id, .applied, after: attempt, at: Date())
        }
        return job
    }

    /// The report on a job, where Zoom's lists show these people, or refuses to show any.
    private func report(
        on job: JobID,
        listed: [(id: String, status: RegistrantQuery.Status)] = [],
        refused reason: String? = nil,
        isComplete: Bool = true
    ) async throws -> VerificationReport {
        var directory = RegistrantDirectory()
        for (id, status) in listed {
            let email = "\(id)@example.org"
            directory.add(ListedRegistrant(id: id, email: email, status: status.rawValue), in: status)
        }
        var verification = Verification()
        let groups = try await journal.claimingRows(of: job)
        for rows in groups where isComplete {
            let claims = try await journal.claims(of: rows, in: job)
            if let reason {
                verification.refuse(claims, of: rows.target, because: reason)
            } else {
                verification.compare(claims, of: rows.target, with: directory)
            }
        }
        let reader = try JournalReader(path: journal.path)
        return try VerificationReport(
            of: verification,
            job: reader.job(job),
            claiming: groups.reduce(0) { $0 + $1.count },
            isComplete: isComplete,
            in: reader
        )
    }

    private static let three = ["a,a@example.org,approve", "b,b@example.org,deny", "c,c@example.org,cancel"]

    @Test("nothing differs right after a run, wherever Zoom lists who was cancelled", arguments: [true, false])
    func same(isListed: Bool) async throws {
        let job = try await job(Self.three[0], Self.three[1], Self.three[2], "d,d@example.org,perhaps")
        let listed: [(String, RegistrantQuery.Status)] = [("a", .approved), ("b", .denied)]
        let text = try await report(on: job, listed: listed + (isListed ? [("c", .denied)] : [])).text
        #expect(
            text.hasSuffix("3 of 4 rows compared with Zoom, none differs. Not compared: 1 not applied."),
            "\(text)"
        )
        #expect(!text.contains("\n"))
    }

    @Test("what somebody changed in Zoom since is named, each with a line, and the lines in the file's order")
    func differs() async throws {
        let job = try await job(Self.three[0], Self.three[1], Self.three[2])
        let lines = try await report(on: job, listed: [("b", .approved), ("c", .approved)]).text
            .split(separator: "\n")
        try #require(lines.count == 4)
        #expect(lines[0].contains(Self.meeting) && lines[0].contains("a@example.org"))
        #expect(lines[0].contains("the journal says approved, Zoom says nothing"))
        #expect(lines[1].contains("says denied, Zoom says approved"))
        #expect(lines[2].contains("says cancelled, Zoom says approved"))
        #expect(lines[3].hasSuffix("3 of 3 rows compared with Zoom, 3 differ."))
    }

    @Test("rows that repeat another are compared with it, and named beside it where it differs")
    func repeated() async throws {
        _ = try await job(Self.three[0], name: "first.csv")
        // Applied by the first job, so here it is skipped; the next two repeat it.
        let job = try await job(Self.three[0], Self.three[0], Self.three[0], name: "again.csv")
        let report = try await report(on: job, listed: [("a", .denied)])
        let lines = report.text.split(separator: "\n")
        try #require(lines.count == 2)
        #expect(lines[0].contains("repeated at row 3, row 4"))
        #expect(lines[1].hasSuffix("3 of 3 rows compared with Zoom, 3 differ."))
        #expect(try report.json().filter { !$0.isWhitespace }.contains("\"repeated_rows\":[3,4]"))
    }

    @Test("programs get the same as JSON")
    func json() async throws {
        struct Whole: Decodable {
            struct Difference: Decodable {
                let row: Int
                let id: String
                let registrant_id: String?
                let email: String?
                let journal: String
                let zoom: String
            }
            let job: Int64
            let rows: Int
            let compared: Int
            let differences: [Difference]
        }
        let job = try await job(Self.three[0], Self.three[1], "d,d@example.org,perhaps")
        let text = try await report(on: job, listed: [("a", .approved), ("b", .approved)]).json()
        let whole = try JSONDecoder().decode(Whole.self, from: Data(text.utf8))
        #expect(whole.job == job.rawValue && whole.rows == 3 && whole.compared == 2)
        let difference = try #require(whole.differences.first)
        #expect(whole.differences.count == 1)
        #expect(difference.row == 3 && difference.id == Self.meeting)
        #expect(difference.registrant_id == "b" && difference.email == "b@example.org")
        #expect(difference.journal == "denied" && difference.zoom == "approved")
    }

    @Test("what a later job of the same journal decided otherwise is no difference of the earlier one")
    func later() async throws {
        let first = try await job(Self.three[0], Self.three[1])
        let second = try await job("a,a@example.org,deny", name: "later.csv")
        let listed: [(String, RegistrantQuery.Status)] = [("a", .denied), ("b", .denied)]
        let text = try await report(on: first, listed: listed).text
        #expect(
            text.hasSuffix("1 of 2 rows compared with Zoom, none differs. Not compared: 1 decided otherwise later."),
            "\(text)"
        )
        let later = try await report(on: second, listed: listed).text
        #expect(later.hasSuffix("1 of 1 row compared with Zoom, none differs."), "\(later)")
    }

    @Test("a meeting that Zoom does not list differs, with the reason")
    func refused() async throws {
        let job = try await job(Self.three[0])
        let text = try await report(on: job, refused: "There is no such meeting. (HTTP 404, code 3001)").text
        #expect(text.contains("code 3001") && text.hasSuffix("1 differs."))
    }

    @Test("of lists that could not be read nothing is said")
    func unread() async throws {
        let job = try await job(Self.three[0], Self.three[1], "d,d@example.org,perhaps")
        let text = try await report(on: job, isComplete: false).text
        #expect(
            text.hasSuffix(
                "Nothing was compared with Zoom. Of 3 rows: 1 not applied, 2 of lists that could not be read."
            ),
            "\(text)"
        )
    }
}
