import Spreadsheet
import Testing

@testable import Decisions

@Suite("Which columns are read")
struct ColumnReadingTests {
    private func options(_ change: (inout SheetOptions) -> Void) -> SheetOptions {
        var options = SheetOptions()
        change(&options)
        return options
    }

    private func doubts(_ text: String) throws -> [String] {
        try TestSheet(text).sheet.remarks.filter { $0.level == .doubt }.map(\.text)
    }

    private func refusal(_ text: String, options: SheetOptions = SheetOptions()) -> String {
        let error = #expect(throws: SpreadsheetError.self) { try TestSheet(text, options: options) }
        return error?.sentence ?? ""
    }

    // MARK: The title

    @Test(
        "finds the meeting's number in the title, below its name or beside it",
        arguments: [
            "Topic,Meeting ID,Time,Host\nHarbour Lights,845 1209 3377,18:00,Ana", "Meeting ID:,84512093377",
            "Meeting ID: 845 1209 3377",
            "Meeting ID\n845-1209-3377", "Guests\n\nMeeting ID,\"=\"\"84512093377\"\"\"",
            "Meeting ID,84512093377\nMeeting Number,845 1209 3377",
        ]
    )
    func titleNumber(_ title: String) throws {
        let sheet = try TestSheet("\(title)\nEmail,Decision\na@b.org,deny\nc@d.org,\n")
        #expect(sheet.rows.map { $0.target?.id.description } == ["84512093377", nil])
        #expect(sheet.sheet.notices.contains { $0.contains("the number 84512093377 was taken from the title") })
        // What comes back can be read without its title.
        #expect(String(decoding: sheet.sheet.headerRecord, as: UTF8.self) == "Email,Decision,Meeting ID")
        #expect(sheet.rows.map(\.record) == ["a@b.org,deny,84512093377", "c@d.org,,84512093377"])
    }

    @Test("takes a webinar's number for a webinar's")
    func titleWebinar() throws {
        let sheet = try TestSheet("Webinar ID,84512093377\nEmail,Decision\na@b.org,deny\n")
        #expect(sheet.rows.first?.target?.kind == .webinar)
    }

    @Test(
        "refuses a title with two numbers, with a ruined one, or with another than the one that was given",
        arguments: [
            ("Meeting ID,84512093377\nWebinar ID,91730046218", "more than one"), ("Meeting ID,8.45E+10", "8.45E+10"),
            ("Meeting ID,", "is missing"),
        ]
    )
    func titleTrouble(_ title: String, _ words: String) {
        #expect(refusal("\(title)\nEmail,Decision\na@b.org,deny\n").contains(words))
        let given = options { _ = $0.give("99999999999", as: .meeting) }
        let other = refusal("Meeting ID,84512093377\nEmail,Decision\na@b.org,deny\n", options: given)
        #expect(other.contains("the title above the table names 84512093377 in row 1"))
    }

    @Test("keeps the column of the table before any title")
    func columnBeforeTitle() throws {
        let sheet = try TestSheet("Meeting ID,84512093377\nEmail,Decision,Meeting ID\na@b.org,deny,91730046218\n")
        #expect(sheet.rows.first?.target?.id.description == "91730046218")
    }

    // MARK: What all rows share

    @Test("takes for all rows what was given for them")
    func given() throws {
        let options = options { options in
            _ = options.give("845 1209 3377", as: .meeting)
            _ = options.give("1796061600000", as: .occurrence)
            _ = options.give("Approved", as: .action)
        }
        let sheet = try TestSheet(
            "Guests\nEmail,Name\na@b.org,Ada\n,\nEmail,Name\nTotal,2\nc@d.org,Cy,x\n",
            options: options
        )
        #expect(sheet.rows.map(\.action) == [.approve, nil, nil, nil])
        #expect(sheet.rows.map(\.noDecision) == [nil, .repeatedHeader, .totals, nil])
        #expect(sheet.rows[0].target?.occurrence?.description == "1796061600000")
        #expect(sheet.rows[0].record == "a@b.org,Ada,84512093377,1796061600000,approve")
        #expect(sheet.rows[3].record == "c@d.org,Cy,84512093377,1796061600000,approve,x")
        #expect(sheet.sheet.options.notation.contains("meeting=84512093377\noccurrence=1796061600000"))
        // Run again, the same is read without the options.
        let again = ([String(decoding: sheet.sheet.headerRecord, as: UTF8.self)] + sheet.rows.map(\.record)).joined(
            separator: "\n"
        )
        #expect(try TestSheet(again).rows.map(\.action) == [.approve, nil, nil, nil])
    }

