import Foundation
import Spreadsheet
import Testing

@testable import Decisions
@testable import Reporting
@testable import Zoom

@Suite("The list of who is registered")
struct RegistrantSheetTests {
    private static let series = Target(id: number("84512093377"))
    private static let evening = occurrence("1796666400000")

    private static func number(_ digits: String) -> MeetingID {
        guard let id = MeetingID(digits) else { preconditionFailure("\(digits) is a meeting's number") }
        return id
    }

    private static func occurrence(_ digits: String) -> OccurrenceID {
        guard let id = OccurrenceID(digits) else { preconditionFailure("\(digits) is an occurrence's id") }
        return id
    }

    private func sheet(_ targets: Target...) throws -> RegistrantSheet {
        let sheet = try RegistrantSheet()
        for (place, target) in (targets.isEmpty ? [Self.series] : targets).enumerated() {
            let occurrences = [MeetingDetails.Occurrence(id: Self.evening, start: "2026-12-07T18:00:00Z")]
            sheet.announce(
                target,
                MeetingDetails(topic: "Winter talks", start: "2026-12-05T18:00:00Z", occurrences: occurrences),
                place: place
            )
        }
        return sheet
    }

    private func person(_ id: String, _ email: String? = nil, answers: [(String, String)] = []) -> ListedRegistrant {
        var details = ListedRegistrant.Details()
        details.answers = answers.map { ListedRegistrant.Details.Answer(question: $0, text: $1, isOwn: true) }
        return ListedRegistrant(id: id, email: email ?? "\(id)@example.org", status: "pending", details: details)
    }

    private func query(_ target: Target = series, _ status: RegistrantQuery.Status = .pending, page: String? = nil)
        -> RegistrantQuery
    {
        RegistrantQuery(target: target, status: status, pageToken: page)
    }

