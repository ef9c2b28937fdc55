import Foundation
import Testing

@testable import Decisions

@Suite("A cell's value")
struct ValueTests {
    @Test(
        "is an action in the words of staff and of Zoom, and nothing else is guessed",
        arguments: [
            ("approve", .approve), ("Approved", .approve), ("ACCEPT", .approve), ("yes", .approve), ("deny", .deny),
            ("Denied", .deny), ("decline", .deny), ("reject", .deny), ("no", .deny), ("cancel", .cancel),
            ("Cancelled", .cancel),
            ("canceled", .cancel), (" approve ", .approve), ("approve\u{A0}", .approve), ("aprove", nil), ("TRUE", nil),
            ("y", nil), ("N", nil), ("ok", nil), ("accepted", .approve), ("confirmed", .approve), ("Declined", .deny),
            ("rejected", .deny), ("x", nil), ("1", nil), ("approve?", nil), ("not approved", nil), ("remove", nil),
            ("none", nil), ("approvedeny", nil), ("Disapproved", .deny), ("REFUSED", .deny), ("admitted", .approve),
            ("disapprovedapprove", nil), ("approveapproveapproveapprove", nil), ("approve-d", nil), ("no action", nil),
        ] as [(String, Action?)]
    )
    func actions(_ cell: String, _ action: Action?) throws {
        let row = try TestSheet.row(action: cell)
        #expect(row.action == action)
        if action == nil { #expect(row.problems.map(\.kind) == [.unknownAction]) }
    }

    @Test("is read as the table says for every word in it, in any case, whatever the word's length")
    func allWords() throws {
        for (meaning, words) in ActionWords.usual {
            for word in words + words.map({ $0.uppercased() }) + words.map({ " \($0.capitalized)\u{A0}" }) {
                let row = try TestSheet.row(action: word)
                #expect(row.action == meaning.action, "\(word)")
                #expect((row.noDecision == .pending) == (meaning == .pending), "\(word)")
            }
        }
        // Only the first of each is what a person is told to write.
        #expect(ActionWords.usual.map(\.words[0]) == ActionWords.Meaning.allCases.map(\.rawValue))
    }

    @Test("is said in the guide by the same words")
    func guide() throws {
        let guide = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../Sources/Usher/Usher.docc/YourSpreadsheet.md"
        )
        let text = try String(contentsOf: guide, encoding: .utf8)
        let lists = ActionWords.usual.map { _, words in words.dropFirst().map { "`\($0)`" }.joined(separator: ", ") }
        let cell = """
            `approve`, `deny` or `cancel`. Also \(lists[0]); \(lists[1]); \(lists[2]). Nobody has decided yet where it is \
            empty, or `pending`, \(lists[3])
            """
        #expect(text.contains("| Action | Decision, Approval | \(cell) |"), "\(cell)")
    }

    @Test("that is missing is no decision, and no error", arguments: ["", " ", "\u{A0}", "\u{200B}"])
    func emptyAction(_ cell: String) throws {
        #expect(try TestSheet.row(action: cell).noDecision == .emptyAction)
    }

    @Test(
        "that says that nobody has decided yet is no decision, and no error",
        arguments: [
            "pending", "Pending Approval", " PENDING  approval", "waiting", "waitlist", "Waitlisted\u{A0}", "TBD", "-",
            "n/a",
            "N/A\u{200B}", "Waiting  list", "\u{2014}", "On hold",
        ]
    )
    func undecided(_ cell: String) throws {
        #expect(try TestSheet.row(action: cell).noDecision == .pending)
    }

    @Test(
        "is a meeting number with or without groups",
        arguments: [
            "84512093377", "845 1209 3377", "845-1209-3377", " 84512093377 ", "845\u{A0}1209\u{A0}3377",
            "845\u{2011}1209\u{2011}3377",
            "\u{200B}84512093377", "845 - 1209 - 3377",
        ]
    )
    func meetings(_ cell: String) throws {
        #expect(try TestSheet.row(meeting: cell).target?.id.description == "84512093377")
    }

