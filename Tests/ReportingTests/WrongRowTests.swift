import Decisions
import Journal
import Testing

@testable import Reporting

@Suite("A wrong row between two good ones")
struct WrongRowTests {
    @Test(
        "is explained by check and in the results in the same words, and the good ones are sent",
        arguments: [
            ("84512093377,,guest@example.org,aprove", ["Action", "\"aprove\"", "approve, deny or cancel"]),
            ("8.45E+10,,guest@example.org,approve", ["Meeting", "\"8.45E+10\"", "as text"]),
            ("845x,,guest@example.org,approve", ["Meeting", "\"845x\"", "digits"]),
            (",,guest@example.org,approve", ["Meeting", "is empty", "Write the number"]),
            ("84512093377,,,approve", ["neither a registrant id nor an email", "Write at least one"]),
        ]
    )
    func explained(row: String, words: [String]) async throws {
        let desk = try DirectoryHarness()
        let text = """
            Meeting,Registrant ID,Email,Action
            84512093377,,first@example.org,approve
            \(row)
            84512093377,,last@example.org,approve

            """
        let check = try CheckReport(of: desk.source(text), options: SheetOptions())
        #expect(check.rejected == 1 && check.tally.toSend == 2)
        #expect(check.text.contains(": row 3\n  row 3"), "\(check.text)")
        let job = try await desk.ingest(text)
        try await desk.settle(job, as: .applied, code: nil)
        var rows: [ResultRow] = []
        let reader = try desk.reader()
        try reader.forEachRow(of: reader.job(job)) { rows.append($0) }
        try #require(rows.count == 3)
        #expect(rows.map(\.outcome) == [.applied, .rejected, .applied])
        #expect(rows.map(\.attempts) == [1, 0, 1])
        for words in words {
            #expect(check.text.contains(words), "\(check.text)")
            #expect(rows[1].reason?.contains(words) == true, "\(rows[1].reason ?? "")")
        }
    }
}
