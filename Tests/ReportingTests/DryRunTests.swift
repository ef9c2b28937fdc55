import Decisions
import Foundation
import Journal
import Spreadsheet
import Testing

@testable import Reporting

@Suite("usher run --dry-run")
struct DryRunTests {
    private func text(_ rows: String) throws -> String {
        let desk = try DirectoryHarness()
        let source = try desk.source("Meeting,Registrant,Email,Action\n" + rows)
        return try DryRunReport(of: source, options: SheetOptions(), batchSize: 30).text
    }

    @Test("says what would be sent to each meeting and occurrence, in how many requests")
    func requests() throws {
        let desk = try DirectoryHarness()
        let rows =
            (0..<31).map { "84512093377,,guest.\($0)@example.org,approve\n" }.joined()
            + "84500000001,1796666400000,x@example.org,deny\n84500000001,,y@example.org,perhaps\n"
        let source = try desk.source("Meeting,Occurrence,Email,Action\n" + rows)
        let report = try DryRunReport(of: source, options: SheetOptions(), batchSize: 30)
        #expect(report.text.contains("84512093377: approve 31 registrants in 2 requests"))
        #expect(report.text.contains("84500000001, occurrence 1796666400000: deny 1 registrant in 1 request"))
        #expect(report.text.contains("Together 32 registrants in 3 requests; 1 row rejected"))
        #expect(report.rejected == 1)
    }

    @Test("says once what cancelling may bring with it, and only where something is cancelled")
    func caution() throws {
        let caution = try #require(Action.cancel.caution)
        let without = try text("84512093377,,a@b.org,approve\n84512093377,,c@d.org,deny\n")
        #expect(!without.contains(caution))
        let with = try text("84512093377,,a@b.org,cancel\n91730046218,,c@d.org,cancel\n84512093377,,e@f.org,deny\n")
        #expect(with.components(separatedBy: caution).count == 2)
    }

    private func look(_ sheets: (name: String, text: String)...) async throws -> LastLook {
        let bench = try ReportHarness()
        var jobs: [JobID] = []
        for (name, text) in sheets { jobs.append(try await bench.take(name, text) { _, _ in nil }) }
        let journal = try #require(bench.journal)
        let batches = try await journal.openBatches(of: jobs)
        return try LastLook(batches, of: jobs, new: Set(jobs), in: bench.reader(), at: bench.now)
    }

    @Test("a last look names each meeting and action, what is not sent and why, and a total")
    func lastLook() async throws {
        let rows = (0..<31).map { "84512093377,guest.\($0)@example.org,approve\n" }.joined()
        let look = try await look(
            (
                "a.csv",
                """
                Meeting,Email,Action
                \(rows)84500000001,x@example.org,deny
                84500000001,y@example.org,perhaps
                84500000001,z@example.org,approve
                84500000001,z@example.org,deny
                84500000001,w@example.org,

                """
            )
        )
        #expect(
            look.text.hasPrefix("a.csv: 36 rows: 32 to send, 1 need not be sent, 3 rejected\n  row 34 rejected: "),
            "\(look.text)"
        )
        #expect(look.text.contains("  row 35 rejected: row 36 decides otherwise about the same registrant"))
        #expect(look.text.contains("\n  meeting 84500000001: deny 1 registrant in 1 request\n"))
        #expect(look.text.contains("\n  meeting 84512093377: approve 31 registrants in 2 requests\n"))
        #expect(look.text.hasSuffix("\n  Together: approve 31 and deny 1 registrant in 3 requests."))
        #expect(look.question == "Send these 32 decisions?" && look.warnings.isEmpty)
    }

    @Test("a last look at several spreadsheets says which rows a later one overrules")
    func overruled() async throws {
        let head = "Meeting,Email,Action\n"
        let look = try await look(
            ("a.csv", head + "84512093377,x@example.org,approve\n"),
            ("b.csv", head + "84512093377,x@example.org,deny\n")
        )
        #expect(
            look.text.contains("a.csv: 1 row: 1 need not be sent\n  row 2 not sent: replaced by row 2 of job 2 (b.csv)")
        )
        #expect(look.question == "Send this decision?")
    }

    @Test("a last look at very many meetings shows the largest, and sums up the rest")
    func many() async throws {
        let rows = (0..<100).map { meeting in
            (0...(meeting == 7 ? 3 : 0)).map { "\(84_500_000_000 + meeting),guest.\($0)@example.org,approve\n" }
                .joined()
        }
        let look = try await look(("a.csv", "Meeting,Email,Action\n" + rows.joined()))
        #expect(look.text.split(separator: "\n").count == 15, "\(look.text)")
        #expect(look.text.contains("84500000007: approve 4 registrants"))
        #expect(look.text.contains("\n  and 88 more meetings: approve 88 registrants\n"))
    }
}
