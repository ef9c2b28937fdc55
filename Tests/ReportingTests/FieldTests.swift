import Foundation
import Spreadsheet
import Testing

@testable import Decisions
@testable import Reporting

@Suite("Lists as they really come")
struct FieldTests {
    /// A list, how it is read, and what must come of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let file: String
        var options = SheetOptions()
        /// How `usher check` ends: 0, 1 or 65.
        var code: Int32 = 0
        var toSend = 0
        var rejected = 0
        var noDecision = 0
        /// What it must say, and what it must not.
        var says: [String] = []
        var keepsQuietOf: [String] = []
        /// Whether a person is asked before anything is sent.
        var asks = false

        var testDescription: String { file }
    }

    private static func options(_ change: (inout SheetOptions) -> Void) -> SheetOptions {
        var options = SheetOptions()
        change(&options)
        return options
    }

    private static let portuguese = options { options in
        options.remembered = [.meeting: "ID da reunião", .action: "Status da Aprovação"]
        _ = options.words.add("aprovado", for: .approve)
        _ = options.words.add("negado", for: .deny)
    }

    static let cases = [
        Case(
            file: "01-registration-report-as-exported.csv",
            code: 65,
            says: [
                "Zoom's registration report for 84512093377 (from the title, row 4)",
                "\"Approval Status\" holds what Zoom knew",
                "Add a column Decision (or Action)", "Nothing was taken",
            ],
            keepsQuietOf: ["--map"]
        ),
        Case(
            file: "01-registration-report-as-exported.csv",
            options: options { _ = $0.give("approve", as: .action) },
            toSend: 5,
            says: [
                "the number 84512093377 was taken from the title", "\"Meeting ID\" (row 4)", "--action approve",
                "\"Approval Status\" (Zoom's status, no decision)", "5 to send for 1 meeting",
            ]
        ),
        Case(
            file: "03-registration-report-plus-decision.csv",
            toSend: 3,
            says: ["\"Decision\" as action", "\"Approval Status\" (Zoom's status, no decision)"]
        ),
        Case(
            file: "04-registration-report-meeting-filled.csv",
            code: 65,
            says: ["no column of it decides: \"Approval Status\"", "Add a column Decision (or Action)"],
            keepsQuietOf: ["--map"]
        ),
        Case(
            file: "07-portuguese-report.csv",
            options: portuguese,
            code: 65,
            says: ["no column of it decides: \"Status da Aprovação\"", "Add a column Decision (or Action)"],
            keepsQuietOf: ["--map"]
        ),
        Case(
            file: "07-portuguese-report.csv",
            options: options { options in
                options = portuguese
                options.map[.action] = "Status da Aprovação"
            },
            toSend: 2,
            says: ["\"Status da Aprovação\" as action", "\"ID da reunião\" as meeting"]
        ),
        Case(
            file: "08-powershell-export.csv",
            toSend: 2,
            says: ["\"id\" was read as the registrant's id", "\"action\" as action"]
        ),
        Case(
            file: "09-registrant-is-a-name.csv",
            toSend: 3,
            says: ["Warning: \"Registrant\" holds names such as \"Ada\"", "by email alone"]
        ),
        Case(
            file: "10-ticket-shop-registration-id.csv",
            toSend: 3,
            says: ["Warning: The ids in \"Registration ID\" do not look like Zoom's", "\"104211\"", "--ignore-ids"],
            asks: true
        ),
        Case(
            file: "10-ticket-shop-registration-id.csv",
            options: options { $0.ignoresIDs = true },
            toSend: 3,
            says: ["not read: \"Registration ID\""],
            keepsQuietOf: ["Warning"]
        ),
        Case(
            file: "12-words-of-other-systems.csv",
            code: 1,
            toSend: 8,
            rejected: 11,
            noDecision: 3,
            says: ["\"Y\" is not a valid action", "nobody has decided yet"]
        ),
        Case(
            file: "13-addresses-as-pasted.csv",
            code: 1,
            toSend: 13,
            rejected: 18,
            says: ["took off the name and angle brackets", "took off quotation marks"]
        ),
        Case(
            file: "15-formula-protected.csv",
            code: 1,
            toSend: 3,
            rejected: 1,
            says: ["Meeting ID: took the text out of =\"…\": 2 rows", "an apostrophe in front"]
        ),
        Case(
            file: "18-mac-roman-cr.csv",
            code: 65,
            says: ["people's names would come back changed", "CSV UTF-8", "--charset"]
        ),
        Case(
            file: "20-shift-jis-english-header.csv",
            code: 65,
            says: ["people's names would come back changed", "CSV UTF-8"]
        ),
        Case(
            file: "18-mac-roman-cr.csv",
            options: options { $0.charset = Charset("mac-roman") },
            toSend: 2,
            says: ["read as mac-roman"]
        ),
        Case(
            file: "20-shift-jis-english-header.csv",
            options: options { $0.charset = Charset("shift_jis") },
            toSend: 2,
            says: ["read as shift_jis"]
        ),
        Case(
            file: "24-meeting-is-the-topic.csv",
            toSend: 1,
            says: [
                "\"Meeting ID\" was read as the Meeting ID and \"Meeting\" was not, because that holds \"Harbour Lights\"",
                "\"Registrant\" holds names such as \"Moor, Ada\"",
            ]
        ),
        Case(
            file: "25b-session-date-one-evening.csv",
            toSend: 2,
            says: ["Warning: \"Session\" holds dates", "Dec 1, 2026 18:00", "the whole series"],
            asks: true
        ),
        Case(
            file: "34-same-name-twice.csv",
            code: 65,
            says: ["2 columns could be the Email", "Rename or remove"],
            keepsQuietOf: ["--map"]
        ),
        Case(file: "53b-id-and-other-email.csv", toSend: 1, says: ["\"id\" was read as the registrant's id"]),
        Case(
            file: "57-report-with-one-who-cancelled.csv",
            code: 65,
            says: ["no column of it decides: \"Approval Status\"", "Add a column Decision (or Action)"],
            keepsQuietOf: ["--map"]
        ),
        Case(
            file: "58-report-of-yesterday.csv",
            code: 65,
            says: ["no column of it decides: \"Approval Status\"", "Add a column Decision (or Action)"],
            keepsQuietOf: ["--map"]
        ),
        Case(
            file: "61-line-breaks-in-cells.csv",
            code: 1,
            toSend: 21,
            rejected: 1,
            says: ["row 22, column \"Email\": \"guest.20(at)example.org\""],
            keepsQuietOf: ["25"]
        ),
        Case(file: "62-ids-shifted-by-one.csv", toSend: 12, keepsQuietOf: ["Warning"]),
    ]

    @Test("end as they must, and say what was read as what", arguments: cases)
    func ends(_ example: Case) throws {
        let source = try SpreadsheetSource(path: Self.path(example.file))
        var said = ""
        do {
            let sheet = try DecisionSheet(source, scan: SourceScan(source), options: example.options)
            let report = try CheckReport(of: source, options: example.options)
            #expect((report.rejected > 0 ? 1 : 0) == example.code)
            #expect(report.tally.toSend == example.toSend)
            #expect(report.tally.rejected == example.rejected)
            #expect(report.tally.noDecision == example.noDecision)
            #expect(report.tally.duplicates + report.tally.overruled == 0)
            #expect(sheet.remarks.contains { $0.level == .doubt } == example.asks)
            said = report.text
            // What is said of the file as a whole goes with the job into its report, and into the dry run.
            let dry = try DryRunReport(of: source, options: example.options, batchSize: 30).text
            for notice in sheet.notices { #expect(dry.contains(notice)) }
            for notice in report.notices + [report.columns] { #expect(sheet.notices.contains(notice)) }
        } catch let error as SpreadsheetError {
            #expect(example.code == 65, "\(error)")
            said = error.description
        }
        let text = said.replacing(source.name, with: "list.csv")
        for words in example.says { #expect(text.contains(words), "\(text)") }
        for words in example.keepsQuietOf { #expect(!text.contains(words), "\(text)") }
    }

    @Test("are all among the cases")
    func complete() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.path("")).filter { $0.hasSuffix(".csv") }
        #expect(Set(Self.cases.map(\.file)) == Set(names))
    }

    @Test("decide as their column Decision says, whatever Zoom's status is")
    func decisions() throws {
        #expect(
            try actions("03-registration-report-plus-decision.csv") == [
                "ada.moor@example.org deny", "ben.quay@example.org approve", "cleo.reed@example.org approve",
            ]
        )
        #expect(
            try actions("12-words-of-other-systems.csv").map { $0.drop { $0 != " " }.dropFirst() } == [
                "approve", "deny", "deny", "deny", "approve", "approve", "approve", "deny",
            ]
        )
    }

    @Test("come back with the names that are in them where their charset is named")
    func names() throws {
        #expect(try records("18-mac-roman-cr.csv", charset: "mac-roman")[0].contains(",Zoé Müller,"))
        #expect(try records("18-mac-roman-cr.csv", charset: "mac-roman")[1].contains(",Ben “Q” Quay,"))
        #expect(try records("20-shift-jis-english-header.csv", charset: "shift_jis")[0].contains(",山田 太郎,"))
        #expect(try records("20-shift-jis-english-header.csv", charset: "shift_jis")[1].contains(",表 ソ能,"))
    }

    private func records(_ file: String, charset: String) throws -> [String] {
        let source = try SpreadsheetSource(path: Self.path(file))
        var options = SheetOptions()
        options.charset = Charset(charset)
        let sheet = try DecisionSheet(source, scan: SourceScan(source), options: options)
        #expect(sheet.options.notation == "charset=\(charset)")
        var records: [String] = []
        try sheet.forEachRow { records.append(String(decoding: $0.record, as: UTF8.self)) }
        return records
    }

    private func actions(_ file: String) throws -> [String] {
        let source = try SpreadsheetSource(path: Self.path(file))
        let sheet = try DecisionSheet(source, scan: SourceScan(source), options: SheetOptions())
        var actions: [String] = []
        try sheet.forEachRow { row in
            if case .decision(_, let action) = row.verdict {
                actions.append("\(String(decoding: row.email, as: UTF8.self)) \(action.rawValue)")
            }
        }
        return actions
    }

    private static func path(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Field/\(name)").path
    }
}
