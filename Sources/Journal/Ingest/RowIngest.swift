import Decisions
import SQLite

/// Takes a spreadsheet's rows to the journal one by one, and decides for each whether it is to be sent.
struct RowIngest {
    private let sheet: DecisionSheet
    private var overlaps: ArraySlice<DuplicateFinder.Overlap>
    private let first: Int64
    private let comparesWithEarlier: Bool
    private let reapply: Bool
    /// The journal's number for each of the sheet's targets.
    private var targets: [Int64] = []
    /// Who was named by an id and an email of which nobody knew before that they are one person's, and where.
    private(set) var news: [(registrant: Registrant, target: Int64)] = []
    /// How many fields the widest record has so far.
    private(set) var width = 0

    init(
        sheet: DecisionSheet,
        overlaps: [DuplicateFinder.Overlap],
        first: Int64,
        comparesWithEarlier: Bool,
        reapply: Bool
    ) {
        self.sheet = sheet
        self.overlaps = overlaps[...]
        self.first = first
        self.comparesWithEarlier = comparesWithEarlier
        self.reapply = reapply
    }

    mutating func add(_ row: DecisionRow, to writer: inout JobWriter, in journal: isolated Journal) throws {
        width = max(width, row.fields)
        let source = SourceRow(record: row.record, fields: row.fields, line: row.line)
        // What was taken off a cell is told whatever becomes of the row.
        func told(_ reason: String) -> String { row.notice.map { "\(reason); \($0)" } ?? reason }
        func settle(_ standing: RowStatus, _ reason: String, other: Int64? = nil, batch: BatchID? = nil) throws {
            try writer.add(
                source,
                standing: standing,
                reason: told(reason),
                other: other,
                batch: batch,
                registrant: row.registrant,
                email: row.email
            )
        }
        if comparesWithEarlier, let target = row.target, let registrant = row.named {
            let target = try number(of: target, in: journal)
            let whole = try journal.targets.keys(of: target, in: journal.connection).whole
            if try journal.isNews(registrant, whole: whole, before: first) { news.append((registrant, target)) }
        }
        switch row.verdict {
        case .noDecision(let why): try settle(.noDecision, "no decision: \(why.rawValue)")
        case .rejected(let problems): try settle(.rejected, problems.map(\.reason).joined(separator: "; "))
        case .decision(let index, let action):
            if let overlap = overlaps.first, overlap.row == row.number {
                overlaps = overlaps.dropFirst()
                let other = first + Int64(overlap.other) - 1
                switch overlap.kind {
                case .conflict:
                    return try settle(
                        .rejected,
                        """
                        line \(overlap.otherLine) decides otherwise about the same registrant, so neither was sent; keep the \
                        row that is right
                        """,
                        other: other
                    )
                case .mixedUp:
                    return try settle(
                        .mixedUp,
                        """
                        line \(overlap.otherLine) and another give one registrant id different emails, so nothing about it was \
                        sent; mend the id or the email
                        """,
                        other: other
                    )
                case .overruled:
                    return try settle(.superseded, "line \(overlap.otherLine) decides instead", other: other)
                case .duplicate:
                    let reason = "the same decision as line \(overlap.otherLine), sent once"
                    return try writer.add(
                        source,
                        duplicateOf: other,
                        reason: told(reason),
                        registrant: row.registrant,
                        email: row.email
                    )
                }
            }
            let target = try number(of: index, in: journal)
            if comparesWithEarlier,
                let applied = try journal.compare(
                    row,
                    target: target,
                    action: action,
                    decision: writer.nextDecision,
                    first: first,
                    reapply: reapply
                )
            {
                return try settle(
                    .alreadyApplied,
                    "already applied: \(journal.place(of: applied.id))",
                    other: applied.id,
                    batch: applied.batch
                )
            }
            try writer.add(
                source,
                index: index,
                target: target,
                action: action,
                registrant: row.registrant,
                email: row.email,
                notice: row.notice
            )
        }
    }

    private mutating func number(of index: Int, in journal: isolated Journal) throws -> Int64 {
        while targets.count <= index {
            targets.append(try journal.targets.makeID(of: sheet.targets[targets.count], in: journal.connection))
        }
        return targets[index]
    }
}
