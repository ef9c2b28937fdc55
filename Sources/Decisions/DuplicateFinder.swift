internal import Spreadsheet

/// Finds rows that are about the same registrant of the same target, in memory that grows with such rows only.
///
/// Two rows are about the same registrant when they give the same id or the same email, and so are all that hang together
/// in that way. What follows from it:
/// - one id with two emails: at least one of them is wrong, and nobody knows which, so nothing of it is sent, whatever the
///   policy;
/// - different actions: a conflict of all of them, settled by the policy;
/// - the same action and the same id, or the same action and the same email where the later row has no id: a duplicate, sent
///   once with the first of them;
/// - the same action and the same email but two ids: both are sent, since Zoom may know the person twice.
public struct DuplicateFinder {
    /// What a row that is not simply sent has to do with another row.
    public struct Overlap: Sendable, Hashable {
        /// What it is.
        public enum Kind: Sendable, Hashable {
            /// The same decision as the other row's.
            case duplicate
            /// The other row wants another action for the same registrant.
            case conflict
            /// The policy lets the other row decide.
            case overruled
            /// The rows hang together with two that give one id different emails; the other row is one of these two.
            case mixedUp
        }

        /// The row's number.
        public let row: Int
        /// What it is.
        public let kind: Kind
        /// The other row's number.
        public let other: Int
        /// The line on which the other row begins.
        public let otherLine: Int
    }

    private let bound: Int
    private var entries: SpillingSorter

    /// Nothing seen yet.
    ///
    /// - Parameter bound: How many keys are held in memory before they go to temporary files; tests make it small.
    public init(inMemory bound: Int = 1 << 18) {
        self.bound = bound
        entries = SpillingSorter(bound: bound)
    }

    /// Adds a row; one that is no decision tells nothing.
    ///
    /// - Throws: `SpreadsheetError` where temporary files can't be written.
    public mutating func add(_ row: DecisionRow, of sheet: DecisionSheet) throws {
        guard case .decision(let target, let action) = row.verdict else { return }
        let hasID = !row.registrant.isEmpty
        let hasEmail = !row.email.isEmpty
        if hasID {
            let key = sheet.key(.id, row.registrant, target: target)
            try entries.add(
                KeyEntry(key, row: row.number, line: row.line, action: action, isEmail: false, hasOther: hasEmail)
            )
        }
        if hasEmail {
            let key = sheet.key(.email, row.email, target: target)
            try entries.add(
                KeyEntry(key, row: row.number, line: row.line, action: action, isEmail: true, hasOther: hasID)
            )
        }
    }

    /// Ends the search.
    ///
    /// - Parameters:
    ///   - policy: Who wins a conflict.
    ///   - key: Gets the lower half of every key and its row, in ascending order of the signed number.
    /// - Returns: The overlaps in the order of their rows.
    /// - Throws: What `key` throws, or `SpreadsheetError`.
    public mutating func finish(
        policy: SheetOptions.ConflictPolicy,
        key: (_ low: Int64, _ row: Int) throws -> Void
    ) throws -> [Overlap] {
        var resolver = DuplicateResolver(policy: policy)
        try entries.forEachRun { run in
            for entry in run { try key(Int64(bitPattern: entry.low), entry.row) }
            if run.count > 1 { resolver.add(run) }
        }
        // Whoever holds the finder on while rows are written should not hold its keys too.
        entries = SpillingSorter(bound: bound)
        return resolver.overlaps()
    }
}
