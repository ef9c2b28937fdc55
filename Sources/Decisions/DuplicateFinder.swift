import Spreadsheet

/// Finds rows about the same registrant of the same target, in memory that grows with such rows only.
///
/// Two rows are about the same registrant if they give the same id or the same email, directly or through other rows.
/// The consequences:
/// - one id with two emails: at least one of them is wrong, and it is unclear which, so none of these rows is sent,
///   whatever the policy;
/// - different actions: a conflict of all of them, settled by the policy;
/// - the same action and the same id, or the same action and the same email where the later row has no id: a duplicate, sent
///   once with the first of them;
/// - the same action and the same email but two ids: both are sent, since Zoom may know the person twice.
package struct DuplicateFinder {
    /// How a row that is not simply sent relates to another row.
    package struct Overlap: Sendable, Hashable {
        package enum Kind: Sendable, Hashable {
            /// The same decision as the other row's.
            case duplicate
            /// The other row wants a different action for the same registrant.
            case conflict
            /// The policy prefers the other row.
            case overruled
            /// The rows are connected to two that give one id different emails; the other row is one of these two.
            case mixedUp
        }

        package let row: Int
        package let kind: Kind
        package let other: Int
        /// Where a spreadsheet program shows the other row.
        package let otherRow: Int
    }

    private let bound: Int
    private var entries: ExternalSorter
    private var people = People()

    /// Starts empty.
    ///
    /// - Parameter bound: How many keys are held in memory before they go to temporary files; tests make it small.
    package init(inMemory bound: Int = 1 << 18) {
        self.bound = bound
        entries = ExternalSorter(bound: bound)
    }

    /// Adds a row.
    ///
    /// A row that is not a decision but has an id and an email only links the two.
    ///
    /// - Parameter known: What is known of the registrant from elsewhere. It does not make the row decide under another
    ///   name.
    /// - Throws: `SpreadsheetError` if temporary files can't be written.
    package mutating func add(_ row: DecisionRow, of sheet: DecisionSheet, known: Known? = nil) throws {
        guard let target = row.target else { return }
        let hasID = !row.registrant.isEmpty
        let hasEmail = !row.email.isEmpty
        var action = Action.approve
        var use = KeyEntry.Use.keptName
        if case .decision(_, let wanted) = row.verdict {
            action = wanted
            use = .decision
        } else if !hasID || !hasEmail {
            return
        }
        let isWhole = sheet.isWhole(target)
        // What is already known need not be kept again.
        let isKnown = if case .together(true) = known { true } else { false }
        if use == .keptName, !isWhole || isKnown { use = .name }
        func entry(_ key: RegistrantKey, isEmail: Bool, _ use: KeyEntry.Use) -> KeyEntry {
            KeyEntry(
                key,
                row: row.number,
                sheetRow: row.place.row ?? 0,
                action: action,
                isEmail: isEmail,
                hasOther: isEmail ? hasID : hasEmail,
                use: use
            )
        }
        if hasID { try entries.add(entry(sheet.key(.id, row.registrant, target: target), isEmail: false, use)) }
        if hasEmail { try entries.add(entry(sheet.key(.email, row.email, target: target), isEmail: true, use)) }
        if hasID, hasEmail, !isWhole, !isKnown {
            let whole = sheet.wholeKey(target)
            try entries.add(entry(RegistrantKey(.id, row.registrant, of: whole), isEmail: false, .kept))
            try entries.add(entry(RegistrantKey(.email, row.email, of: whole), isEmail: true, .kept))
        }
        guard case .decision = row.verdict else { return }
        let base = sheet.key(of: target)
        if let person = people.person(row, of: sheet.wholeKey(target)) {
            try entries.add(entry(RegistrantKey(person: person, of: base), isEmail: false, .name))
            // A key that no other row has is not compared, and neither is the row's decision.
            let own = sheet.key(hasID ? .id : .email, hasID ? row.registrant : row.email, target: target)
            try entries.add(entry(own, isEmail: !hasID, .name))
        }
        guard case .names(let id, let emails) = known else { return }
        if let id {
            try entries.add(entry(RegistrantKey(.id, id, of: base), isEmail: false, .name))
        }
        for email in emails {
            try entries.add(entry(RegistrantKey(.email, email, of: base), isEmail: true, .name))
        }
    }

    /// Learns a registrant's id and email from a row, for its meeting or webinar including its occurrences; call before
    /// adding rows.
    ///
    /// Needed only for a sheet that names occurrences, and some people by one name and some by two: within a single
    /// target the rows with two names suffice. Memory grows with such names.
    package mutating func learn(_ row: DecisionRow, of sheet: DecisionSheet) {
        guard let target = row.target, !row.registrant.isEmpty, !row.email.isEmpty else { return }
        people.unite(row, of: sheet.wholeKey(target))
    }

    /// What is known of a registrant from earlier sheets.
    package enum Known {
        /// Names of the registrant besides the one that a row gives.
        case names(id: String?, emails: [String])
        /// Whether the id and the email of a row are known to be one person's.
        case together(Bool)
    }

    /// Ends the search.
    ///
    /// - Parameters:
    ///   - policy: Which row wins a conflict.
    ///   - key: Receives what the journal keeps of every key, and its row, in ascending order.
    /// - Returns: The overlaps in the order of their rows.
    /// - Throws: What `key` throws, or `SpreadsheetError`.
    package mutating func finish(
        policy: SheetOptions.ConflictPolicy,
        key: (_ low: Int64, _ row: Int) throws -> Void
    ) throws -> [Overlap] {
        var resolver = DuplicateResolver(policy: policy)
        try entries.forEachRun { run in
            try Self.keep(run, key)
            if run.count > 1 { resolver.add(run) }
        }
        // Releases the keys: the caller may keep the finder while rows are written.
        entries = ExternalSorter(bound: bound)
        return resolver.overlaps()
    }

    /// Passes on what the journal keeps of rows with one key, in the journal's order.
    private static func keep(
        _ run: Slice<UnsafeMutableBufferPointer<KeyEntry>>,
        _ key: (_ low: Int64, _ row: Int) throws -> Void
    ) rethrows {
        for isBesideID in [false, true] {
            var names = 0
            for entry in run where entry.isKept && (entry.isEmail && entry.hasOther) == isBesideID {
                // Twenty thousand occurrences need not each repeat the same link.
                if !entry.decides {
                    names += 1
                    if names > mostNames { continue }
                }
                try key(Int64(bitPattern: entry.low & ~1 | (isBesideID ? 1 : 0)), entry.row)
            }
        }
    }

    private static let mostNames = 64
}

