package import Decisions
import Files
package import Spreadsheet

/// What a run would send from a spreadsheet if the journal were empty: `usher run --dry-run`.
package struct DryRunReport: Sendable {
    /// For people: a line for each meeting and action, and a total.
    package let text: String
    /// How many rows can't be sent.
    package let rejected: Int

    private struct Group: Hashable {
        let target: Target
        let action: Action
    }

    /// Reads a spreadsheet.
    ///
    /// - Throws: `SpreadsheetError` if it can't be read as a whole.
    package init(of source: SpreadsheetSource, options: SheetOptions, batchSize: Int) throws {
        let sheet = try DecisionSheet(source, scan: try SourceScan(source), options: options)
        var groups: [Group: Int] = [:]
        var rejected = 0
        var rest = 0
        try sheet.forEachSettledRow { row, overlap in
            switch (row.verdict, overlap?.kind) {
            case (.rejected, _), (_, .conflict), (_, .mixedUp): rejected += 1
            case (.decision(let target, let action), nil):
                groups[Group(target: sheet.targets[target], action: action), default: 0] += 1
            default: rest += 1
            }
        }
        func requests(_ count: Int) -> Int { (count + batchSize - 1) / batchSize }
        let lines = groups.map { group, count in
            Self.line(group.target, group.action, count, requests: requests(count))
        }
        let registrants = Phrases.count(groups.values.reduce(0, +), "registrant")
        let all = Phrases.count(groups.values.reduce(0) { $0 + requests($1) }, "request")
        let total = """
              Together \(registrants) in \(all); \
            \(Phrases.count(rejected, "row")) rejected\(rejected > 0 ? " (see `usher check`)" : ""), \(rest) need not be sent. \
            What the journal shows as applied would be skipped.
            """
        let notices = sheet.notices.map { "\(source.name): \($0)" }
        let head = "\(source.name): nothing is sent (--dry-run). It would be:"
        let cautions = Action.allCases.filter { action in groups.keys.contains { $0.action == action } }
            .compactMap(\.caution).map { "  \($0)" }
        text = (notices + [head] + lines.sorted() + cautions + [total]).map(\.onOneLine).joined(separator: "\n")
        self.rejected = rejected
    }

    /// What would be sent to one meeting.
    static func line(_ target: Target, _ action: Action, _ registrants: Int, requests: Int) -> String {
        let occurrence = target.occurrence.map { ", occurrence \($0)" } ?? ""
        let account = target.account.map { ", account \($0)" } ?? ""
        return """
              \(target.kind.rawValue) \(target.id)\(occurrence)\(account): \(action.rawValue) \
            \(Phrases.count(registrants, "registrant")) in \(Phrases.count(requests, "request"))
            """
    }
}
