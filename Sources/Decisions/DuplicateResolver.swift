/// Settles what rows with equal keys mean for each other, once all of them are known.
struct DuplicateResolver {
    private let policy: SheetOptions.ConflictPolicy
    /// For a row, the row that decides instead, or contradicts.
    private var clashes: [Int: (other: Int, line: Int)] = [:]
    /// For a row, an earlier row with the same decision.
    private var earlier: [Int: (other: Int, line: Int)] = [:]

    init(policy: SheetOptions.ConflictPolicy) {
        self.policy = policy
    }

    /// Adds rows that share a key, in the order of their numbers.
    mutating func add(_ run: Slice<UnsafeMutableBufferPointer<KeyEntry>>) {
        guard let first = run.first, let last = run.last else { return }
        let winner = policy == .last ? last : first
        for entry in run {
            if let other = run.first(where: { $0.action != entry.action }) {
                switch policy {
                case .reject: clashes[entry.row] = clashes[entry.row] ?? (other.row, other.line)
                case .first, .last:
                    if entry.action != winner.action { clashes[entry.row] = (winner.row, winner.line) }
                }
            }
            // A row with an id of its own is another registrant, unless the ids are the same.
            guard !entry.isEmail || !entry.hasID, let same = run.first(where: { $0.action == entry.action }),
                same.row < entry.row
            else { continue }
            earlier[entry.row] = earlier[entry.row] ?? (same.row, same.line)
        }
    }

    /// All that is to be said, in the order of the rows.
    func findings() -> [DuplicateFinder.Finding] {
        var settled: [Int: DuplicateFinder.Finding] = [:]
        for row in Set(clashes.keys).union(earlier.keys).sorted() {
            if let clash = clashes[row] {
                settled[row] = .init(
                    row: row,
                    kind: policy == .reject ? .conflict : .overruled,
                    other: clash.other,
                    otherLine: clash.line
                )
            } else if let same = earlier[row] {
                // The row before may itself follow another, or may not be sent at all; then neither may this one.
                guard let before = settled[same.other] else {
                    settled[row] = .init(row: row, kind: .duplicate, other: same.other, otherLine: same.line)
                    continue
                }
                settled[row] = .init(row: row, kind: before.kind, other: before.other, otherLine: before.otherLine)
            }
        }
        return settled.values.sorted { $0.row < $1.row }
    }
}
