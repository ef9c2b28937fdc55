import Spreadsheet
import Testing

@testable import Decisions

@Suite("The rows of a sheet")
struct RowTests {
    private static let header = "Meeting,Registrant,Email,Action"
    private static let good = "84512093377,,a@b.org,approve"

    @Test("leave out blank lines and lines whose cells are all empty, and keep their line numbers")
    func blank() throws {
        let sheet = try TestSheet("\(Self.header),,\n\n,,,,,\n\"\",\" \",,\u{A0}\n\(Self.good),,\n   \n")
        #expect(sheet.rows.map(\.place.line) == [5])
        #expect(sheet.rows.map(\.number) == [1])
    }

    @Test("may be shorter than the header, or longer by empty cells")
    func ragged() throws {
        let sheet = try TestSheet("\(Self.header)\n\(Self.good),, ,\u{A0}\n84512093377,,a@b.org\n84512093377\n")
        #expect(sheet.rows.map(\.action) == [.approve, nil, nil])
        #expect(sheet.rows[1...].map(\.noDecision) == [.emptyAction, .emptyAction])
    }

    @Test(
        "are rejected where a filled cell stands beyond the header, since the others may stand under the wrong names",
        arguments: [
            ("84512093377,,a@b.org,yes,deny", "5 cells"), ("84512093377,,a@b.org,not sure, yes,deny", "6 cells"),
            ("84512093377,,a@b.org,,deny", "5 cells"), ("84512093377,,a@b.org,approve,,x,,", "6 cells"),
        ]
    )
    func tooManyCells(_ line: String, _ count: String) throws {
        let sheet = try TestSheet("\(Self.header)\n\(line)\n\(Self.good)\n")
        #expect(sheet.rows.map(\.action) == [nil, .approve])
        let problems = sheet.rows[0].problems
        #expect(problems.map(\.kind) == [.tooManyCells])
        #expect(problems.first?.reason.contains("\(count), but the header has 4 columns") == true)
        #expect(problems.first?.reason.contains("A comma in a cell must be in quotation marks") == true)
    }

    @Test("may fill columns of the header that have no name")
    func namelessColumns() throws {
        let sheet = try TestSheet("\(Self.header),,\n\(Self.good),a note,another\n\(Self.good),a,b,c\n")
        #expect(sheet.rows.map(\.action) == [.approve, nil])
        #expect(sheet.rows[1].problems.map(\.kind) == [.tooManyCells])
    }

    @Test("are no rows for being longer than the header: totals, and the header with more columns")
    func longMarginalia() throws {
        let sheet = try TestSheet("\(Self.header)\n\(Self.good)\nTotal,,,,1\n\(Self.header),Note\n")
        #expect(sheet.rows.map(\.noDecision) == [nil, .totals, .repeatedHeader])
    }

    @Test(
        "tell a line of totals from a decision, wherever its number stands",
        arguments: [
            "Total,,324,", "Total,,,324", "TOTAL:,,,", "Grand total,,,324", ",,Total: 324,324", "Sum,324,324,324",
        ]
    )
    func totals(_ line: String) throws {
        let row = try #require(try TestSheet("\(Self.header)\n\(Self.good)\n\(line)\n").rows.last)
        #expect(row.noDecision != nil)
        #expect(row.problems.isEmpty)
    }

    @Test("do not take a row about somebody for totals")
    func noTotals() throws {
        let sheet = try TestSheet("\(Self.header)\nTotal,,total@example.org,perhaps\nTotal,,a@b.org,approve\n")
        #expect(sheet.rows.map(\.problems.isEmpty) == [false, false])
    }

    @Test("take a column called Type for what it says, also where it says it with a slip", arguments: ["Type", "Typ"])
    func typeSlips(_ name: String) throws {
        let slips = ["Webniar", "webinars", "Zoom Webinar", "meetnig", "Webinaire"]
        let others = ["Panel", "Seminar", "Greeting", "Early bird", "VIP"]
        let lines = (slips + others).map { "84512093377,\($0),a@example.org,approve\n" }
        let sheet = try TestSheet("Meeting,\(name),Email,Action\n" + lines.joined())
        #expect(sheet.rows.prefix(slips.count).allSatisfy { $0.problems.map(\.kind) == [.unknownType] })
        #expect(sheet.rows.dropFirst(slips.count).map(\.action) == others.map { _ in .approve })
    }

    @Test(
        "do not take a slip of the keyboard for totals where somebody's name begins like them",
        arguments: [
            "Grand Anna,84512093377,C2JLChpx9ccb46uOvAS62e,aprove", "Sum Li,84512093377,,aprove",
            "Count Ory,,C2JLChpx9ccb46uOvAS62e,aprove",
        ]
    )
    func names(_ line: String) throws {
        let sheet = try TestSheet("Name,Meeting ID,Registrant ID,Action\n\(line)\nTotal,,324,324\n")
        #expect(sheet.rows[0].problems.contains { $0.kind == .unknownAction })
        #expect(sheet.rows[1].noDecision == .totals)
    }

