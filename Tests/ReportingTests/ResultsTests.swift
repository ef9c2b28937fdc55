import Decisions
import Foundation
import Journal
import Spreadsheet
import Testing

@testable import Reporting

@Suite("A results file")
struct ResultsTests {
    private let desk: DirectoryHarness

    init() throws {
        desk = try DirectoryHarness()
    }

    private func results(_ job: JobID, where isWanted: (ResultRow) -> Bool = { _ in true }) throws -> String {
        var bytes: [UInt8] = []
        try ResultsFile(of: desk.summary(job), in: desk.reader()).write(where: isWanted) { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func lines(_ text: String) -> [String] {
        text.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test("is the spreadsheet with five more columns, in its own delimiter, with a byte-order mark for Excel")
    func shape() async throws {
        let job = try await desk.ingest(
            "Meeting;Email;Action;Note;\n84512093377;a@b.org;approve;\"x;\n\"\"y\"\"\"\n84512093377;c@d.org;;5\" pipe;more\n"
        )
        try await desk.settle(job, as: .applied, code: nil)
        #expect(
            try results(job).split(separator: "\r\n").map(String.init) == [
                "\u{FEFF}Meeting;Email;Action;Note;;outcome;reason;zoom_code;attempts;applied_at",
                "84512093377;a@b.org;approve;\"x;\n\"\"y\"\"\";;applied;;204;1;2027-01-15T08:00:00Z",
                "84512093377;c@d.org;;\"5\"\" pipe\";more;skipped;no decision: the action cell is empty;;0;",
            ]
        )
    }

    @Test("tells what was taken off an address, whatever became of the row")
    func notices() async throws {
        let job = try await desk.ingest(
            "Meeting,Email,Action\n84512093377,<a@b.org>,approve\n84512093377,mailto:a@b.org,approve\n1,<c@d.org>,approve\n"
        )
        let pending = lines(try results(job))
        #expect(pending[1].contains("pending,not sent yet; Email: took off angle brackets,"))
        #expect(pending[2].contains("the same decision as row 2, sent once; Email: took off \"\"mailto:\"\""))
        #expect(pending[3].contains("rejected") && pending[3].contains("took off angle brackets"))
        try await desk.settle(job, as: .failed(reason: "no such registrant"), code: 404)
        #expect(lines(try results(job))[1].contains("failed,no such registrant; Email: took off angle brackets,404"))
        #expect(
            try desk.summary(job).notices == [
                "Columns read: \"Meeting\" as meeting, \"Email\" as email, \"Action\" as action.",
                "Email: took off angle brackets: 2 rows, first at row 2",
                "Email: took off \"mailto:\": 1 row, first at row 3",
            ]
        )
    }

    @Test("of what failed is a valid spreadsheet once mended, and gets no second set of columns")
    func mended() async throws {
        let job = try await desk.ingest(
            "Meeting,Action,Email,Note,\n84512093377,approve,a@b.org,\"one, \"\"two\"\"\"\n84512093377,approve,c@d.org,x,y\n"
        )
        try await desk.settle(job, as: .failed(reason: "=no, such meeting"), code: 3001)
        let failed = try results(job) { $0.outcome == .failed }
        #expect(lines(failed)[1].hasSuffix(#","'=no, such meeting",3001,1,"#))
        let again = try await desk.ingest(
            failed.replacingOccurrences(of: "84512093377", with: "91730046218"),
            name: "mend.csv"
        )
        #expect(try desk.summary(again).counts[.pending] == 2)
        try await desk.settle(again, as: .applied, code: nil)
        let second = lines(try results(again))
        #expect(second[0] == "\u{FEFF}Meeting,Action,Email,Note,,outcome,reason,zoom_code,attempts,applied_at")
        #expect(second[1] == #"91730046218,approve,a@b.org,"one, ""two""",,applied,,204,1,2027-01-15T08:00:00Z"#)
        #expect(second[2] == "91730046218,approve,c@d.org,x,y,applied,,204,1,2027-01-15T08:00:00Z")
        // And so on, however often.
        let third = try await desk.ingest(
            try results(again) + "91730046218,deny,e@f.org,,,skipped,,,,,z\r\n",
            name: "third.csv"
        )
        let last = lines(try results(third))
        #expect(
            last[0]
                == "\u{FEFF}Meeting,Action,Email,Note,,beyond the header,outcome,reason,zoom_code,attempts,applied_at"
        )
        #expect(last[3].hasPrefix("91730046218,deny,e@f.org,,,z,rejected,\"The row has 11 cells"))
    }

