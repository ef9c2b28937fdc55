import Spreadsheet
import Testing

@testable import Decisions

@Suite("A header")
struct HeaderTests {
    @Test(
        "is understood in any order and however people write it",
        arguments: [
            "Meeting ID,Occurrence,Registrant ID,Email Address,Decision", "action;e-mail;MEETING_ID",
            "Approval Status|Email|meeting",
            "Webinar ID\tRegistrant Email\tApproval", "\"Meeting No.\",\" E-Mail \",\"Action \"",
            "\u{FEFF}meeting,mail,action,,",
            "Zoom Meeting ID,Registration-ID,registrant status", "Meeting,Email,Outcome,Action",
        ]
    )
    func aliases(_ header: String) throws {
        #expect(throws: Never.self) { try TestSheet(header + "\n") }
    }

    @Test("is found below a title, with the delimiter that it speaks for")
    func title() throws {
        let sheet = try TestSheet(
            "Registration Report\nTopic,\"Oct 1, 2026\"\n\nMeeting;Email;Action\n84512093377;a@b.org;yes\n"
        )
        #expect(sheet.sheet.delimiter == 0x3B)
        #expect(sheet.rows.map(\.place.row) == [5])
        #expect(sheet.sheet.notices.contains { $0.contains("in row 4;") })
    }

    private static let sorted = (1...28).map { "84512093377,p\($0)@example.com,deny" }

    @Test(
        "is refused below rows that decide, with the row of the first",
        arguments: [
            ((sorted + ["Meeting,Email,Action", "84512093377,q@example.com,approve"]).joined(separator: "\n"), 1, 29),
            ("84512093377,a@b.org,deny\nMeeting,Email,Action", 1, 2),
            (
                "Meeting,Email,Entscheidung\n84512093377,a@b.org,deny\n\nMeeting,Email,Action\n84512093377,c@d.org,yes\n",
                2, 4
            ),
            ("List\n84512093377;a@b.org;deny\nMeeting,Email,Action\n84512093377,c@d.org,yes\n", 2, 3),
            ("845 1209 3377,,aprove,<a@b.org>\nMeeting,Email,Action\n", 1, 2),
            ("8.45E+10,a@b.org,Denied\nMeeting,Email,Action\n", 1, 2),
            ("84512093377,cR1NYfJklcRTdYuQAECSEK,no\nMeeting,Email,Action\n", 1, 2),
            ("8.45E+10,reg2AbC,,deny\nMeeting,Registrant,Email,Action\n", 1, 2),
            ("Denied,#REF!,reg2AbC\nAction,Meeting,Registrant\n", 1, 2),
        ]
    )
    func rowsAbove(_ text: String, _ line: Int, _ header: Int) {
        let error = #expect(throws: SpreadsheetError.self) { try TestSheet(text) }
        #expect(error?.place?.row == line)
        for words in ["in row \(header)", "Move the header to the top", "a file of its own"] {
            #expect(error?.sentence.contains(words) == true, "\(String(describing: error))")
        }
    }

    @Test(
        "is found below a title that has one thing in common with a row",
        arguments: [
            "Opening Evening,845 1209 3377,\"Nov 30, 2026 18:00:00\",120,41",
            "Exported by ana@example.com on 2026-11-24",
            "Meeting: 84512093377", "Host,ana@example.com", "ana@example.com; 84512093377 yes",
            "Registration required,Yes", "Registration required,,Yes,", "Registered,Approved seats,Denied seats",
            "Sent yes,84512093377", "Meeting,Email,Entscheidung",
        ]
    )
    func titles(_ title: String) throws {
        let sheet = try TestSheet("\(title)\nMeeting,Email,Action\n84512093377,a@b.org,yes\n")
        #expect(sheet.rows.map(\.action) == [.approve])
        #expect(sheet.sheet.notices.contains { $0.contains("in row 2;") })
    }

    @Test(
        "after a sep= line needs no notice, and a wrong guess of ours gives way to it",
        arguments: [
            "sep=;", "SEP=;", "\"sep=;\"",
        ]
    )
    func sepLine(_ line: String) throws {
        let sheet = try TestSheet("\(line)\r\nMeeting;Email;Action\r\n84512093377;a@b.org;no\r\n")
        #expect(sheet.sheet.remarks.isEmpty)
        #expect(sheet.rows.first?.action == .deny)
    }