    @Test(
        "go on after the header of a second file, with a byte-order mark or without",
        arguments: [
            "Meeting,Registrant,Email,Action", "\u{FEFF}Meeting,Registrant,Email,Action",
            "MEETING,Registrant ID,E-Mail,action,Note",
            "\u{FEFF}\"Meeting\",\"Registrant\",\"Email\",\"Action\"",
        ]
    )
    func repeatedHeader(_ second: String) throws {
        let sheet = try TestSheet("\(Self.header)\n\(Self.good)\n\(second)\n84512093377,,c@d.org,deny\n")
        #expect(sheet.rows.map(\.noDecision) == [nil, .repeatedHeader, nil])
        #expect(sheet.rows.map(\.action) == [.approve, nil, .deny])
    }

    @Test(
        "end the reading where another table begins whose columns stand elsewhere",
        arguments: [
            "\nMeeting,Email,Registrant,Action", "\n\u{FEFF}Action,Email,Meeting", "\nMeeting,Registrant,Email,,Action",
            ",note\u{FEFF}Meeting,Email,Action", "\u{FEFF}Action,Email,Meeting",
        ]
    )
    func otherTable(_ second: String) throws {
        let error = #expect(throws: SpreadsheetError.self) {
            try TestSheet("\(Self.header)\n\(Self.good)\(second)\n84512093377,c@d.org,,deny\n")
        }
        #expect(error?.sentence.contains("Another table") == true)
    }

    @Test("are rejected where a misplaced quote may have swallowed others")
    func swallowed() throws {
        let sheet = try TestSheet(
            "\(Self.header),Note\n\(Self.good),\"unclosed\n84512093377,,c@d.org,deny,\"closed\"\n\(Self.good),fine\n"
        )
        #expect(sheet.rows.count == 2)
        #expect(sheet.rows[0].problems.map(\.kind) == [.brokenQuotes])
        #expect(sheet.rows[0].problems.first?.advice.contains("line 3") == true)
        #expect(sheet.rows[1].action == .approve)
    }

    @Test(
        "are rejected where text stands behind the quote that closes a cell, also in a column of the user's own",
        arguments: [
            ("84512093377,,\"p1@example.org\"x,approve,", "Email"), ("\"8451209\"3377,,a@b.org,approve,", "Meeting"),
            ("84512093377,,a@b.org,\"den\"y,", "Action"),
            ("84512093377,\"cR1NYfJklcRTdY\"uQAECSEK,,deny,", "Registrant"),
            ("84512093377,,a@b.org,\"\"deny,", "Action"), ("84512093377,,\"a@b.o\"\"rg\"\"\"x,deny,", "Email"),
            ("84512093377,,a@b.org,deny,\"abc\"def", "Note"),
        ]
    )
    func textBehindQuotes(_ line: String, _ column: String) throws {
        let row = try TestSheet("\(Self.header),Note\n\(line)\n").rows[0]
        #expect(row.problems.map(\.kind) == [.brokenQuotes])
        #expect(row.problems.first?.column == column)
        // Run again from a results file, a cell that is read must not be taken either.
        guard column != "Note" else { return }
        #expect(try TestSheet("\(Self.header),Note\n\(row.record)\n").rows[0].action == nil)
    }

    @Test("may have spaces behind a quote, and quotes within text without them")
    func harmlessQuotes() throws {
        let sheet = try TestSheet("\(Self.header),Note\n\"84512093377\" ,,\"a@b.org\"\t ,\"deny\"  ,5\" pipe\n")
        #expect(sheet.rows.map(\.action) == [.deny])
        #expect(sheet.rows[0].record == "84512093377 ,,a@b.org\t ,deny  ,\"5\"\" pipe\"")
    }

    @Test("are given back with the byte-order mark that stands before them, which is no part of their first cell")
    func marked() throws {
        let mark = "\u{FEFF}"
        let sheet = try TestSheet(
            "Email,Action,Meeting,Note\n\(mark)a@b.org,deny,84512093377,\n\(mark)\"c@d.org\",deny,84512093377,5\" pipe\n"
        )
        #expect(sheet.rows.map(\.action) == [.deny, .deny])
        #expect(sheet.rows[0].record == "\(mark)a@b.org,deny,84512093377,")
        #expect(sheet.rows[1].record == "\(mark)c@d.org,deny,84512093377,\"5\"\" pipe\"")
    }

    @Test(
        "are rejected where another character separates their cells than the header's",
        arguments: [
            ("Meeting,Email,Action", "84512093377;p1@example.org;approve", "semicolon", "comma"),
            ("Meeting,Email,Action", "84512093377\tp1@example.org\tapprove", "tab", "comma"),
            ("Meeting,Email,Action,Note", "84512093377|p1@example.org|approve", "vertical bar", "comma"),
            ("Meeting;Email;Action", "84512093377,p1@example.org,approve", "comma", "semicolon"),
            ("Meeting,Email,Action", "8.45E+10;reg2AbC;aprove", "semicolon", "comma"),
            ("Meeting,Email,Action", "84512093377;p1@example.org;approve,,", "semicolon", "comma"),
            ("Meeting,Email,Action", "\"84512093377;p1@example.org;approve\"", "semicolon", "comma"),
            ("Meeting,Email,Action,Name", "84512093377;p1@example.org;aprove;Smith, Ann", "semicolon", "comma"),
            (
                "Meeting,Email,Action,Name,Note", "84512093377;\"p1@example.org\";approve;Smith, Ann", "semicolon",
                "comma"
            ),
        ]
    )
    func otherDelimiter(_ header: String, _ line: String, _ found: String, _ expected: String) throws {
        let row = try TestSheet("\(header)\n\(line)\n").rows[0]
        #expect(row.problems.map(\.kind) == [.otherDelimiter])
        #expect(
            row.problems.first?.reason.contains("A \(found) separates the cells of this row, but a \(expected)") == true
        )
    }

    @Test(
        "without an action may be remarks with commas and semicolons, or shorter than the header",
        arguments: [
            "Who is late; who is ill; who is away: ask Ana; Tom", "84512093377,,a@b.org", "84512093377,a; b; c; d,x",
            "\"84512093377, see above\"", "84512093377,\"a; b; c; d; e\",a@b.org,", ";;;;;",
            "Stand: 3. Mai; 12 Uhr; neu",
        ]
    )
    func remarks(_ line: String) throws {
        let row = try TestSheet("\(Self.header),Note,Name\n\(line)\n").rows[0]
        #expect(row.noDecision == .emptyAction)
    }

    @Test("keep their text byte for byte, or in well-formed CSV where it was not")
    func records() throws {
        let sheet = try TestSheet("\(Self.header),Note\n\(Self.good),\"a \"\"b\"\"\nc\"\n\(Self.good),5\" pipe\n")
        #expect(sheet.rows.map(\.record) == ["\(Self.good),\"a \"\"b\"\"\nc\"", "\(Self.good),\"5\"\" pipe\""])
    }

    @Test("hold NUL bytes where they do no harm, and are rejected where they would")
    func nul() throws {
        let sheet = try TestSheet("\(Self.header),Note\n\(Self.good),a\0b\n845\012093377,,a@b.org,approve,\n")
        #expect(sheet.rows[0].action == .approve)
        #expect(sheet.rows[1].problems.map(\.kind) == [.notANumber])
    }

    @Test("that name one target in two ways have one target")
    func targets() throws {
        let sheet = try TestSheet(
            "\(Self.header)\n84512093377,,a@b.org,yes\n845 1209 3377,,c@d.org,yes\n845-1209-3377,,e@f.org,no\n"
        )
        #expect(sheet.sheet.targets.count == 1)
    }

    @Test("name an account that there is, in whatever case, or none, or are rejected with those that there are")
    func accounts() throws {
        let rows = ["events", "TRAINING", "", "sales"].map { "\($0),84512093377,a@b.org,approve\n" }.joined()
        var options = SheetOptions()
        options.accounts = ["events", "Training"]
        let known = try TestSheet("Account,Meeting,Email,Action\n" + rows, options: options)
        #expect(known.rows.map(\.target?.account) == ["events", "Training", nil, nil])
        #expect(
            known.rows.last?.problems.map(\.reason) == [
                "Account: \"sales\" is not a profile. Write one of events, Training, or leave the cell empty."
            ]
        )
        options.account = "events"
        let chosen = try TestSheet("Account,Meeting,Email,Action\n" + rows, options: options)
        #expect(chosen.rows.map(\.target?.account) == ["events", "Training", "events", nil])
    }

    @Test("that name an account where no profiles are configured are rejected, not guessed at")
    func noAccounts() throws {
        let sheet = try TestSheet(
            "Account,Meeting,Email,Action\nevents,84512093377,a@b.org,approve\n,84512093371,a@b.org,approve\n"
        )
        #expect(sheet.rows[0].problems.map(\.kind) == [.unknownAccount])
        #expect(sheet.rows[0].problems.first?.reason.contains("no profiles are configured") == true)
        #expect(sheet.rows[1].action == .approve)
    }

    @Test("of thousands of meetings are all told apart")
    func manyTargets() throws {
        let lines = (0..<5_000).map { "\(84_000_000_000 + $0 * 7),,a@b.org,yes" }
        let sheet = try TestSheet(([Self.header] + lines + lines).joined(separator: "\n"))
        #expect(sheet.sheet.targets.count == 5_000)
        #expect(
            zip(sheet.rows, lines + lines).allSatisfy { row, line in line.hasPrefix(row.target?.id.description ?? "-") }
        )
    }
}
