package import Decisions
import Files
import FoundationEssentials
package import Spreadsheet

/// Everything known of a spreadsheet without sending anything. Memory does not grow with the number of problems.
package struct CheckReport: Sendable {
    /// A problem and where it is.
    struct PlacedProblem: Encodable, Sendable {
        /// Where a spreadsheet program shows it.
        let row: Int?
        let line: Int
        /// Who is meant.
        let person: String?
        let kind: String
        let column: String?
        let found: String?
        let advice: String
    }

    /// Problems of one kind, with the first few of them.
    struct Group: Sendable {
        let kind: String
        var count = 0
        let first: RowPlace
        var examples: [PlacedProblem] = []
    }

    /// A remark that is not a problem, and the rows it is about.
    struct Note: Sendable {
        let text: String
        var count = 0
        let first: RowPlace
    }

    /// Rows that would be sent to one meeting or webinar, by action.
    struct Sending: Sendable {
        let target: Target
        var rows: [Action: Int] = [:]
    }

    /// What became of every row: the counts add up to `rows`.
    struct Tally: Encodable, Sendable {
        var rows = 0
        var toSend = 0
        var duplicates = 0
        var overruled = 0
        var noDecision = 0
        var rejected = 0
        var meetings = 0
    }

    let name: String
    /// What to say about the file as a whole, most serious first.
    let notices: [String]
    /// Which columns are read as what.
    let columns: String
    private(set) var tally = Tally()
    /// What would be sent, in the order of the first rows.
    private(set) var sendings: [Sending] = []
    /// In the order of their first rows.
    private(set) var groups: [Group] = []
    /// In the order of their first rows.
    private(set) var notes: [Note] = []

    /// How many rows can't be sent.
    package var rejected: Int { tally.rejected }
    /// Whether something can be sent, and no row is wrong.
    package var isReady: Bool { tally.rejected == 0 && tally.toSend > 0 }

    /// How many problems of a kind are shown in full on a terminal: further ones add nothing.
    package static let fewShown = 3
    private let shown: Int
    /// Rows to send, by the sheet's number of the target and then by action.
    private var toSend: [Int] = []

    /// Reads a spreadsheet.
    ///
    /// - Parameter shown: How many problems of a kind to keep; memory grows with them.
    /// - Throws: `SpreadsheetError` if it can't be read as a whole.
    package init(of source: SpreadsheetSource, options: SheetOptions, shown: Int = fewShown) throws {
        let sheet = try DecisionSheet(source, scan: try SourceScan(source), options: options)
        self.init(of: sheet, shown: shown)
        self = try sheet.settled(from: self) { report, row, relation in
            try report.add(row, relation, of: sheet) { _ in }
        }
        addUp(sheet)
    }

    /// Reads a spreadsheet, and passes on every problem in the order of the rows.
    ///
    /// - Throws: `SpreadsheetError` if it can't be read as a whole, before any problem is passed on; or what `each`
    ///   throws.
    init(
        of source: SpreadsheetSource,
        options: SheetOptions,
        shown: Int = fewShown,
        each: (PlacedProblem) throws -> Void
    ) throws {
        let sheet = try DecisionSheet(source, scan: try SourceScan(source), options: options)
        self.init(of: sheet, shown: shown)
        try sheet.forEachSettledRow { row, relation in try add(row, relation, of: sheet, each) }
        addUp(sheet)
    }

    private init(of sheet: DecisionSheet, shown: Int) {
        self.shown = shown
        name = sheet.source.name
        notices = sheet.remarks.map(\.text)
        columns = sheet.columns
    }

    private mutating func add(
        _ row: DecisionRow,
        _ relation: DuplicateFinder.Overlap?,
        of sheet: DecisionSheet,
        _ each: (PlacedProblem) throws -> Void
    ) throws {
        tally.rows += 1
        if let notice = row.notice { note(notice, row) }
        switch (row.verdict, relation?.kind) {
        case (.noDecision(let why), _):
            tally.noDecision += 1
            note("no decision, because \(why.rawValue)", row)
        case (.rejected, _), (.decision, .conflict), (.decision, .mixedUp):
            tally.rejected += 1
            let person = sheet.text(of: row).person
            for problem in Self.problems(of: row, relation) { try each(add(problem, row, person)) }
        case (.decision, .overruled):
            tally.overruled += 1
            note("overruled by another row about the same registrant (--on-conflict)", row)
        case (.decision, .duplicate):
            tally.duplicates += 1
            note("said before by another row, so sent once", row)
        case (.decision(let target, let action), nil):
            tally.toSend += 1
            let place = target * Action.allCases.count + action.place
            if place >= toSend.count { toSend += repeatElement(0, count: place + 1 - toSend.count) }
            toSend[place] += 1
        }
    }

    private mutating func addUp(_ sheet: DecisionSheet) {
        let targets = sheet.targets
        let actions = Action.allCases.count
        for place in toSend.indices where toSend[place] > 0 {
            let target = targets[place / actions]
            if sendings.last?.target != target { sendings.append(Sending(target: target)) }
            sendings[sendings.count - 1].rows[Action.allCases[place % actions]] = toSend[place]
        }
        tally.meetings = Set(sendings.map(\.target.whole)).count
    }

    /// Why a row can't be sent; empty if it can.
    static func problems(of row: DecisionRow, _ relation: DuplicateFinder.Overlap?) -> [Problem] {
        switch (row.verdict, relation?.kind) {
        case (.rejected(let problems), _): problems
        case (.decision, .conflict): [conflict(with: relation?.otherRow ?? 0)]
        case (.decision, .mixedUp): [mixUp(with: relation?.otherRow ?? 0)]
        default: []
        }
    }

    private static func conflict(with row: Int) -> Problem {
        Problem(
            .conflict,
            column: nil,
            found: nil,
            advice: """
                Row \(row) decides otherwise about the same registrant, so neither would be sent. Keep the row that is right.
                """
        )
    }

    private static func mixUp(with row: Int) -> Problem {
        Problem(
            .mixUp,
            column: nil,
            found: nil,
            advice: """
                Row \(row) and another give one registrant id different emails, so nothing about it would be sent. Correct the id \
                or the email.
                """
        )
    }

    private mutating func add(_ problem: Problem, _ row: DecisionRow, _ person: String?) -> PlacedProblem {
        let placed = PlacedProblem(
            row: row.place.row,
            line: row.place.line,
            person: person,
            kind: problem.group,
            column: problem.column,
            found: problem.found,
            advice: problem.advice
        )
        let index = groups.firstIndex { $0.kind == placed.kind } ?? groups.count
        if index == groups.count {
            groups.append(Group(kind: placed.kind, first: row.place))
        }
        groups[index].count += 1
        if groups[index].examples.count < shown { groups[index].examples.append(placed) }
        return placed
    }

    private mutating func note(_ text: String, _ row: DecisionRow) {
        let index = notes.firstIndex { $0.text == text } ?? notes.count
        if index == notes.count { notes.append(Note(text: text, first: row.place)) }
        notes[index].count += 1
    }
}

