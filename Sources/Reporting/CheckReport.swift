public import Decisions
public import Spreadsheet

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// All that can be said of a spreadsheet without sending anything.
public struct CheckReport: Sendable {
    /// A problem and where it is.
    struct Finding: Encodable {
        let line: Int
        let row: Int
        let kind: String
        let column: String?
        let found: String?
        let advice: String
    }

    let name: String
    let rows: Int
    let decisions: Int
    let noDecision: Int
    let duplicates: Int
    /// How many rows can't be sent.
    public let rejected: Int
    let meetings: Int
    let notices: [String]
    let counts: [(kind: String, count: Int, firstLine: Int)]
    let findings: [Finding]

    /// More are counted, but not listed: nobody mends ten thousand rows by hand, and memory must not grow with the file.
    private static let listed = 1_000

    /// Reads a spreadsheet.
    ///
    /// - Throws: `SpreadsheetError` where it can't be read as a whole.
    public init(of source: SpreadsheetSource, options: SheetOptions) throws {
        let sheet = try DecisionSheet(source, scan: try SourceScan(source), options: options)
        var tally = Tally()
        var finder = DuplicateFinder()
        try sheet.forEachRow { row in
            tally.rows += 1
            if let notice = row.notice { tally.notices.append("line \(row.line), \(notice)") }
            switch row.verdict {
            case .noDecision: tally.noDecision += 1
            case .decision(let target, let action):
                tally.decisions += 1
                try finder.add(row, target: target, action: action, of: sheet)
            case .rejected(let problems):
                tally.rejected += 1
                for problem in problems { tally.add(problem, line: row.line, row: row.number) }
            }
        }
        let found = try finder.finish(policy: options.onConflict) { _, _ in }
        let clashes = Dictionary(uniqueKeysWithValues: found.filter { $0.kind != .duplicate }.map { ($0.row, $0) })
        if !clashes.isEmpty {
            try sheet.forEachRow { row in
                guard let clash = clashes[row.number] else { return }
                tally.decisions -= 1
                guard clash.kind == .conflict else { return }
                tally.rejected += 1
                tally.add(
                    Problem(
                        .conflict,
                        column: nil,
                        found: nil,
                        advice: """
                            Line \(clash.otherLine) decides otherwise about the same registrant, so neither would be sent. \
                            Keep the row that is right.
                            """
                    ),
                    line: row.line,
                    row: row.number
                )
            }
        }
        name = source.name
        rows = tally.rows
        noDecision = tally.noDecision
        duplicates = found.count { $0.kind == .duplicate }
        decisions = tally.decisions - duplicates
        rejected = tally.rejected
        meetings = Set(sheet.targets.map { Target(account: $0.account, kind: $0.kind, id: $0.id) }).count
        notices = sheet.notices + tally.notices.prefix(20)
        counts = tally.counts.map { ($0.key, $0.value.count, $0.value.first) }.sorted {
            ($1.count, $0.firstLine) < ($0.count, $1.firstLine)
        }
        findings = tally.findings.sorted { $0.line < $1.line }
    }

    private struct Tally {
        var rows = 0
        var decisions = 0
        var noDecision = 0
        var rejected = 0
        var notices: [String] = []
        var counts: [String: (count: Int, first: Int)] = [:]
        var findings: [Finding] = []

        mutating func add(_ problem: Problem, line: Int, row: Int) {
            let kind = problem.kind.rawValue
            counts[kind, default: (0, line)].count += 1
            guard findings.count < CheckReport.listed else { return }
            findings.append(
                Finding(
                    line: line,
                    row: row,
                    kind: kind,
                    column: problem.column,
                    found: problem.found,
                    advice: problem.advice
                )
            )
        }
    }

    /// For a terminal.
    public var text: String {
        var lines = notices.map { "\(name): \($0)" }
        for finding in findings {
            let column = finding.column.map { ", column \"\($0)\"" } ?? ""
            let found = finding.found.map { "\"\($0)\" " } ?? ""
            lines.append("\(name), line \(finding.line)\(column): \(found)\(finding.advice)")
        }
        for group in counts where group.count > 1 {
            lines.append("\(name): \(group.kind): \(group.count) rows, first at line \(group.firstLine)")
        }
        var summary = [
            "\(rows) rows", "\(decisions) to send for \(meetings) \(meetings == 1 ? "meeting" : "meetings")",
        ]
        if duplicates > 0 { summary.append("\(duplicates) said twice and sent once") }
        if noDecision > 0 { summary.append("\(noDecision) without a decision") }
        summary.append(rejected == 0 ? "no problems" : "\(rejected) rejected")
        lines.append("\(name): \(summary.joined(separator: ", ")).")
        return lines.joined(separator: "\n")
    }

    /// For programs.
    ///
    /// - Throws: Never in practice: all values can be encoded.
    public static func json(_ reports: [CheckReport]) throws -> String {
        struct Line: Encodable {
            let file: String
            let rows: Int
            let toSend: Int
            let duplicates: Int
            let noDecision: Int
            let rejected: Int
            let notices: [String]
            let problems: [Finding]
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let lines = reports.map {
            Line(
                file: $0.name,
                rows: $0.rows,
                toSend: $0.decisions,
                duplicates: $0.duplicates,
                noDecision: $0.noDecision,
                rejected: $0.rejected,
                notices: $0.notices,
                problems: $0.findings
            )
        }
        return String(decoding: try encoder.encode(lines), as: UTF8.self)
    }
}
