import Decisions
import Foundation
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
}