extension CheckReport {
    /// For a terminal, in the order of correction: remarks on the whole file, each kind of problem once with its first
    /// few rows, other remarks, and what was read.
    package var text: String { text(shown: Self.fewShown) }

    /// - Parameter shown: How many problems of a kind to show.
    package func text(shown: Int) -> String {
        var lines = notices.map { "\(name): \($0)" }
        for group in groups {
            lines.append("\(name): \(group.kind): \(Self.rows(group.count, from: group.first))")
            let examples = group.examples.prefix(shown)
            lines += examples.map { "  \(Self.sentence($0))" }
            if group.count > examples.count { lines.append("  and \(group.count - examples.count) more") }
        }
        lines += notes.map { "\(name): \($0.text): \(Self.rows($0.count, from: $0.first))" }
        return (lines + ["\(name): \(columns)", "\(name): \(summary)."]).map(\.onOneLine).joined(separator: "\n")
    }

    /// What was read, in a line without any cell's content.
    var summary: String {
        let meetings = Phrases.count(tally.meetings, "meeting")
        var parts = [Phrases.count(tally.rows, "row"), "\(tally.toSend) to send for \(meetings)"]
        if tally.duplicates > 0 { parts.append("\(tally.duplicates) said before and sent once") }
        if tally.overruled > 0 { parts.append("\(tally.overruled) overruled") }
        if tally.noDecision > 0 { parts.append("\(tally.noDecision) without a decision") }
        parts.append(
            tally.rejected > 0
                ? "\(tally.rejected) rejected" : tally.toSend > 0 ? "no problems" : "so nothing is decided"
        )
        return parts.joined(separator: ", ")
    }