/// Names of people, each with a number that represents all names of one person.
private struct People {
    private var numbers: [RegistrantKey: UInt32] = [:]
    private var parents: [UInt32] = []

    /// The number of the person that a row names; nil if no one is known by two names.
    mutating func person(_ row: DecisionRow, of whole: RegistrantKey) -> UInt32? {
        guard !parents.isEmpty, let known = Self.keys(of: row, whole).compactMap({ numbers[$0] }).first else {
            return nil
        }
        return root(known)
    }

    mutating func unite(_ row: DecisionRow, of whole: RegistrantKey) {
        let roots = Self.keys(of: row, whole).map { key in
            if let known = numbers[key] { return root(known) }
            let number = UInt32(parents.count)
            parents.append(number)
            numbers[key] = number
            return number
        }
        if let one = roots.first, let other = roots.last { parents[Int(max(one, other))] = min(one, other) }
    }

    private mutating func root(_ number: UInt32) -> UInt32 {
        var at = Int(number)
        while Int(parents[at]) != at {
            parents[at] = parents[Int(parents[at])]
            at = Int(parents[at])
        }
        return UInt32(at)
    }

    private static func keys(of row: DecisionRow, _ whole: RegistrantKey) -> [RegistrantKey] {
        (row.registrant.isEmpty ? [] : [RegistrantKey(.id, row.registrant, of: whole)])
            + (row.email.isEmpty ? [] : [RegistrantKey(.email, row.email, of: whole)])
    }
}

/// One key of one row: 24 bytes, because there may be twenty million of them.
struct KeyEntry {
    /// What the key is for.
    enum Use: UInt64 {
        /// The row decides about the registrant: rows with the same key are compared, and the journal keeps the key.
        case decision = 0
        /// The row links id and email and decides nothing, or not by this name: it unites the groups of its keys.
        case name = 1
        /// As `name`, and the journal keeps the key.
        case keptName = 2
        /// Only the journal keeps it.
        case kept = 3
    }

    let low: UInt64
    /// The upper half of the key; its lowest six bits say what the row is.
    private let highAndFlags: UInt64
    private let rowNumber: UInt32
    private let sheetRowNumber: UInt32
    private static let flags: UInt64 = 0x3F