    @Test(
        "that lacks a column says what was found and which name comes nearest",
        arguments: [
            ("Meetnig ID,Email,Action", "\"Meetnig ID\" comes nearest"),
            ("Meeting,Emial,Action", "\"Emial\" comes nearest"),
            ("Meeting,Email,Acton", "\"Acton\" comes nearest"), ("Meeting,Email,Wunsch", "\"Action\" is missing"),
            ("Meeting,Email,Wunsch", "Found: \"Meeting\", \"Email\", \"Wunsch\""),
            ("Name,City", "no row names the columns"), ("Name,City", "Found: \"Name\", \"City\""),
            ("Réunion;ID;Adresse e-mail;Décision", "Found: \"Réunion\", \"ID\", \"Adresse e-mail\", \"Décision\""),
            ("Réunion;ID;Adresse e-mail;Décision", "--map action=\"Décision\""),
            ("Gäste\nSitzung;Wer;Was", "Found: \"Sitzung\", \"Wer\", \"Was\""),
            ("Sitzung;Wer;Was", "--map meeting=\"Sitzung\" if that is"),
            ("Meeting,Email,x\u{1B}[31m", "x·[31m"), ("Meeting,Email,Actoin", "rename it to \"Action\""),
            ("Meeting,Email", "\"Action\" is missing"),
        ]
    )
    func missing(_ header: String, _ words: String) {
        let error = #expect(throws: SpreadsheetError.self) { try TestSheet(header + "\n1,2,3\n") }
        #expect(error?.sentence.contains(words) == true, "\(String(describing: error))")
    }

    @Test(
        "that is not there at all is asked for, with the line where it should be",
        arguments: [
            ("84512093377,guest@example.org,approve\n", ", row 1"),
            ("84512093377,guest@example.org,approve\n", "names the columns"),
            ("84512093377,guest@example.org,approve\n", "Meeting ID, Registrant ID, Email, Action"),
            ("\n\n\r\n", "not even a header"), ("\u{FEFF}", "not even a header"),
        ]
    )
    func none(_ text: String, _ words: String) {
        let error = #expect(throws: SpreadsheetError.self) { try TestSheet(text) }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }

    @Test(
        "is refused where a column comes close to one that decides where a decision goes",
        arguments: [
            ("Occurence ID", "\"Occurrence ID\"", "--map occurrence=\"Occurence ID\""),
            ("Ocurrence", "\"Occurrence ID\"", "the whole series"),
            ("Occurrences", "\"Occurrence ID\"", "whole series"),
            ("Occurrence Date", "\"Occurrence ID\"", "another name"),
            ("Occurence (evening)", "\"Occurrence ID\"", "--map"),
            ("Acount", "\"Account\"", "--map account=\"Acount\""), ("Accounts", "\"Account\"", "wrong Zoom account"),
            ("Webinars", "\"Webinar ID\"", "--map webinar=\"Webinars\""), ("Webniar ID", "\"Webinar ID\"", "a meeting"),
        ]
    )
    func misspelt(_ name: String, _ meant: String, _ words: String) {
        let error = #expect(throws: SpreadsheetError.self) {
            try TestSheet("Meeting,\(name),Email,Action\n84512093377,1796061600000,a@b.org,cancel\n")
        }
        for words in ["the column \"\(name)\" looks like \(meant)", words] {
            #expect(error?.sentence.contains(words) == true, "\(String(describing: error))")
        }
    }

    @Test(
        "leaves the user's own columns alone that only sound a little like one of Usher's",
        arguments: [
            "Amount", "Count", "Seminar", "Webinar topic", "Webinar title", "Webinar link", "Order", "Reference",
            "Conference", "Comment", "", "Currency",
        ]
    )
    func ownNames(_ name: String) throws {
        let sheet = try TestSheet("Meeting,\(name),Email,Action\n84512093377,x,a@b.org,cancel\n")
        #expect(sheet.rows.map(\.action) == [.cancel])
        #expect(sheet.sheet.header.places.count == 3)
    }

