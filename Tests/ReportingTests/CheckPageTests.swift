import Decisions
import Foundation
import Spreadsheet
import Testing

@testable import Reporting

@Suite("The page of usher check")
struct CheckPageTests {
    private static let header = "Meeting,Email,Action,Name\n"
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func finding(_ text: String) throws -> CheckFinding {
        let desk = try DirectoryHarness()
        return try CheckFinding(of: { try desk.source(text) }, options: SheetOptions())
    }

    private func html(_ finding: CheckFinding..., refusal: String? = nil, since: Date? = nil) -> String {
        CheckHTML(finding, madeAt: now, in: .utc, version: "1", refusal: refusal, refusedSince: since).text
    }

    @Test("says what is wrong by kind, with the row and the cell, and what would be sent for each meeting")
    func problems() throws {
        let finding = try finding(
            Self.header + """
                84512093377,a@example.org,approve,Ada
                84512093377,b@example.org,deny,Bo
                8.45E+10,c@example.org,approve,Cy
                84512093377,d@example.org,perhaps,<script>alert(1)</script>
                91730046218,e@example.org,<b>,Eli
                """
        )
        let html = html(finding)
        let page = Page(html)
        #expect(page.faults.isEmpty)
        #expect(page.all("h1").first?.text == "Not ready: 3 rows can’t be sent.")
        #expect(page.all("script").isEmpty)
        #expect(
            page.all("h4").map(\.text) == ["1 row: meeting number in scientific notation", "2 rows: unknown action"]
        )
        #expect(
            page.all("th").filter { $0.attributes["class"] == "line" }.map(\.text) == ["Row", "4", "Row", "5", "6"]
        )
        #expect(html.contains("<th scope=\"col\"><bdi>Action</bdi></th>"))
        #expect(html.contains("<td><bdi>Eli</bdi></td><td><span class=\"cell\"><bdi>&lt;b&gt;</bdi></span></td>"))
        #expect(html.contains("<p><bdi>The cell is not a valid action. Write approve, deny or cancel"))
        #expect(
            html.contains("<bdi>Meeting 845 1209 3377</bdi></th><td class=\"number\">1</td><td class=\"number\">1</td>")
        )
        #expect(finding.status == .someRefused)
    }

    @Test("is calm where all is ready")
    func ready() throws {
        let page = Page(html(try finding(Self.header + "84512093377,a@example.org,approve,Ada\n")))
        #expect(page.all("h1").first?.text == "Ready: 1 row to send.")
        #expect(page.all("h3").map(\.text) == ["What would be sent", "How it was read"])
    }

    @Test("nothing decided is not ready", arguments: ["", "84512093377,a@example.org,,Ada\n"])
    func undecided(rows: String) throws {
        let finding = try finding(Self.header + rows)
        #expect(finding.status == .someRefused)
        #expect(Page(html(finding)).all("h1").first?.text == "Nothing is decided.")
        #expect(finding.summary.hasSuffix("so nothing is decided."))
    }

    @Test("a file that can't be read has its reason, and a run's page keeps since when it was not taken")
    func unreadable() throws {
        let finding = try finding("PK\u{3}\u{4}")
        let html = html(finding, since: now)
        #expect(Page(html).faults.isEmpty)
        #expect(html.contains("<h1>This file can’t be read.</h1>") && html.contains("save the sheet as"))
        #expect(CheckHTML.notTakenSince(inPage: String(html.prefix(4_096))) == now)
        #expect(CheckHTML.notTakenSince(inPage: self.html(finding)) == nil)
        #expect(finding.status == .unreadable)
    }

    @Test("several spreadsheets share a page, each with its own verdict")
    func several() throws {
        let good = try finding(Self.header + "84512093377,a@example.org,approve,Ada\n")
        let page = Page(html(good, try finding("nothing\n")))
        #expect(page.faults.isEmpty)
        #expect(page.all("h1").first?.text == "1 of 2 are not ready.")
        #expect(page.all("h2").count == 2)
    }

    @Test("gives times in the reader's zone")
    func zone() throws {
        let zone = ReaderZone { _ in (3_600, "CET") }
        let text = CheckHTML([], madeAt: now, in: zone, version: "1").text
        #expect(text.contains("<time datetime=\"2027-01-15T08:00:00Z\">2027-01-15 09:00 CET</time>"))
    }
}

@Suite("The checked copy of a spreadsheet")
struct CheckedCopyTests {
    private func copy(_ text: String) throws -> String {
        let desk = try DirectoryHarness()
        var bytes: [UInt8] = []
        try CheckedCopy(of: desk.source(text), options: SheetOptions()).write { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("keeps every line in its place, and names what is wrong beside the row")
    func places() throws {
        let lines = try copy(
            """
            Guests of the summer

            Meeting,Email,Action
            84512093377,a@example.org,approve

            84512093377,"b
            @example.org",approve
            84512093377,c@example.org,perhaps
            """
        ).components(separatedBy: "\r\n")
        #expect(lines[0] == "\u{FEFF}Guests of the summer")
        #expect(lines[1] == "")
        #expect(lines[2] == "Meeting,Email,Action,problem")
        #expect(lines[3] == "84512093377,a@example.org,approve,")
        #expect(lines[4] == "")
        #expect(lines[5].hasPrefix("84512093377,\"b\n@example.org\",approve,\"Email: "))
        #expect(
            lines[6].hasPrefix("84512093377,c@example.org,perhaps,\"Action: \"\"perhaps\"\" is not a valid action.")
        )
        #expect(lines.count == 8)
    }

    @Test("a copy that is checked again gets no second column, and cells beyond the header stay told apart")
    func again() throws {
        let first = try copy("Meeting,Email,Action\n84512093377,a@example.org,approve,shifted\n")
        #expect(first.contains("Meeting,Email,Action,beyond the header,problem\r\n"))
        #expect(first.contains("approve,shifted,\"The row has 4 cells"))
        #expect(try copy(first) == first)
    }
}
