internal import Decisions
internal import Spreadsheet

/// `usher run --dry-run`: what would be sent if the journal were empty.
struct DryRun {
    private let options: SheetOptions
    private let batchSize: Int

    init(_ options: SheetOptions, batchSize: Int) {
        self.options = options
        self.batchSize = batchSize
    }

    private struct Group: Hashable {
        let target: Target
        let action: Action
    }

    /// Says it for each spreadsheet.
    func run(_ sources: [Result<SpreadsheetSource, SpreadsheetError>]) -> ExitStatus {
        var statuses: [ExitStatus] = []
        for source in sources {
            do {
                statuses.append(try tell(source.get()))
            } catch {
                Output.complain(String(describing: error))
                statuses.append(.unreadable)
            }
        }
        return ExitStatus.worst(of: statuses)
    }

    private func tell(_ source: SpreadsheetSource) throws -> ExitStatus {
        let sheet = try DecisionSheet(source, scan: try SourceScan(source), options: options)
        var finder = DuplicateFinder()
        try sheet.forEachRow { row in
            if case .decision(let target, let action) = row.verdict {
                try finder.add(row, target: target, action: action, of: sheet)
            }
        }
        var findings = try finder.finish(policy: options.onConflict) { _, _ in }[...]
        var groups: [Group: Int] = [:]
        var rejected = 0
        var rest = 0
        try sheet.forEachRow { row in
            let finding = findings.first?.row == row.number ? findings.popFirst() : nil
            switch (row.verdict, finding?.kind) {
            case (.rejected, _), (_, .conflict): rejected += 1
            case (.decision(let target, let action), nil):
                groups[Group(target: sheet.targets[target], action: action), default: 0] += 1
            default: rest += 1
            }
        }
        Output.say("\(source.name): nothing is sent (--dry-run). It would be:")
        let lines = groups.map { group, count in
            let target = group.target
            let occurrence = target.occurrence.map { ", occurrence \($0)" } ?? ""
            let account = target.account.map { ", account \($0)" } ?? ""
            let requests = (count + batchSize - 1) / batchSize
            return """
                  \(target.kind.rawValue) \(target.id)\(occurrence)\(account): \(group.action.rawValue) \(count) \
                \(count == 1 ? "registrant" : "registrants") in \(requests) \(requests == 1 ? "request" : "requests")
                """
        }
        for line in lines.sorted() { Output.say(line) }
        let requests = groups.values.reduce(0) { $0 + ($1 + batchSize - 1) / batchSize }
        Output.say(
            """
              Together \(groups.values.reduce(0, +)) registrants in \(requests) requests; \(rejected) rows rejected\
            \(rejected > 0 ? " (see `usher check`)" : ""), \(rest) need not be sent. What the journal shows as applied would be skipped.
            """
        )
        return rejected > 0 ? .someRefused : .done
    }
}
