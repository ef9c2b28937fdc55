package import Decisions
import Files
import Journal
package import Spreadsheet

/// What a run would send from a spreadsheet if the journal were empty: `usher run --dry-run`.
package struct DryRunReport: Sendable {
    /// For people: a line for each meeting and action, and a total.
    package let text: String
    /// How many rows can't be sent.
    package let rejected: Int

    /// Reads a spreadsheet.
    ///
    /// - Throws: `SpreadsheetError` if it can't be read as a whole.
    package init(of source: SpreadsheetSource, options: SheetOptions, batchSize: Int) throws {
        let sheet = try DecisionSheet(source, scan: try SourceScan(source), options: options)
        var plan = SendingPlan()
        var rejected = 0
        var rest = 0
        try sheet.forEachSettledRow { row, overlap in
            switch (row.verdict, overlap?.kind) {
            case (.rejected, _), (_, .conflict), (_, .mixedUp): rejected += 1
            case (.decision(let target, let action), nil):
                plan.add(sheet.targets[target], action, registrants: 1)
            default: rest += 1
            }
        }
        plan.fillRequests(with: batchSize)
        let registrants = Phrases.count(plan.registrants, "registrant")
        let all = Phrases.count(plan.requests, "request")
        let total = """
              Together \(registrants) in \(all); \
            \(Phrases.count(rejected, "row")) rejected\(rejected > 0 ? " (see `usher check`)" : ""), \(rest) need not be sent. \
            What the journal shows as applied would be skipped.
            """
        let notices = sheet.notices.map { "\(source.name): \($0)" }
        let head = "\(source.name): nothing is sent (--dry-run). It would be:"
        text = (notices + [head] + plan.lines + plan.cautions + [total]).map(\.onOneLine).joined(separator: "\n")
        self.rejected = rejected
    }
}

/// What would be sent, summed up by meeting and action.
struct SendingPlan {
    struct Group {
        let target: Target
        let action: Action
        var registrants = 0
        var requests = 0

        var line: String {
            let occurrence = target.occurrence.map { ", occurrence \($0)" } ?? ""
            let account = target.account.map { ", account \($0)" } ?? ""
            return """
                  \(target.kind.rawValue) \(target.id)\(occurrence)\(account): \(action.rawValue) \
                \(Phrases.count(registrants, "registrant")) in \(Phrases.count(requests, "request"))
                """
        }
    }

    private struct Key: Hashable {
        let target: Target
        let action: Action
    }

    private var all: [Key: Group] = [:]

    init(_ batches: [OpenBatch] = []) {
        for batch in batches { add(batch.target, batch.action, registrants: batch.size, requests: 1) }
    }

    var groups: [Group] { Array(all.values) }
    var registrants: Int { all.values.reduce(0) { $0 + $1.registrants } }
    var requests: Int { all.values.reduce(0) { $0 + $1.requests } }
    /// A line for each meeting and action.
    var lines: [String] { all.values.map(\.line).sorted() }

    /// What to know of the actions in it.
    var cautions: [String] {
        Action.allCases.filter { action in all.keys.contains { $0.action == action } }
            .compactMap(\.caution).map { "  \($0)" }
    }

    mutating func add(_ target: Target, _ action: Action, registrants: Int, requests: Int = 0) {
        let key = Key(target: target, action: action)
        all[key, default: Group(target: target, action: action)].registrants += registrants
        if requests > 0 { all[key]?.requests += requests }
    }

    /// Counts the requests that full batches would take.
    mutating func fillRequests(with batchSize: Int) {
        for (key, group) in all { all[key]?.requests = (group.registrants + batchSize - 1) / batchSize }
    }
}