    @Test(
        "never lets what was given overrule a column",
        arguments: [
            ("Meeting ID,Email,Action", .meeting, "84512093377"), ("Webinar,Email,Action", .meeting, "84512093377"),
            ("Meeting ID,Email,Decision", .action, "deny"), ("Meeting,Email,Approval Status", .action, "deny"),
            ("Meeting,Occurrence,Email,Action", .occurrence, "1796061600000"),
        ] as [(String, Column, String)]
    )
    func givenBesideColumn(_ header: String, _ column: Column, _ text: String) {
        let sentence = refusal(header + "\n", options: options { _ = $0.give(text, as: column) })
        #expect(sentence.contains("--\(column.rawValue) \(text) was given, but the column"), "\(sentence)")
    }

    @Test("takes nothing as given that a cell could not say")
    func badGiven() {
        var options = SheetOptions()
        #expect(options.give("8.45E+10", as: .meeting) != nil)
        #expect(options.give("7", as: .occurrence) != nil)
        #expect(options.give("perhaps", as: .action) != nil)
        #expect(options.give("pending", as: .action) != nil)
        #expect(options.given.isEmpty)
    }

    // MARK: Status and decision

    @Test("takes a status for a decision only in a list of one's own that has no other column for it")
    func status() throws {
        #expect(
            try TestSheet("Meeting,Email,Approval Status\n84512093377,a@b.org,approved\n").rows[0].action == .approve
        )
        let both = try TestSheet("Meeting,Email,Approval Status,Action\n84512093377,a@b.org,approved,deny\n")
        #expect(both.rows[0].action == .deny)
        #expect(both.sheet.columns.contains("\"Approval Status\" (Zoom's status, no decision)"))
        let report = refusal(
            "Email,Registration Time,Approval Status,Approval\na@b.org,\"Nov 1, 2026 09:00\",approved,yes\n"
        )
        #expect(report.contains("Add a column Decision"))
        #expect(!refusal("Meeting,Email,Status\n84512093377,a@b.org,x\n").contains("--map action=\"Status\""))
    }

    // MARK: Ids

    @Test("reads a column called id only where it holds Zoom's ids, and then nothing else from it")
    func looseID() throws {
        let good = "cR1NYfJklcRTdYuQAECSEK,a@b.org,84512093377,deny"
        let sheet = try TestSheet(
            "ID,Email,Meeting,Action\n\(good)\n\(good)\n7,c@d.org,84512093377,deny\n,e@f.org,84512093377,no\n"
        )
        #expect(sheet.rows.map(\.registrant).prefix(2) == ["cR1NYfJklcRTdYuQAECSEK", "cR1NYfJklcRTdYuQAECSEK"])
        #expect(sheet.rows.map(\.action) == [.deny, .deny, nil, .deny])
        let foreign = "id,Email,Meeting,Action\n7,a@b.org,84512093377,deny\n8,c@d.org,84512093377,deny\n"
        #expect(refusal(foreign).contains("The column \"id\" stands for nobody"))
        let alone = try TestSheet(foreign, options: options { $0.ignoresIDs = true })
        #expect(alone.rows.map(\.registrant) == ["", ""])
        #expect(alone.sheet.options.notation == "ignore-ids")
        let plain = try TestSheet("Meeting,Email,Action\n", options: options { $0.ignoresIDs = true })
        #expect(plain.sheet.options.notation.isEmpty)
        // Empty as far as one can see, it must not be dropped: what comes later may fill it.
        let empty = (0..<300).map { "\($0 < 250 ? "" : "7"),p\($0)@b.org,84512093377,deny\n" }.joined()
        #expect(try TestSheet("id,Email,Meeting,Action\n" + empty).rows.last?.action == nil)
    }

    @Test("doubts ids of another form, and none of Zoom's")
    func foreignIDs() throws {
        let rows = "84512093377,R1,a@b.org,deny\n84512093377,R2,c@d.org,deny\n"
        #expect(try doubts("Meeting,Registrant ID,Email,Action\n\(rows)").count == 1)
        #expect(try doubts("Meeting,Registrant ID,Email,Action\n84512093377,cR1NYfJklcRTdYuQAECSEK,,deny\n").isEmpty)
        #expect(try doubts("Meeting,Registrant ID,Email,Action\n84512093377,,a@b.org,deny\n").isEmpty)
    }

    // MARK: Evenings

    @Test(
        "doubts a list with dates that seem to say which evening is meant",
        arguments: [
            ("Session", ["Dec 1, 2026 18:00", "Dec 8, 2026 18:00"]),
            ("Start Time", ["2026-12-01 18:00", "2026-12-08 18:00"]),
            ("Evening", ["Tue 1 Dec 2026", "Tue 8 Dec 2026"]), ("Evening ID", ["1796061600000", "1796666400000"]),
            ("Wann", ["1.12.2026", "8.12.2026", "1.12.2026", "8.12.2026"]),
        ]
    )
    func evenings(_ name: String, _ dates: [String]) throws {
        let rows = dates.enumerated().map { "84512093377,\"\($1)\",p\($0)@b.org,cancel\n" }.joined()
        let doubts = try doubts("Meeting,\(name),Email,Action\n\(rows)")
        #expect(doubts.count == 1 && doubts[0].contains("\"\(name)\"") && doubts[0].contains("whole series"))
        #expect(try TestSheet("Meeting,\(name),Occurrence,Email,Action\n").sheet.remarks.isEmpty)
    }

    @Test(
        "has no doubt about times of something else, or of one evening alone",
        arguments: [
            ("Registration Time", ["Dec 1, 2026 18:00", "Dec 8, 2026 18:00"]),
            ("Order date", ["2026-12-01", "2026-12-08"]),
            ("create_time", ["2026-12-01T18:00:00Z", "2026-12-02T18:00:00Z"]),
            ("Session", ["Dec 1, 2026", "Dec 1, 2026"]),
            ("Session", ["Keynote", "Workshop"]), ("Birthday", ["1.2.1990", "3.4.1985"]),
        ]
    )
    func otherTimes(_ name: String, _ values: [String]) throws {
        let rows = values.enumerated().map { "84512093377,\"\($1)\",p\($0)@b.org,cancel\n" }.joined()
        #expect(try doubts("Meeting,\(name),Email,Action\n\(rows)").isEmpty)
    }

    // MARK: Words and names

    @Test("takes words of another language that were added for decisions, and only these")
    func words() throws {
        let options = options { options in
            #expect(options.words.add("genehmigt, aprovado", for: .approve) == nil)
            #expect(options.words.add("steht noch aus", for: .pending) == nil)
        }
        let rows = ["Genehmigt", "APROVADO ", "steht  noch aus", "abgelehnt"].map { "84512093377,a@b.org,\($0)\n" }
            .joined()
        let sheet = try TestSheet("Meeting,Email,Action\n\(rows)", options: options)
        #expect(sheet.rows.map(\.action) == [.approve, .approve, nil, nil])
        #expect(sheet.rows[2].noDecision == .pending)
        #expect(sheet.rows[3].problems.first?.advice.contains("--words") == true)
        #expect(sheet.sheet.options.notation.hasPrefix("words aprovado=approve"))
        var words = ActionWords()
        for list in ["deny", "", ",", "ja, denied"] { #expect(words.add(list, for: .approve) != nil, "\(list)") }
    }

    @Test("tells two columns of one name apart by what they hold, where only one holds it")
    func doubledByContent() throws {
        let sheet = try TestSheet("Meeting,Meeting ID,Email,Mail,Action\nHarbour,84512093377,a@b.org,no,deny\n")
        #expect(sheet.rows[0].target?.id.description == "84512093377")
        #expect(sheet.rows[0].email == "a@b.org")
        #expect(sheet.sheet.notices.count { $0.contains("was not, because that holds") } == 2)
        #expect(
            refusal("Meeting,Meeting ID,Email,Action\n84512093377,91730046218,a@b.org,deny\n").contains("2 columns")
        )
        #expect(refusal("Meeting,Meeting ID,Email,Action\n").contains("2 columns"))
    }
}