    @Test("of a row that reached beyond the header are rejected again, until its cells are mended")
    func beyond() async throws {
        let row = "84512093377,a@b.org,not sure, yes,deny"
        let job = try await desk.ingest("Meeting,Email,Comment,Action\n\(row)\n84512093377,c@d.org,,approve,\n")
        let first = try results(job)
        #expect(lines(first)[0].hasPrefix("\u{FEFF}Meeting,Email,Comment,Action,beyond the header,outcome,"))
        let again = try await desk.ingest(first, name: "again.csv")
        #expect(try desk.summary(again).counts[.rejected] == 1)
        #expect(try desk.summary(again).counts[.pending] == 1)
        #expect(lines(try results(again))[1].contains("The row has 5 cells, but the header has 4 columns"))
        #expect(lines(try results(again))[0] == lines(first)[0])
        let mended = first.replacingOccurrences(of: row, with: "84512093377,a@b.org,\"not sure, yes\",deny,")
        #expect(try desk.summary(await desk.ingest(mended, name: "mended.csv")).counts[.rejected] == 0)
    }

    @Test("keeps columns that only resemble ours, or stand elsewhere")
    func resembling() async throws {
        let job = try await desk.ingest("Meeting,Action,Email,outcome,reason\n84512093377,deny,a@b.org,x,y\n")
        #expect(lines(try results(job))[0].hasPrefix("\u{FEFF}Meeting,Action,Email,outcome,reason,outcome,reason,"))
    }