    private func text(_ sheet: RegistrantSheet, _ format: RegistrantSheet.Format = .csv) throws -> String {
        var bytes: [UInt8] = []
        _ = try sheet.write(format) { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What Usher's own reader makes of it, with one action in every row: the target, the id and the email.
    private func decisions(
        _ sheet: RegistrantSheet,
        action: String = "approve",
        options: SheetOptions = SheetOptions()
    ) throws -> [(Target?, String, String)] {
        let filled = try text(sheet).replacing(",\r\n", with: ",\(action)\r\n")
        let path = FileManager.default.temporaryDirectory.appending(path: "usher-list-\(UUID().uuidString).csv")
        try Data(filled.utf8).write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        let source = try SpreadsheetSource(path: path.path)
        let read = try DecisionSheet(source, scan: SourceScan(source), options: options)
        var rows: [(Target?, String, String)] = []
        try read.forEachRow { row in
            var target: Target?
            if case .decision(let index, _) = row.verdict { target = read.targets[index] }
            rows.append(
                (target, String(decoding: row.registrant, as: UTF8.self), String(decoding: row.email, as: UTF8.self))
            )
        }
        return rows
    }

    @Test("is read back by Usher with the same meeting, occurrence, id and email, whatever they begin with")
    func readBack() throws {
        let webinar = Target(kind: .webinar, id: Self.number("912345678"))
        let ten = Target(id: Self.number("6842308512"))
        let sheet = try sheet(Self.series, webinar, ten)
        let evening = Target(id: Self.series.id, occurrence: Self.evening)
        let people = [
            "-bcdefghijklmnopqrstuv", "_bcdefghijklmnopqrstuv", "1e45678901234567890123", "Ab-_efghijklmnopqrstuv",
        ]
        try sheet.take(RegistrantPage(registrants: people.map { person($0) }), query(evening))
        try sheet.take(
            RegistrantPage(
                registrants: ["+a", "=a", "-a", "a"].enumerated().map { number, name in
                    person("\(number)bcdefghijklmnopqrstuv", "\(name)@example.org")
                }
            ),
            query(webinar)
        )
        try sheet.take(RegistrantPage(registrants: [person("Zbcdefghijklmnopqrstuv")]), query(ten))
        let rows = try decisions(sheet)
        #expect(rows.map(\.0) == [evening, evening, evening, evening, webinar, webinar, webinar, webinar, ten])
        #expect(rows.prefix(4).map(\.1) == people)
        #expect(rows.prefix(4).map(\.2) == people.map { "\($0)@example.org" })
        #expect(
            rows.dropFirst(4).prefix(4).map(\.2) == [
                "+a@example.org", "=a@example.org", "-a@example.org", "a@example.org",
            ]
        )
    }

    @Test("meetings come by when they begin first, in the order of asking where that is the same or unknown")
    func beginnings() throws {
        let sheet = try RegistrantSheet()
        let evening = MeetingDetails.Occurrence(id: Self.evening, start: "2026-12-06T18:00:00Z")
        let meetings: [(String, MeetingDetails)] = [
            ("333333333", MeetingDetails(topic: "No date")),
            ("444444444", MeetingDetails(topic: "Late", start: "2026-12-07T18:00:00Z")),
            ("555555555", MeetingDetails(topic: "As late", start: "2026-12-07T18:00:00Z")),
            // A series that began long ago, but whose next evening is soon.
            ("666666666", MeetingDetails(topic: "Series", start: "2020-01-01T18:00:00Z", occurrences: [evening])),
            ("777777777", MeetingDetails(topic: "Soon", start: "2026-12-05T18:00:00Z")),
        ]
        // Answers arrive in any order.
        for (place, (number, details)) in meetings.enumerated().reversed() {
            let target = Target(id: Self.number(number))
            sheet.announce(target, details, place: place)
            try sheet.take(RegistrantPage(registrants: [person("Abcdefghijklmnopqrst\(place)")]), query(target))
        }
        let order = try decisions(sheet).map { $0.0?.id.description ?? "" }
        #expect(order == ["777777777", "666666666", "444444444", "555555555", "333333333"])
    }

    @Test("decides nothing as long as nobody fills in an action")
    func undecided() throws {
        let sheet = try sheet()
        try sheet.take(RegistrantPage(registrants: [person("Abcdefghijklmnopqrstuv")]), query())
        #expect(try decisions(sheet, action: "").map(\.0) == [nil])
        #expect(try decisions(sheet).map(\.0) == [Self.series])
    }

    @Test("has numbers as Zoom shows them, occurrences in brackets, and times that are words")
    func forms() throws {
        let sheet = try sheet()
        try sheet.take(
            RegistrantPage(registrants: [person("Abcdefghijklmnopqrstuv")]),
            query(Target(id: Self.series.id, occurrence: Self.evening))
        )
        #expect(
            try text(sheet)
                == "\u{FEFF}Meeting ID,Topic,Occurrence ID,When,Registrant ID,First Name,Last Name,Email,Registered,Status,Action\r\n"
                + "845 1209 3377,Winter talks,[1796666400000],2026-12-07 18:00 UTC,Abcdefghijklmnopqrstuv,,,"
                + "Abcdefghijklmnopqrstuv@example.org,,pending,\r\n"
        )
        #expect(SafeCell.meeting(Self.number("684230851")) == "684 230 851")
        #expect(SafeCell.meeting(Self.number("6842308512")) == "684 230 8512")
        #expect(SafeCell.meeting(Self.number("12345678")) == "12345678")
    }