    @Test(
        "is a meeting number though a part of it could be a date",
        arguments: [
            "68423085", "20241209337", "202 403 1209", "202-403-120", "202\u{A0}1209\u{A0}3377",
        ]
    )
    func noDates(_ cell: String) throws {
        #expect(try TestSheet.row(meeting: cell).target?.id.description == cell.filter(\.isNumber))
    }

    @Test(
        "that a spreadsheet ruined is rejected with the advice that helps",
        arguments: [
            ("8.45E+10", .scientificNotation, "as text"), ("8,45E+10", .scientificNotation, "as text"),
            ("8.45e10", .scientificNotation, "as text"), ("84512093377.00", .decimalPoint, "as text"),
            ("84512093377.5", .decimalPoint, "as text"), ("=84512093377", .formula, "formula"),
            ("=\"845\"&\"12093377\"", .formula, "formula"), ("=\"8.45E+10\"", .scientificNotation, "as text"),
            ("84,512,093,377", .decimalPoint, "as text"), ("84.512.093.377", .decimalPoint, "as text"),
            ("84'512'093'377", .decimalPoint, "as text"), ("24-Nov-26", .date, "date"), ("2026-11-24", .date, "date"),
            ("24.11.2026", .date, "date"), ("11/24/2026", .date, "date"), ("12:30", .date, "date"),
            ("#REF!", .spreadsheetError, "formula"),
            ("###########", .narrowColumn, "Widen the column"), ("#", .narrowColumn, "Widen the column"),
            ("='Sheet 1'!A2", .formula, "formula"),
            ("'7991203344", .apostrophe, "apostrophe"),
            ("0123456789", .leadingZero, "zero"), ("1234567", .wrongLength, "7 digits"),
            ("99999999999999999999", .wrongLength, "20 digits"),
            ("70344182O7", .notANumber, "digits"), ("-84512093377", .notANumber, "digits"),
            ("84512093377-", .notANumber, "digits"),
            ("+84512093377", .notANumber, "digits"),
            ("https://example.zoom.example/j/96614470829", .notANumber, "link"),
            ("８４５１２０９３３７７", .notANumber, "digits"), ("", .emptyMeeting, "empty"),
            ("20240312", .date, "date"), ("12 03 2024", .date, "date"), ("2024\u{2013}03\u{2013}12", .date, "date"),
            ("12032024", .date, "date"), ("03122024", .date, "date"), ("2024 03 12 09", .date, "date"),
            ("20240312 09", .date, "date"), ("845120933771", .wrongLength, "12 digits; meeting numbers have 8 to 11"),
            ("1796061600000", .wrongLength, "13 digits"), ("12-31-99 23-59", .malformed, "684 2308 5123"),
            ("2026-1126", .malformed, "as Zoom shows it"), ("26 112026", .malformed, "date"),
            ("1126 2026", .malformed, "date"), ("20 26 11 26", .malformed, "date"),
            ("1 2 3 4 5 6 7 8", .malformed, "date"),
            ("684 23 085", .malformed, "date"), ("2024 1209 337", .malformed, "date"),
            ("84 51 20 9337", .malformed, "date"), ("845 1209-3377", .malformed, "date"),
        ] as [(String, Problem.Kind, String)]
    )
    func ruinedMeetings(_ cell: String, _ kind: Problem.Kind, _ advice: String) throws {
        let problems = try TestSheet.row(meeting: cell).problems
        #expect(problems.map(\.kind) == [kind])
        #expect(problems.first?.reason.contains(advice) == true, "\(problems)")
        #expect(problems.first?.column == "Meeting")
    }

