import Decisions
import SQLite
import Spreadsheet

/// What a first pass over all rows finds, before the journal writes any.
struct FirstPass {
    private var finder = DuplicateFinder()
    private var mended: [String: (count: Int, first: RowPlace)] = [:]
    private var (hasUndecided, hasOthers) = (false, false)
    /// Registrants named by an id and an email that were not known to be one person's, with the sheet's number of the
    /// target.
    private(set) var news: [(registrant: Registrant, target: Int)] = []

    /// - Parameter known: What is known about the registrant that a row names.
    init(_ sheet: DecisionSheet, known: (DecisionRow) throws -> DuplicateFinder.Known?) throws {
        // Only then can a row of one occurrence identify people in another, so all rows must be read before the first
        // is used.
        guard try read(sheet, known), sheet.targets.contains(where: { $0.occurrence != nil }) else { return }
        self.finder = DuplicateFinder()
        (mended, news) = ([:], [])
        try sheet.forEachRow { row in finder.learn(row, of: sheet) }
        _ = try read(sheet, known)
    }

    /// - Returns: Whether some rows name people only by id or only by email, and others by both.
    private mutating func read(
        _ sheet: DecisionSheet,
        _ known: (DecisionRow) throws -> DuplicateFinder.Known?
    ) throws -> Bool {
        var (one, two) = (false, false)
        try sheet.forEachRow { row in
            if case .noDecision = row.verdict { hasUndecided = true } else { hasOthers = true }
            if let notice = row.notice { mended[notice, default: (0, row.place)].count += 1 }
            if row.registrant.isEmpty != row.email.isEmpty { one = true } else if !row.email.isEmpty { two = true }
            let known = try known(row)
            if case .together(false) = known, let registrant = row.named, let target = row.target {
                news.append((registrant, target))
            }
            try finder.add(row, of: sheet, known: known)
        }
        return one && two
    }

    /// That nothing is decided, and what was removed from cells and where first.
    var notices: [String] {
        let undecided =
            hasUndecided && !hasOthers
            ? ["Nothing is decided in it yet, so nothing is sent. If you filled in the actions, save the file again."]
            : []
        return undecided
            + mended.sorted { $0.value.first.line < $1.value.first.line }.map { notice, cells in
                "\(notice): \(cells.count) \(cells.count == 1 ? "row" : "rows"), first at \(cells.first)"
            }
    }

    /// Fills the index of registrants, and finds rows about the same registrant.
    mutating func overlaps(
        policy: SheetOptions.ConflictPolicy,
        first: DecisionID,
        in connection: Connection
    ) throws -> [DuplicateFinder.Overlap] {
        var writer = try KeyWriter(on: connection)
        let overlaps = try finder.finish(policy: policy) { low, row in try writer.add(low, of: first + (row - 1)) }
        try writer.finish()
        return overlaps
    }
}

/// Writes a spreadsheet's rows to the journal one by one, and decides for each whether to send it.
struct RowIngest {
    /// The sheet's targets, in its numbering.
    private let sheetTargets: [Target]
    private var overlaps: ArraySlice<DuplicateFinder.Overlap>
    private let first: DecisionID
    private let comparesWithEarlier: Bool
    private let reapply: Bool
    /// The journal's number for each of the sheet's targets.
    private var targets: [TargetID] = []
    /// How many fields the widest record has so far.
    private(set) var width = 0

    init(
        sheet: DecisionSheet,
        overlaps: [DuplicateFinder.Overlap],
        first: DecisionID,
        comparesWithEarlier: Bool,
        reapply: Bool
    ) {
        sheetTargets = sheet.targets
        self.overlaps = overlaps[...]
        self.first = first
        self.comparesWithEarlier = comparesWithEarlier
        self.reapply = reapply
    }

    mutating func add(_ row: DecisionRow, to writer: inout JobWriter, in journal: isolated Journal) throws {
        width = max(width, row.fields)
        let source = SourceRow(
            record: row.record,
            fields: row.fields,
            place: row.place,
            registrant: row.registrant,
            email: row.email
        )
        func settle(_ standing: RowStatus, _ reason: String, other: DecisionID? = nil, batch: BatchID? = nil) throws {
            // What was removed from a cell is reported whatever the row's outcome.
            let reason = row.notice.map { "\(reason); \($0)" } ?? reason
            try writer.add(source, as: standing, reason: reason, other: other, batch: batch)
        }
        switch row.verdict {
        case .noDecision(let why): try settle(.noDecision, Reason.noDecision(why))
        case .rejected(let problems): try settle(.rejected, Reason.rejected(problems))
        case .decision(let index, let action):
            if let overlap = overlaps.first, overlap.row == row.number {
                overlaps = overlaps.dropFirst()
                let (standing, reason) = Reason.of(overlap)
                return try settle(standing, reason, other: first + (overlap.other - 1))
            }
            while targets.count <= index {
                targets.append(try journal.targets.makeID(of: sheetTargets[targets.count]))
            }
            let target = targets[index]
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
                let reason = try Reason.alreadyApplied(journal.jobTable.place(of: applied.id))
                return try settle(.alreadyApplied, reason, other: applied.id, batch: applied.batch)
            }
            try writer.add(source, index: index, target: target, action: action, notice: row.notice)
        }
    }
}