    private static func rows(_ count: Int, from first: RowPlace) -> String {
        count == 1 ? "\(first)" : "\(count) rows, the first is \(first)"
    }

    private static func sentence(_ placed: PlacedProblem) -> String {
        let column = placed.column.map { ", column \"\($0)\"" } ?? ""
        let found = placed.found.map { "\"\($0)\" " } ?? ""
        let place = RowPlace(row: placed.row, line: placed.line)
        // The cell in question may itself say who is meant.
        let person = placed.person.flatMap { $0 == placed.found ? nil : " (\($0))" } ?? ""
        return "\(place)\(person)\(column): \(found)\(placed.advice)"
    }
}

/// What was found in spreadsheets, for programs: an array with an object for each file, which lists every problem, one
/// per line, and one for what the files decide differently. It is written while the files are read, so memory does not grow with the number of problems.
package struct CheckJSON {
    private let encoder = JSONEncoder.usher()
    private let sink: ([UInt8]) throws -> Void
    private var isFirst = true

    /// Begins the array.
    ///
    /// - Parameter sink: Receives the text in order.
    /// - Throws: What `sink` throws.
    package init(to sink: @escaping ([UInt8]) throws -> Void) throws {
        self.sink = sink
        try sink(Array("[".utf8))
    }

    private struct Summary: Encodable {
        let ready: Bool
        let notices: [String]
        let columns: String
        let groups: [Count]
        let notes: [Count]
        let counts: CheckReport.Tally
    }

    private struct Count: Encodable {
        let kind: String
        let rows: Int
        let firstRow: Int?
        let firstLine: Int
    }

    /// Reads a spreadsheet and adds its findings.
    ///
    /// - Throws: `SpreadsheetError` if it can't be read as a whole; then pass the error to `add`.
    package mutating func add(
        _ source: SpreadsheetSource,
        options: SheetOptions,
        shown: Int = CheckReport.fewShown
    ) throws -> CheckReport {
        var opening: String? = try opening(of: source.name) + ",\"problems\":["
        let encoder = encoder
        let sink = sink
        let report = try CheckReport(of: source, options: options, shown: shown) { placed in
            let before = opening ?? ","
            opening = nil
            try sink(Array("\(before)\n".utf8) + Array(encoder.encode(placed)))
        }
        let summary = Summary(
            ready: report.isReady,
            notices: report.notices,
            columns: report.columns,
            groups: report.groups.map {
                Count(kind: $0.kind, rows: $0.count, firstRow: $0.first.row, firstLine: $0.first.line)
            },
            notes: report.notes.map {
                Count(kind: $0.text, rows: $0.count, firstRow: $0.first.row, firstLine: $0.first.line)
            },
            counts: report.tally
        )
        // The summary's members join the open object.
        let rest = try encoder.encode(summary).dropFirst()
        try sink(Array((opening ?? "\n").utf8) + Array("],".utf8) + Array(rest))
        isFirst = false
        return report
    }

    /// Adds a file that can't be read.
    ///
    /// - Throws: What the sink throws.
    package mutating func add(_ error: SpreadsheetError) throws {
        try sink(
            Array("\(opening(of: error.name)),\"error\":".utf8) + Array(encoder.encode(error.description)) + [0x7D]
        )
        isFirst = false
    }

    /// Adds what the files decide differently, as an object of its own; nothing if they do not.
    ///
    /// - Throws: What the sink throws, or `SpreadsheetError`.
    package func add(_ contradictions: inout ContradictionReport) throws {
        let all = try contradictions.all()
        guard !all.isEmpty else { return }
        try sink(Array(",\n{\"contradictions\":".utf8) + Array(encoder.encode(all)) + [0x7D])
    }

    /// Ends the array.
    ///
    /// - Throws: What the sink throws.
    package func finish() throws {
        try sink(Array("\n]\n".utf8))
    }

    private func opening(of name: String) throws -> String {
        "\(isFirst ? "" : ",")\n{\"file\":\(try encoder.text(of: name))"
    }
}