    @Test("has the questions of all meetings as columns, none of which is read as one of Usher's")
    func questions() throws {
        let other = Target(id: Self.number("68423085123"))
        let sheet = try sheet(Self.series, other)
        let first = person("Abcdefghijklmnopqrstuv", answers: [("Action", "deny"), ("Meeting ID", "111 222 333")])
        try sheet.take(RegistrantPage(registrants: [first]), query())
        let second = person(
            "Bbcdefghijklmnopqrstuv",
            answers: [("Occurrence", "1796666400000"), ("Account", "x"), ("Email", "x@y.org")]
        )
        try sheet.take(RegistrantPage(registrants: [second]), query(other))
        let header = try text(sheet).prefix { $0 != "\r\n" }
        #expect(
            header.hasSuffix(
                "Status,Question: Action,Question: Meeting ID,Question: Occurrence,Question: Account,Question: Email,Action"
            )
        )
        let rows = try decisions(sheet)
        #expect(rows.map(\.0) == [Self.series, other])
        #expect(rows.map(\.2) == ["Abcdefghijklmnopqrstuv@example.org", "Bbcdefghijklmnopqrstuv@example.org"])
    }

    @Test("holds no formula that somebody registered with")
    func formula() throws {
        let sheet = try sheet()
        let person = person("Abcdefghijklmnopqrstuv", answers: [("=1+1", "=HYPERLINK(\"x\")"), ("Why", "+\nme")])
        try sheet.take(RegistrantPage(registrants: [person]), query())
        let text = try text(sheet)
        #expect(text.contains("Question: =1+1,Question: Why"))
        #expect(text.contains("\"'=HYPERLINK(\"\"x\"\")\",'+ me,"))
    }

    @Test("writes a person once who was seen twice, as seen last, and says how many there were")
    func moved() throws {
        let sheet = try sheet()
        let (a, b, c) = ("Abcdefghijklmnopqrstuv", "Bbcdefghijklmnopqrstuv", "Cbcdefghijklmnopqrstuv")
        try sheet.take(RegistrantPage(registrants: [person(a), person(b)], nextPageToken: "2", total: 3), query())
        try sheet.take(RegistrantPage(registrants: [person(b), person(c)], total: 4), query(page: "2"))
        let approved = ListedRegistrant(id: a, email: "", status: "approved")
        try sheet.take(RegistrantPage(registrants: [approved], total: 1), query(Self.series, .approved))
        #expect(sheet.changes == RegistrantSheet.Changes(moved: 2, missed: 1))
        let text = try text(sheet)
        #expect(text.matches(of: /Abcdefg/).count == 1 && text.contains("\(a),,,,,approved"))
        #expect(try decisions(sheet).map(\.1) == [b, c, a])
    }

    @Test("forgets what it read of a list that had to be begun anew")
    func restarted() throws {
        let sheet = try sheet()
        let (a, b) = ("Abcdefghijklmnopqrstuv", "Bbcdefghijklmnopqrstuv")
        try sheet.take(RegistrantPage(registrants: [person(a), person(b)], nextPageToken: "2", total: 3), query())
        try sheet.take(RegistrantPage(registrants: [person(b)], total: 1), query())
        #expect(sheet.changes == RegistrantSheet.Changes())
        #expect(try decisions(sheet).map(\.1) == [b])
    }

    @Test("keeps meetings together in the order in which they were named, however their pages came")
    func order() throws {
        let other = Target(id: Self.number("68423085123"))
        let sheet = try sheet(other, Self.series)
        let ids = ["Abcdefghijklmnopqrstuv", "Bbcdefghijklmnopqrstuv", "Cbcdefghijklmnopqrstuv"]
        try sheet.take(RegistrantPage(registrants: [person(ids[0])], nextPageToken: "2"), query())
        try sheet.take(RegistrantPage(registrants: [person(ids[1])]), query(other))
        try sheet.take(RegistrantPage(registrants: [person(ids[2])]), query(page: "2"))
        #expect(try decisions(sheet).map(\.1) == [ids[1], ids[0], ids[2]])
    }

    @Test("names the account that the meetings belong to, where there are several")
    func account() throws {
        let target = Target(account: "north", id: Self.series.id)
        let sheet = try sheet(target)
        try sheet.take(RegistrantPage(registrants: [person("Abcdefghijklmnopqrstuv")]), query(target))
        var options = SheetOptions()
        options.accounts = ["north", "south"]
        #expect(try decisions(sheet, options: options).map(\.0) == [target])
    }

    @Test("says how far it is")
    func progress() throws {
        let sheet = try sheet()
        #expect(sheet.progress == "0 of 0 registrations listed" && !sheet.hasPages)
        let page = RegistrantPage(registrants: [person("Abcdefghijklmnopqrstuv")], nextPageToken: "2", total: 40_000)
        try sheet.take(page, query())
        #expect(sheet.progress == "1 of 40,000 registrations listed" && sheet.hasPages)
    }

    @Test("is JSON for programs, with plain numbers")
    func json() throws {
        let sheet = try sheet()
        #expect(try text(sheet, .json) == "[]\n")
        let evening = Target(id: Self.series.id, occurrence: Self.evening)
        try sheet.take(
            RegistrantPage(registrants: [person("Abcdefghijklmnopqrstuv", answers: [("Why", "Because")])]),
            query(evening)
        )
        let rows = try JSONSerialization.jsonObject(with: Data(text(sheet, .json).utf8)) as? [[String: Any]]
        let row = try #require(rows?.first)
        #expect(row["meeting_id"] as? String == "84512093377" && row["occurrence_id"] as? String == "1796666400000")
        #expect(row["registrant_id"] as? String == "Abcdefghijklmnopqrstuv" && row["action"] as? String == "")
        #expect((row["answers"] as? [[String: String]]) == [["question": "Why", "answer": "Because"]])
    }
}
