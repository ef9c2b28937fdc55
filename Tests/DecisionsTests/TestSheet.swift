import Foundation
import Spreadsheet

@testable import Decisions

/// A spreadsheet as text, and what its rows say.
struct TestSheet {
    struct Row {
        let number: Int
        let place: RowPlace
        let record: String
        let verdict: DecisionRow.Verdict
        let target: Target?
        let action: Action?
        let registrant: String
        let email: String
        let notice: String?
        let text: RowText

        var problems: [Problem] {
            if case .rejected(let problems) = verdict { problems } else { [] }
        }

        var noDecision: DecisionRow.NoDecision? {
            if case .noDecision(let why) = verdict { why } else { nil }
        }
    }

    let sheet: DecisionSheet
    let rows: [Row]

    init(_ bytes: some Sequence<UInt8>, options: SheetOptions = SheetOptions()) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "usher-\(UUID().uuidString).csv").path
        try Data(bytes).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let source = try SpreadsheetSource(path: path)
        let sheet = try DecisionSheet(source, scan: try SourceScan(source), options: options)
        var rows: [Row] = []
        try sheet.forEachRow(chunkSize: 32) { row in
            var target: Target?
            var action: Action?
            if case .decision(let index, let found) = row.verdict {
                target = sheet.targets[index]
                action = found
            }
            rows.append(
                Row(
                    number: row.number,
                    place: row.place,
                    record: String(decoding: row.record, as: UTF8.self),
                    verdict: row.verdict,
                    target: target,
                    action: action,
                    registrant: String(decoding: row.registrant, as: UTF8.self),
                    email: String(decoding: row.email, as: UTF8.self),
                    notice: row.notice,
                    text: sheet.text(of: row)
                )
            )
        }
        self.sheet = sheet
        self.rows = rows
    }

    init(_ text: String, options: SheetOptions = SheetOptions()) throws {
        try self.init(text.utf8, options: options)
    }

    /// One row under a header with every column that matters.
    static func row(
        meeting: String = "84512093377",
        occurrence: String = "",
        registrant: String = "",
        email: String = "guest@example.org",
        action: String = "approve"
    ) throws -> Row {
        let cells = [meeting, occurrence, registrant, email, action].map { cell in
            "\"\(cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
        }
        // A second row, so that an empty first one is still looked at.
        return try TestSheet("Meeting,Occurrence,Registrant ID,Email,Action\n\(cells.joined(separator: ","))\n").rows[0]
    }
}