    @inline(__always)
    init(
        _ key: RegistrantKey,
        row: Int,
        sheetRow: Int,
        action: Action,
        isEmail: Bool,
        hasOther: Bool,
        use: Use = .decision
    ) {
        low = key.low
        highAndFlags =
            key.high & ~Self.flags | use.rawValue << 4 | UInt64(action.place) << 2 | (isEmail ? 2 : 0)
            | (hasOther ? 1 : 0)
        rowNumber = UInt32(truncatingIfNeeded: row)
        sheetRowNumber = UInt32(truncatingIfNeeded: sheetRow)
    }

    var row: Int { Int(rowNumber) }
    /// The row in which a spreadsheet program shows it.
    var sheetRow: Int { Int(sheetRowNumber) }
    var action: UInt64 { highAndFlags >> 2 & 3 }
    var isEmail: Bool { highAndFlags & 2 != 0 }
    /// Whether the row has the other kind of key too.
    var hasOther: Bool { highAndFlags & 1 != 0 }
    /// Whether the row decides about the registrant with the key.
    var decides: Bool { highAndFlags >> 4 & 3 == Use.decision.rawValue }
    /// Whether it links id and email within the sheet.
    var unites: Bool { highAndFlags >> 4 & 3 != Use.kept.rawValue }
    /// Whether the journal keeps it.
    var isKept: Bool { highAndFlags >> 4 & 3 != Use.name.rawValue }

    @inline(__always)
    func isSameKey(_ other: KeyEntry) -> Bool {
        low == other.low && (highAndFlags ^ other.highAndFlags) & ~Self.flags == 0
    }

    /// By key, then by row.
    @inline(__always)
    static func precedes(_ one: KeyEntry, _ other: KeyEntry) -> Bool {
        if one.low != other.low { return Int64(bitPattern: one.low) < Int64(bitPattern: other.low) }
        let (a, b) = (one.highAndFlags & ~Self.flags, other.highAndFlags & ~Self.flags)
        return a != b ? a < b : one.rowNumber < other.rowNumber
    }
}

extension KeyEntry {
    /// Sorts entries that are in row order by key and then by row: digit by digit from the lowest, which for keys as
    /// random as these is several times as fast as comparing.
    ///
    /// - Parameter scratch: Room for as many entries.
    static func sort(_ entries: UnsafeMutableBufferPointer<KeyEntry>, scratch: UnsafeMutableBufferPointer<KeyEntry>) {
        guard entries.count > 64 else {
            var entries = entries
            return entries.sort(by: precedes)
        }
        let digits = 8
        var counts = [Int](repeating: 0, count: digits * 256)
        counts.withUnsafeMutableBufferPointer { counts in
            for entry in entries {
                var key = entry.sortingKey
                for digit in 0..<digits {
                    counts[digit << 8 | Int(key & 0xFF)] += 1
                    key >>= 8
                }
            }
            var from = entries
            var to = UnsafeMutableBufferPointer(rebasing: scratch[..<entries.count])
            for digit in 0..<digits {
                let base = digit << 8
                // Entries of one partition share their highest bits: a digit shared by all needs no pass.
                let shift = UInt64(digit * 8)
                if counts[base + Int(from[0].sortingKey >> shift & 0xFF)] == from.count { continue }
                var sum = 0
                for value in 0..<256 {
                    let count = counts[base + value]
                    counts[base + value] = sum
                    sum += count
                }
                for entry in from {
                    let slot = base + Int(entry.sortingKey >> shift & 0xFF)
                    to[counts[slot]] = entry
                    counts[slot] += 1
                }
                swap(&from, &to)
            }
            if from.baseAddress != entries.baseAddress { _ = entries.update(fromContentsOf: from) }
        }
        orderHighHalves(entries)
    }

    /// Equal lower halves of different keys are next to impossible, but still sorted.
    private static func orderHighHalves(_ entries: UnsafeMutableBufferPointer<KeyEntry>) {
        var start = 0
        while start < entries.count {
            var end = start + 1
            var isMixed = false
            while end < entries.count, entries[end].low == entries[start].low {
                if !entries[end].isSameKey(entries[start]) { isMixed = true }
                end += 1
            }
            if isMixed { entries[start..<end].sort(by: precedes) }
            start = end
        }
    }

    /// The lower half as an unsigned number in the order of the signed one.
    @inline(__always)
    private var sortingKey: UInt64 { low ^ 1 << 63 }
}