    @Test(
        "is an occurrence id as Zoom writes it, or is rejected",
        arguments: [
            ("1796061600000", nil), (" 1796061600000", nil), ("=\"1796061600000\"", nil), ("1796061600000.0", nil),
            ("", nil), ("\u{200B}", nil),
            ("1.79606E+12", .scientificNotation),
            ("1796061600000.00", .decimalPoint), ("179606160000", .wrongLength), ("7", .wrongLength),
            ("2026-11-30", .date),
            ("a\u{7}b", .malformed), ("N/A", .malformed), ("-", .malformed), ("all", .malformed),
            ("Friday", .malformed),
            ("quis officia", .malformed), ("１７９６０６１６０００００", .malformed), ("-1796061600000", .malformed),
            ("17967528000000000", .wrongLength), ("17960616000000", .wrongLength), ("0796061600000", .leadingZero),
        ] as [(String, Problem.Kind?)]
    )
    func occurrences(_ cell: String, _ kind: Problem.Kind?) throws {
        let row = try TestSheet.row(occurrence: cell)
        #expect(row.problems.map(\.kind) == (kind.map { [$0] } ?? []))
        if kind == nil { #expect((row.target?.occurrence?.description ?? "").hasPrefix("179") == cell.contains("179")) }
    }

    @Test(
        "is a registrant's id, or is rejected",
        arguments: [
            ("cR1NYfJklcRTdYuQAECSEK", nil), ("9tboDiHUQAeOnbmudzWa5g", nil), ("a-Boj7YgwQxz3T20AgaakL", nil),
            ("12345", nil),
            ("1.2E+15", .scientificNotation), ("1234567890123.0", .decimalPoint), ("24-Nov-26", .date),
            ("#NAME?", .spreadsheetError),
            ("=A1", .formula), ("a@example.org", .malformed), ("two words", .malformed), ("zoë", .malformed),
            ("<id>", .malformed), ("-", .malformed), ("n/a", .malformed), ("NULL", .malformed), ("?", .malformed),
            ("TRUE", .malformed), ("n.a.", .malformed), ("NA", .malformed), ("NaN", .malformed), ("(none)", .malformed),
            ("\\N", .malformed), ("(Blank)", .malformed), ("0", .malformed), ("Unknown", .malformed),
            ("nil", .malformed),
            ("(null)", .malformed), ("tbd", .malformed), ("blank", .malformed), ("Nov-26", .date), ("26/Nov", .date),
            ("November-26", .date), ("Sep-2026", .date), ("Nov26", nil), ("May-B", nil), ("t1", nil), ("10", nil),
            ("mar-12345", nil),
        ] as [(String, Problem.Kind?)]
    )
    func registrants(_ cell: String, _ kind: Problem.Kind?) throws {
        let row = try TestSheet.row(registrant: cell)
        #expect(row.problems.map(\.kind) == (kind.map { [$0] } ?? []))
        if kind == nil { #expect(row.registrant == cell) }
    }

    @Test("is a registrant's id in a text guard")
    func guardedID() throws {
        let row = try TestSheet.row(registrant: "=\"cR1NYfJklcRTdYuQAECSEK\"")
        #expect(row.registrant == "cR1NYfJklcRTdYuQAECSEK")
        #expect(row.notice == "Registrant ID: took the text out of =\"…\"")
    }

    @Test(
        "is an email address in shape, or is rejected",
        arguments: [
            ("a@b.org", true), ("first.last+tag@sub.example.org", true), ("o'dell@example.org", true),
            ("zoë@example.org", true),
            ("a@b-c.org", true), ("m\u{FFFD}ller@example.org", false), ("a@b", false), ("a@@b.org", false),
            ("@b.org", false), (".a@b.org", false),
            ("a.@b.org", false),
            ("a..b@c.org", false), ("a@.org", false), ("a@b.org.", false), ("a@-b.org", false), ("a@b-.org", false),
            ("a b@c.org", false),
            ("a@b.org; c@d.org", false), ("a@b.org,c@d.org", false), ("c@d.org <a@b.org>", false),
            ("tamsin at example.org", false),
            ("a\0@b.org", false), (String(repeating: "a", count: 65) + "@b.org", false),
        ]
    )
    func emails(_ cell: String, _ isValid: Bool) throws {
        let row = try TestSheet.row(email: cell)
        #expect(row.problems.map(\.group) == (isValid ? [] : ["email address not of the right form"]))
        if isValid { #expect(row.email == cell && row.notice == nil) }
    }

    @Test(
        "is an email address with something around it that may go, which is said",
        arguments: [
            ("mailto:a@b.org", "Email: took off \"mailto:\""), ("MAILTO:a@b.org", "Email: took off \"mailto:\""),
            ("<a@b.org>", "Email: took off angle brackets"), ("a@b.org\u{A0}", "Email: took off invisible characters"),
            ("a@\u{200B}b.org", "Email: took off invisible characters"),
            ("\u{FEFF}a@b.org", "Email: took off invisible characters"),
            ("<mailto:a@b.org>", "Email: took off angle brackets and \"mailto:\""), ("  a@b.org ", nil),
            ("Ann Bo <a@b.org>", "Email: took off the name and angle brackets"),
            ("\"Bo, Ann\" <a@b.org>", "Email: took off the name and angle brackets"),
            ("“a@b.org”", "Email: took off quotation marks"), ("«a@b.org»", "Email: took off quotation marks"),
            ("‘<a@b.org>’", "Email: took off quotation marks and angle brackets"),
        ]
    )
    func mendedEmails(_ cell: String, _ notice: String?) throws {
        let row = try TestSheet.row(email: cell)
        #expect(row.email == "a@b.org")
        #expect(row.notice == notice)
        #expect(row.action == .approve)
    }

    @Test(
        "is no email address, and what is really wrong with it is said",
        arguments: [
            ("ben@example.org;", "ends with \";\""), ("cleo@example.org,", "ends with \",\""),
            ("ada@example.org.", "ends with \".\""), ("vic@example,org", "a comma where a dot may be meant"),
            ("wim@example..org", "two dots"), ("xia @example.org", "a space"),
            ("yan@example.org ; zoe@example.org", "more than one email address"), ("o&#39;hara@example.org", "HTML"),
            ("a&amp;b@example.org", "HTML"), ("mailto:abe@example.org?subject=Hi", "more than the address"),
            ("gil@example.org；", "\"；\" (U+FF1B)"), ("ｈａｌ@example.org", "\"ｈ\" (U+FF48)"),
            ("ida＠example.org", "U+FF20"), ("jo@example。org", "U+3002"), ("kim@example.org、", "U+3001"),
            ("lea@example.org…", "U+2026"), ("‘mo@example.org", "U+2018"), ("cy@example.org·", "U+00B7"),
            ("dan@example.orgʼ", "U+02BC"), ("a\u{1D41A}@example.org", "U+1D41A"),
        ]
    )
    func notEmails(_ cell: String, _ reason: String) throws {
        let problems = try TestSheet.row(email: cell).problems
        #expect(problems.count == 1)
        #expect(problems.first?.advice.contains(reason) == true, "\(problems)")
    }

    @Test(
        "is an email address with letters, marks and digits of any script",
        arguments: [
            "olaf@müller.example", "zoë@example.org", "नमस्ते@example.org", "用户@例子.example", "a٣@example.org",
            "nia.o'dell@example.org",
        ]
    )
    func foreignEmails(_ cell: String) throws {
        let row = try TestSheet.row(email: cell)
        #expect(row.email == cell && row.action == .approve && row.notice == nil)
    }

    @Test(
        "is a number though a program dressed it up, which is said in each row",
        arguments: [
            ("=\"84512093377\"", "took the text out of =\"…\""), ("84512093377.0", "took off the .0 of a whole number"),
            ("=\"845 1209 3377\"", "took the text out of =\"…\""),
        ]
    )
    func dressedNumbers(_ cell: String, _ notice: String) throws {
        let line = "\"\(cell.replacing("\"", with: "\"\""))\",a@b.org,yes\n"
        let sheet = try TestSheet("Meeting,Email,Action\n\(line)84512093377,c@d.org,no\n\(line)")
        #expect(sheet.rows.map { $0.target?.id.description } == ["84512093377", "84512093377", "84512093377"])
        #expect(sheet.rows.map(\.notice) == ["Meeting: \(notice)", nil, "Meeting: \(notice)"])
        #expect(sheet.sheet.targets.count == 1)
    }

    /// Separators of lines, variation selectors, joiners, fillers, blank symbols: none is a space, and none can
    /// be seen.
    private static let marks: [Unicode.Scalar] = [
        "\u{2028}", "\u{2029}", "\u{85}", "\u{FE00}", "\u{FE0F}", "\u{34F}", "\u{3164}", "\u{115F}", "\u{1160}",
        "\u{2800}",
        "\u{FFA0}", "\u{E0101}", "\u{7}", "\u{1D159}", "\u{17B4}",
    ]

    @Test(
        "loses what nobody can see around it, and is rejected with the code point where that stands inside",
        arguments: marks
    )
    func invisible(_ scalar: Unicode.Scalar) throws {
        let mark = String(scalar)
        let around = try TestSheet.row(
            meeting: "\(mark)84512093377\(mark)",
            occurrence: "1796061600000\(mark)",
            registrant: "\(mark)reg1\(mark) ",
            email: " \(mark)zoë@example.org\(mark)\(mark)",
            action: "\(mark)deny\(mark)"
        )
        #expect(around.action == .deny)
        #expect(around.email == "zoë@example.org")
        #expect(around.registrant == "reg1")
        #expect(around.target?.id.description == "84512093377")
        #expect(around.notice?.contains("Email: took off invisible characters") == true)
        let code = "U+" + (scalar.value < 0x1000 ? "0" : "") + (scalar.value < 0x100 ? "0" : "")
        let inside = try [
            TestSheet.row(email: "ada\(mark)@example.org"), TestSheet.row(email: "zoë@exam\(mark)ple.org\u{A0}"),
            TestSheet.row(meeting: "8451\(mark)2093377"), TestSheet.row(occurrence: "17960\(mark)61600000"),
            TestSheet.row(registrant: "reg\(mark)1"),
        ]
        for row in inside {
            #expect(row.problems.count == 1)
            #expect(row.problems.first?.advice.contains(code) == true, "\(row.problems)")
        }
    }

    @Test("is no email address with an apostrophe in front, which a spreadsheet put there")
    func apostrophe() throws {
        let problems = try TestSheet.row(email: "'ada@example.org").problems
        #expect(problems.map(\.group) == ["email address with an apostrophe"])
        #expect(try TestSheet.row(email: "<'ada@example.org>").action == nil)
    }

    @Test("may be missing for the id or the email, not for both")
    func nobody() throws {
        #expect(try TestSheet.row(registrant: "cR1NYfJklcRTdYuQAECSEK", email: "").action == .approve)
        #expect(try TestSheet.row(email: "").problems.map(\.kind) == [.noRegistrant])
        #expect(try TestSheet.row(registrant: "\u{200B}", email: "\u{A0}").problems.map(\.kind) == [.noRegistrant])
    }

    @Test("names every problem of a row, not only the first")
    func everyProblem() throws {
        let problems = try TestSheet.row(meeting: "8.45E+10", registrant: "#REF!", email: "x", action: "perhaps")
            .problems
        #expect(
            problems.map(\.group) == [
                "unknown action", "meeting number in scientific notation",
                "registrant id replaced by a formula's error",
                "email address not of the right form",
            ]
        )
    }

    @Test("a number in the column of webinars is no meeting's, whatever the type says")
    func contraryType() throws {
        let sheet = try TestSheet("Meeting,Webinar,Type,Email,Action\n,84512093377,meeting,a@b.org,deny\n")
        #expect(sheet.rows[0].target == nil)
        let spaced = try TestSheet("Meeting,Webinar,Email,Action\n84512093377,\u{A0},a@b.org,deny\n")
        #expect(spaced.rows[0].target?.kind == .meeting)
    }

    @Test("decides between a meeting and a webinar")
    func webinars() throws {
        let sheet = try TestSheet(
            "Meeting,Webinar,Email,Action\n84512093377,,a@b.org,yes\n,91730046218,a@b.org,yes\n84512093377,91730046218,a@b.org,yes\n"
        )
        #expect(sheet.rows.map { $0.target?.kind } == [.meeting, .webinar, nil])
        #expect(sheet.rows[2].problems.map(\.kind) == [.twoTargets])
        let all = try TestSheet(
            "Meeting,Email,Action\n84512093377,a@b.org,yes\n",
            options: SheetOptions(webinars: true)
        )
        #expect(all.rows[0].target?.kind == .webinar)
    }
}
