import Decisions
import Foundation
import Spreadsheet
import Testing

@testable import Reporting

@Suite("usher check")
struct CheckTests {
    private static let header = "Meeting,Registrant ID,Email,Action\n"
    private static let columns =
        "list.csv: Columns read: \"Meeting\" as meeting, \"Registrant ID\" as registrant, \"Email\" as email, \"Action\" as action."

    private func report(_ rows: String, options: SheetOptions = SheetOptions()) throws -> CheckReport {
        let desk = try DirectoryHarness()
        return try CheckReport(of: desk.source(Self.header + rows), options: options)
    }

    /// The text without the file's path, which differs from run to run.
    private func text(_ rows: String, options: SheetOptions = SheetOptions()) throws -> [String] {
        let desk = try DirectoryHarness()
        let report = try CheckReport(of: desk.source(Self.header + rows), options: options)
        return report.text.split(separator: "\n").map {
            $0.replacingOccurrences(of: desk.path("list.csv"), with: "list.csv")
        }
    }

    @Test("says which columns it read, and that nothing is wrong in one line")
    func good() throws {
        #expect(
            try text("84512093377,,a@b.org,approve\n91730046218,,a@b.org,deny\n")
                == [Self.columns, "list.csv: 2 rows, 2 to send for 2 meetings, no problems."]
        )
    }

    @Test("names file, row, column, value and remedy of a single problem")
    func single() throws {
        let lines = try text("84512093377,,a@b.org,approve\n8.45E+10,,c@d.org,approve\n")
        #expect(
            lines == [
                "list.csv: meeting number in scientific notation: row 3",
                "  row 3 (c@d.org), column \"Meeting\": \"8.45E+10\" is a number that the spreadsheet shortened, so its last digits "
                    + "are lost. Format the column as text, enter the number again from Zoom, and export again.",
                Self.columns, "list.csv: 2 rows, 1 to send for 1 meeting, 1 rejected.",
            ]
        )
    }

    @Test("groups ten thousand bad rows by what is wrong, and shows the first few of each")
    func grouped() throws {
        let bad = (0..<10_000).map { "8.45E+10,,guest.\($0)@example.org,\($0 % 2 == 0 ? "approve" : "perhaps")\n" }
        let lines = try text(bad.joined())
        #expect(lines.count == 12)
        #expect(lines[0] == "list.csv: meeting number in scientific notation: 10000 rows, the first is row 2")
        #expect(lines[1].hasPrefix("  row 2 (guest.0@example.org), column \"Meeting\": \"8.45E+10\" is"))
        #expect(lines[4] == "  and 9997 more")
        #expect(lines[5] == "list.csv: unknown action: 5000 rows, the first is row 3")
        #expect(
            lines[6].hasPrefix(
                "  row 3 (guest.1@example.org), column \"Action\": \"perhaps\" is not a valid action. Write approve, deny or cancel"
            )
        )
        #expect(lines[11] == "list.csv: 10000 rows, 0 to send for 0 meetings, 10000 rejected.")
    }

    @Test("tells what is no error beside the problems: empty actions, totals, duplicates, trimmed addresses")
    func notes() throws {
        let lines = try text(
            "84512093377,,a@b.org,approve\n84512093377,,<a@b.org>,approve\n84512093377,,c@d.org,\nTotal,,2,\n"
        )
        #expect(
            lines == [
                "list.csv: Email: took off angle brackets: row 3",
                "list.csv: said before by another row, so sent once: row 3",
                "list.csv: no decision, because the action cell is empty: row 4",
                "list.csv: no decision, because this looks like a line of totals: row 5",
                Self.columns,
                "list.csv: 4 rows, 1 to send for 1 meeting, 1 said before and sent once, 2 without a decision, no problems.",
            ]
        )
    }

    @Test("names the other row of a contradiction, or who is overruled")
    func conflicts() throws {
        let rows = "84512093377,cR1NYfJklcRTdYuQAECSEK,,approve\n84512093377,cR1NYfJklcRTdYuQAECSEK,,deny\n"
        let lines = try text(rows)
        #expect(lines[0] == "list.csv: contradicts another row: 2 rows, the first is row 2")
        #expect(lines[1].contains("row 2 (id cR1NYfJklcRTdYuQAECSEK): Row 3 decides otherwise"))
        #expect(lines[2].contains("row 3 (id cR1NYfJklcRTdYuQAECSEK): Row 2 decides otherwise"))
        let settled = try report(rows, options: SheetOptions(onConflict: .last))
        #expect(settled.rejected == 0)
        #expect(settled.tally.overruled == 1)
    }

    @Test("in JSON has every problem, the groups, and counts that add up")
    func json() throws {
        let desk = try DirectoryHarness()
        let bad = (0..<2_000).map { "8.45E+10,,guest.\($0)@example.org,approve\n" }
        let rows = bad + ["84512093377,,a@b.org,yes\n", "84512093377,,a@b.org,yes\n", "84512093377,,c@d.org,\n"]
        var bytes: [UInt8] = []
        var json = try CheckJSON { bytes += $0 }
        _ = try json.add(desk.source(Self.header + rows.joined()), options: SheetOptions())
        _ = try json.add(desk.source(Self.header, name: "empty \"one\".csv"), options: SheetOptions())
        try json.add(SpreadsheetError(name: "gone.csv", "There is no such file."))
        try json.finish()
        let files = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [[String: Any]])
        #expect(files.count == 3)
        let problems = try #require(files[0]["problems"] as? [[String: Any]])
        #expect(problems.count == 2_000)
        #expect(problems[1_999]["line"] as? Int == 2_001 && problems[1_999]["row"] as? Int == 2_001)
        #expect(problems[1_999]["person"] as? String == "guest.1999@example.org")
        #expect(problems[0]["kind"] as? String == "meeting number in scientific notation")
        #expect(problems[0]["column"] as? String == "Meeting")
        let groups = try #require(files[0]["groups"] as? [[String: Any]])
        #expect(groups.map { $0["rows"] as? Int } == [2_000])
        let counts = try #require(files[0]["counts"] as? [String: Int])
        #expect(counts["rows"] == 2_003)
        let parts = ["to_send", "duplicates", "overruled", "no_decision", "rejected"].compactMap { counts[$0] }
        #expect(parts == [1, 1, 0, 1, 2_000])
        #expect((files[1]["problems"] as? [Any])?.isEmpty == true)
        #expect(files[2]["error"] as? String == "gone.csv: There is no such file.")
    }

    @Test(
        "finds the samples of eight programs to be the same list",
        arguments: [
            "excel.csv", "excel-semicolon.csv", "excel-unicode-text.txt", "excel-windows-1252.csv", "google-sheets.csv",
            "libreoffice.csv", "numbers.csv", "sep-line.csv",
        ]
    )
    func samples(_ name: String) throws {
        let report = try CheckReport(of: SpreadsheetSource(path: Samples.path(name)), options: SheetOptions())
        #expect(report.tally.rows == 324)
        #expect(report.tally.toSend == 324)
        #expect(report.tally.meetings == 8)
        #expect(report.groups.isEmpty && report.notes.isEmpty)
        #expect(report.notices.count == (name.contains("1252") ? 1 : 0))
    }

    @Test("reads Zoom's own registration report below its title")
    func zoomReport() throws {
        let path = Samples.path("zoom-registration-report.csv")
        let report = try CheckReport(of: SpreadsheetSource(path: path), options: SheetOptions())
        #expect(report.tally.toSend == 41)
        #expect(report.rejected == 0)
        #expect(report.notices.count == 2)
        #expect(report.notices[0].contains("the number 84512093377 was taken from the title"))
        #expect(report.notices[1] == "The header was found in row 6; what is above it was taken for a title.")
    }

    @Test("says of every mangled row what its last column says happened to it")
    func mangled() throws {
        let report = try CheckReport(of: SpreadsheetSource(path: Samples.path("mangled.csv")), options: SheetOptions())
        #expect(
            report.groups.map { "\($0.count) \($0.kind)" } == [
                "2 meeting number in scientific notation", "1 meeting number with a decimal point or separators",
                "1 meeting number replaced by # for want of room", "1 meeting number replaced by a date",
                "1 meeting number with an apostrophe", "1 meeting number replaced by a formula's error",
                "2 meeting number that is not a number", "1 no meeting",
                "1 occurrence id in scientific notation", "1 occurrence id with a decimal point or separators",
                "1 registrant id replaced by a formula's error", "1 neither id nor email",
                "2 email address not of the right form", "2 unknown action", "2 contradicts another row",
            ]
        )
        #expect(
            report.notes.map(\.text) == [
                "Meeting: took off the .0 of a whole number", "Email: took off \"mailto:\"",
                "Email: took off angle brackets",
                "Email: took off invisible characters", "no decision, because the action cell is empty",
                "said before by another row, so sent once",
            ]
        )
        let tally = report.tally
        #expect(tally.rows == tally.toSend + tally.duplicates + tally.overruled + tally.noDecision + tally.rejected)
    }
}

/// The spreadsheets that come with the project.
enum Samples {
    static func path(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../samples/\(name)").standardized.path
    }
}