    @Test(
        "quotes what a spreadsheet would take for a formula, where it is ours or Zoom's",
        arguments: [
            ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""),
            ("\nx", "\"'\nx\""), ("\u{FF1D}1", "'\u{FF1D}1"), ("a=1", "a=1"), ("", ""), ("a,b", "\"a,b\""),
            ("a\"b", "\"a\"\"b\""),
            ("=HYPERLINK(\"x\",1)", "\"'=HYPERLINK(\"\"x\"\",1)\""),
        ]
    )
    func formulas(_ text: String, _ cell: String) {
        #expect(String(decoding: CSVCell(text, delimiter: 0x2C).bytes, as: UTF8.self) == cell)
    }

    @Test("tells thousands of mixed rows apart, in their order")
    func manyRows() async throws {
        // Sent, sent with a notice, said twice, wrong, undecided: in changing order, and more than go in one statement.
        let kinds = [0, 0, 1, 0, 2, 3, 0, 4, 0, 0, 0]
        let rows = (0..<3_000).map { row in
            let meeting = 84_512_093_377 + row % 5
            return switch kinds[row % kinds.count] {
            case 1: "\(meeting),<guest.\(row)@example.org>,approve"
            case 2: "84512093377,guest.0@example.org,approve"
            case 3: "8.45E+10,guest.\(row)@example.org,approve"
            case 4: "\(meeting),guest.\(row)@example.org,"
            default: "\(meeting),guest.\(row)@example.org,approve"
            }
        }
        let job = try await desk.ingest("Meeting,Email,Action\n" + rows.joined(separator: "\n"))
        let reader = try desk.reader()
        let summary = try desk.summary(job)
        #expect(try reader.recount(summary) == summary.counts)
        var row = 0
        try reader.forEachRow(of: summary) { result in
            #expect(String(decoding: result.record, as: UTF8.self) == rows[row])
            #expect(result.number == row + 1 && result.place == RowPlace(row: row + 2, line: row + 2))
            let expected: (Outcome, String) =
                switch kinds[row % kinds.count] {
                case 1: (.pending, "not sent yet; Email: took off angle brackets")
                case 2: (.pending, "the same decision as row 2, sent once")
                case 3: (.rejected, "shortened")
                case 4: (.skipped, "no decision: the action cell is empty")
                default: (.pending, "not sent yet")
                }
            #expect(result.outcome == expected.0)
            #expect(result.reason?.contains(expected.1) == true, "row \(row): \(result.reason ?? "")")
            row += 1
        }
        #expect(row == 3_000)
    }

    @Test("names the row that a spreadsheet program shows, whatever line of the file it begins on, and who is meant")
    func rowsOfTheProgram() async throws {
        let job = try await desk.ingest(
            """
            Meeting,First Name,Last Name,Email,Note,Action
            84512093377,Ada,Moor,a@b.org,"one
            two
            three",approve

            84512093377,Ben,Quay,<b@b.org>,,approve
            84512093377,Ada,Moor,a@b.org,,approve
            8.45E+10,Cleo,Reed,c@b.org,"one
            two",deny
            84512093377,,,d(at)b.org,,deny

            """
        )
        var places: [RowPlace] = []
        var reasons: [String] = []
        try desk.reader().forEachRow(of: desk.summary(job)) { row in
            places.append(row.place)
            reasons.append(row.reason ?? "")
        }
        #expect(places.map(\.row) == [2, 4, 5, 6, 7] && places.map(\.line) == [2, 6, 7, 8, 10])
        #expect(reasons[2].hasPrefix("the same decision as row 2"))
        #expect(try desk.summary(job).notices.contains("Email: took off angle brackets: 1 row, first at row 4"))
        let report = try Report(
            of: desk.summary(job),
            in: desk.reader(),
            at: Date(timeIntervalSince1970: 1_800_000_000)
        )
        let text = ReportText(report).text
        #expect(text.contains("    row 6 (Cleo Reed)\n") && text.contains("    row 7 (d(at)b.org)"), "\(text)")
        let json = try ReportJSON(report).text().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(
            json.contains("\"line\" : 8, \"meeting\" : \"8.45E+10\", \"person\" : \"Cleo Reed\", \"row\" : 6 }"),
            "\(json)"
        )
        var bytes: [UInt8] = []
        try ResultsJSON(of: desk.summary(job), in: desk.reader()).write(asLines: true, where: { _ in true }) {
            bytes += $0
        }
        #expect(String(decoding: bytes, as: UTF8.self).contains("\"row\":7"))
        let again = try await desk.ingest("Meeting,Email,Action\n84512093377,a@b.org,deny\n")
        #expect(again != job)
        try desk.reader().forEachRow(of: desk.summary(job)) { row in
            if row.number == 1 { #expect(row.reason == "replaced by row 2 of job \(again) (list.csv)") }
        }
    }

    @Test("in JSON tells the same rows")
    func json() async throws {
        let job = try await desk.ingest("Meeting,Email,Action\n84512093377,a@b.org,approve\n8.45E+10,c@d.org,approve\n")
        for asLines in [true, false] {
            var bytes: [UInt8] = []
            try ResultsJSON(of: desk.summary(job), in: desk.reader()).write(asLines: asLines) { _ in
                true
            } to: {
                bytes += $0
            }
            let rows: [[String: Any]] =
                try asLines
                ? bytes.split(separator: 0x0A).compactMap {
                    try JSONSerialization.jsonObject(with: Data($0)) as? [String: Any]
                }
                : #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [[String: Any]])
            #expect(rows.map { $0["outcome"] as? String } == ["pending", "rejected"])
            #expect(rows.map { $0["line"] as? Int } == [2, 3] && rows.map { $0["row"] as? Int } == [2, 3])
            #expect(rows[1]["record"] as? String == "8.45E+10,c@d.org,approve")
        }
    }

    @Test(
        "can be written by any kind of list, and read again with the same rows",
        arguments: [
            "excel.csv", "excel-semicolon.csv", "excel-unicode-text.txt", "libreoffice.csv", "numbers.csv",
            "zoom-registration-report.csv",
        ]
    )
    func samples(_ name: String) async throws {
        let data = try Data(contentsOf: URL(filePath: Samples.path(name)))
        let copy = desk.path(name)
        try data.write(to: URL(filePath: copy))
        let before = try CheckReport(of: SpreadsheetSource(path: copy), options: SheetOptions())
        let text =
            name.hasSuffix(".txt")
            ? try #require(String(data: data, encoding: .utf16)) : String(decoding: data, as: UTF8.self)
        let job = try await desk.ingest(text, name: name)
        let after = try CheckReport(of: desk.source(try results(job), name: "again.csv"), options: SheetOptions())
        #expect(after.tally.rows == before.tally.rows)
        #expect(after.tally.toSend == before.tally.toSend)
        #expect(after.rejected == before.rejected)
    }
}
