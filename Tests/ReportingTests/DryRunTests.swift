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

    @Test("says once what cancelling may bring with it, and only where something is cancelled")
    func caution() throws {
        let caution = try #require(Action.cancel.caution)
        let without = try text("84512093377,,a@b.org,approve\n84512093377,,c@d.org,deny\n")
        #expect(!without.contains(caution))
        let with = try text("84512093377,,a@b.org,cancel\n91730046218,,c@d.org,cancel\n84512093377,,e@f.org,deny\n")
        #expect(with.components(separatedBy: caution).count == 2)
    }
}