    @Test("takes no name for a slip that --map gives a meaning, or where the right column is there")
    func mappedSlips() throws {
        let row = "84512093377,1796061600000,a@b.org,cancel\n"
        let meant = try TestSheet(
            "Meeting,Occurence ID,Email,Action\n\(row)",
            options: SheetOptions(map: [.occurrence: "Occurence ID"])
        )
        #expect(meant.rows.first?.target?.occurrence?.description == "1796061600000")
        let other = try TestSheet(
            "Accounts,Occurrence,Email,Action\n\(row)",
            options: SheetOptions(map: [.meeting: "Accounts"])
        )
        #expect(other.rows.map(\.action) == [.cancel])
        #expect(throws: Never.self) { try TestSheet("Meeting,Occurrence,Occurrence date,Email,Action\n") }
    }

    @Test(
        "with two columns for one thing is refused, with both names and what there is besides, and takes neither's side"
    )
    func doubled() throws {
        let error = #expect(throws: SpreadsheetError.self) {
            try TestSheet("Meeting,Email,Decision,Action,Comment\n")
        }
        for words in ["\"Decision\", \"Action\"", "--map action=NAME", "\"Comment\""] {
            #expect(error?.sentence.contains(words) == true)
        }
        let same = #expect(throws: SpreadsheetError.self) { try TestSheet("Meeting,Email,Email,Action\n") }
        #expect(same?.sentence.contains("--map") == false)
        #expect(throws: SpreadsheetError.self) { try TestSheet("Meeting,Type,Typ,Email,Action\n") }
        #expect(throws: Never.self) { try TestSheet("Meeting,Type,Meeting type,Email,Action\n") }
    }

    @Test(
        "goes by --map before all names",
        arguments: [
            ("Sitzung,Email,Action", [.meeting: "Sitzung"]), ("Sitzung,Email,Action", [.meeting: "sitzung"]),
            ("Réunion,Email,Action", [.meeting: "Re\u{301}union"]), ("#,Email,Action,", [.meeting: "#"]),
            ("Meeting,Email,Approval Status,Action", [.action: "Action"]),
            ("Meeting,mail,Email,Action", [.email: "mail"]),
        ] as [(String, [Column: String])]
    )
    func mapped(_ header: String, _ map: [Column: String]) throws {
        let sheet = try TestSheet(header + "\n", options: SheetOptions(map: map))
        let (column, name) = try #require(map.first)
        let place = try #require(sheet.sheet.header.places[column])
        #expect(HeaderName(sheet.sheet.header.names[place]) == HeaderName(name))
    }

    @Test("goes by names that are remembered where it has them, and by the usual ones where not")
    func remembered() throws {
        var options = SheetOptions()
        options.remembered = [.meeting: "Sitzung", .action: "Entscheidung"]
        let german = try TestSheet("Sitzung;Entscheidung;Email\n84512093377;deny;a@b.org\n".utf8, options: options)
        #expect(german.rows.map(\.target?.id.description) == ["84512093377"] && german.rows.map(\.action) == [.deny])
        let english = try TestSheet("Meeting,Action,Email\n84512093377,approve,a@b.org\n".utf8, options: options)
        #expect(english.rows.map(\.action) == [.approve])
    }

    @Test("refuses a --map that names no column, or one column twice")
    func wronglyMapped() {
        let none = #expect(throws: SpreadsheetError.self) {
            try TestSheet("Meeting,Email,Action\n", options: SheetOptions(map: [.email: "Mail adress"]))
        }
        #expect(none?.sentence.contains("\"Mail adress\", which is not there. Found: \"Meeting\"") == true)
        let twice = #expect(throws: SpreadsheetError.self) {
            try TestSheet("Meeting,Email,Wish\n", options: SheetOptions(map: [.email: "Wish", .action: "Wish"]))
        }
        #expect(twice?.sentence.contains("two meanings: action and email") == true)
    }

    @Test("never takes a column of an earlier results file for one of its own")
    func ownColumns() throws {
        let sheet = try TestSheet(
            "Meeting,Email,Action,outcome,reason,zoom_code,attempts,applied_at\n84512093377,a@b.org,deny,failed,no such meeting,3001,1,\n"
        )
        #expect(sheet.rows.first?.action == .deny)
        #expect(sheet.sheet.header.places.count == 3)
    }
}
