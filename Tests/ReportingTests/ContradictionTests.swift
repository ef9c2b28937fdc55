import Decisions
import Foundation
import Spreadsheet
import Testing

@testable import Reporting

@Suite("Files that contradict each other")
struct ContradictionTests {
    private let desk: DirectoryHarness
    private static let header = "Meeting,Name,Email,Action\n"

    init() throws { desk = try DirectoryHarness() }

    /// A file of a directory, changed at a time.
    private func file(_ name: String, _ rows: String, at time: Double, wasNamed: Bool = false) throws
        -> SpreadsheetSource
    {
        _ = try desk.source(Self.header + rows, name: name)
        let date = Date(timeIntervalSince1970: time)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: desk.path(name))
        return try SpreadsheetSource(path: desk.path(name), wasNamed: wasNamed)
    }

    private func lines(_ sources: [SpreadsheetSource]) throws -> [String] {
        var report = ContradictionReport(options: SheetOptions())
        for source in sources { try report.add(source) }
        return try report.lines().map {
            $0.replacing("\(desk.directory.path)/", with: "")
        }
    }

    private static let ada = "84512093377,Ada Moor,a@b.org,"

    @Test("are named with who is meant, in which rows, which file counts, and why with both times")
    func told() throws {
        let monday = try file(
            "zz-monday.csv",
            "84512093377,\"Ben\nQuay\",b@b.org,approve\n\(Self.ada)approve\n",
            at: 1_796_000_000
        )
        let correction = try file("aa-correction.csv", "\(Self.ada)deny\n", at: 1_796_030_000)
        let lines = try lines([monday, correction])
        #expect(
            lines == [
                "zz-monday.csv and aa-correction.csv decide differently about 1 registrant. aa-correction.csv counts, because "
                    + "it was changed later (2026-11-30 09:13:20 UTC; the other 2026-11-30 00:53:20 UTC).",
                "  Ada Moor in meeting 845 1209 3377: deny (row 2), not approve (row 3 of zz-monday.csv)",
            ]
        )
    }

    @Test("say why where both were changed at one moment, and where a person named them")
    func reasons() throws {
        let one = try file("a.csv", "\(Self.ada)approve\n", at: 1_796_000_000)
        let other = try file("b.csv", "\(Self.ada)cancel\n", at: 1_796_000_000)
        #expect(
            try lines([one, other])[0].contains(
                "b.csv counts, because its name comes later, and both were changed at 2026"
            )
        )
        let named = try file("a.csv", "\(Self.ada)approve\n", at: 1_796_000_000, wasNamed: true)
        #expect(try lines([other, named])[0].hasSuffix("a.csv counts, because it is named later."))
        #expect(try lines([one, one]) == [] && lines([one]) == [])
    }

    @Test("are all told to programs, in an object of their own beside those of the files")
    func json() throws {
        let sources = [
            try file("a.csv", "\(Self.ada)approve\n", at: 1_796_000_000),
            try file("b.csv", "\(Self.ada)deny\n", at: 1_796_000_001),
        ]
        for (sources, count) in [(sources, 3), ([sources[0], sources[0]], 2)] {
            var bytes: [UInt8] = []
            var json = try CheckJSON { bytes += $0 }
            var contradictions = ContradictionReport(options: SheetOptions())
            for source in sources {
                _ = try json.add(source, options: SheetOptions())
                try contradictions.add(source)
            }
            try json.add(&contradictions)
            try json.finish()
            let all = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [[String: Any]])
            #expect(all.count == count)
            guard count == 3 else { continue }
            let found = try #require((all[2]["contradictions"] as? [[String: Any]])?.first)
            #expect(found["person"] as? String == "Ada Moor")
            let counts = try #require(found["counts"] as? [String: Any])
            #expect(counts["row"] as? Int == 2 && counts["action"] as? String == "deny")
            #expect((counts["file"] as? String)?.hasSuffix("b.csv") == true)
        }
    }

    @Test("show the first few people, and how many more there are")
    func cut() throws {
        func rows(_ action: String) -> String {
            (1...9).map { "84512093377,,g\($0)@b.org,\(action)\n" }.joined()
        }
        let lines = try lines([
            file("a.csv", rows("approve"), at: 1_796_000_000), file("b.csv", rows("deny"), at: 1_796_000_001),
        ])
        #expect(lines.count == 5 && lines[0].contains("about 9 registrants") && lines[4] == "  and 6 more")
        #expect(lines[1].hasPrefix("  g1@b.org in meeting 845 1209 3377: deny (row 2)"))
    }
}
