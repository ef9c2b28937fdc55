import Files

/// Which cells make up a target, and how to read them together.
struct TargetRule {
    let header: Header
    let options: SheetOptions

    /// The columns that decide about a target.
    static let columns: [Column] = [.meeting, .webinar, .type, .occurrence, .account]

    func read(_ cell: (Column) -> Cell) -> Result<Target, Problems> {
        var problems: [Problem] = []
        func value<T>(_ result: Result<T, Problem>) -> T? {
            switch result {
            case .success(let value): return value
            case .failure(let problem):
                problems.append(problem)
                return nil
            }
        }
        let kind = value(kind(cell))
        let meeting = cell(.meeting)
        let webinar = cell(.webinar)
        var id: MeetingID?
        if !meeting.isBlank, !webinar.isBlank {
            problems.append(
                Problem(
                    .twoTargets,
                    column: nil,
                    found: nil,
                    advice: "The row names both a meeting and a webinar. Leave one of the two cells empty."
                )
            )
        } else if meeting.isBlank, webinar.isBlank {
            problems.append(
                Problem(
                    .emptyMeeting,
                    column: header.title(of: header.places[.meeting] == nil ? .webinar : .meeting),
                    found: nil,
                    advice: "the cell is empty. Write the number of the meeting or webinar."
                )
            )
        } else {
            let column: Column = webinar.isBlank ? .meeting : .webinar
            let subject: Problem.Subject = column == .webinar || kind == .webinar ? .webinar : .meeting
            id = value(NumberRule.meeting(cell(column), subject: subject, column: header.title(of: column)))
        }
        var occurrence: OccurrenceID?
        let occurrenceCell = cell(.occurrence)
        if !occurrenceCell.isBlank {
            occurrence = value(NumberRule.occurrence(occurrenceCell, column: header.title(of: .occurrence)))
        }
        let account = value(account(cell)) ?? nil
        guard problems.isEmpty, let kind, let id else { return .failure(Problems(all: problems)) }
        return .success(Target(account: account, kind: kind, id: id, occurrence: occurrence))
    }

    /// What was removed from the numbers of a target; nil if nothing was.
    func dressing(_ cell: (Column) -> Cell) -> String? {
        [Column.meeting, .webinar, .occurrence].compactMap { column in
            let cell = cell(column)
            guard !cell.isEmpty else { return nil }
            return CellGuard.notice(cell.visibleText).map { "\(header.title(of: column)): \($0)" }
        }.joined(separator: "; ").nilIfEmpty
    }

    /// The profile as spelled in the configuration; the chosen one for an empty cell.
    private func account(_ cell: (Column) -> Cell) -> Result<String?, Problem> {
        let name = cell(.account).visibleText
        if name.isEmpty { return .success(options.account) }
        if let known = options.accounts.first(where: { $0.lowercased() == name.lowercased() }) {
            return .success(known)
        }
        let advice =
            options.accounts.isEmpty
            ? """
            names a Zoom account, but no profiles are configured. Empty or rename the column if it is not meant for Usher; or add \
            the profile to the configuration file.
            """
            : "is not a profile. Write one of \(options.accounts.joined(separator: ", ")), or leave the cell empty."
        return .failure(
            Problem(
                .unknownAccount,
                column: header.title(of: .account),
                found: name.excerpt(),
                advice: advice
            )
        )
    }

    /// Whether a word was probably meant for "meeting" or "webinar" ("Webniar", "Zoom webinars"). Two slips are allowed
    /// only after the same first letter: a "Seminar" is not one.
    private static func resemblesKind(_ type: String) -> Bool {
        type.split { !$0.isLetter }.contains { word in
            Target.Kind.allCases.contains { kind in
                if word.hasPrefix(kind.rawValue) { return true }
                // A much longer or shorter word is far away without measuring.
                guard abs(word.count - kind.rawValue.count) <= 2 else { return false }
                let distance = EditDistance.between(word, kind.rawValue)
                return distance <= (word.first == kind.rawValue.first ? 2 : 1)
            }
        }
    }

    private func kind(_ cell: (Column) -> Cell) -> Result<Target.Kind, Problem> {
        let type = cell(.type).visibleText
        let standard: Target.Kind = cell(.webinar).isBlank ? (options.webinars ? .webinar : .meeting) : .webinar
        if type.isEmpty { return .success(standard) }
        guard let kind = Target.Kind(rawValue: type.lowercased()) else {
            // A column called just Type may be about anything, but a misspelled kind still counts as one.
            if header.hasLooseType, !Self.resemblesKind(type.lowercased()) { return .success(standard) }
            return .failure(
                Problem(
                    .unknownType,
                    column: header.title(of: .type),
                    found: type.excerpt(),
                    advice: header.hasLooseType
                        ? """
                        is neither "meeting" nor "webinar", but close to it. Write one of the two, or leave the cell empty; if the \
                        column is about something else, give it another name.
                        """
                        : "is neither \"meeting\" nor \"webinar\". Write one of the two, or leave the cell empty."
                )
            )
        }
        guard kind == .webinar || cell(.webinar).isBlank else {
            return .failure(
                Problem(
                    .twoTargets,
                    column: header.title(of: .type),
                    found: type.excerpt(),
                    advice: """
                        contradicts the number, which is in the column "\(header.title(of: .webinar))". Write "webinar", or \
                        move the number to the column of meetings.
                        """
                )
            )
        }
        return .success(kind)
    }
}

/// The targets of a spreadsheet, numbered in the order of their first row, and looked up by the exact bytes of their
/// cells, so that a target is read only once however many rows name it.
struct TargetIndex {
    private struct Entry {
        let hash: UInt64
        let cells: [UInt8]
        let target: Int
    }

    private(set) var targets: [Target] = []
    private(set) var keys: [RegistrantKey] = []
    /// For each target, the key of its meeting or webinar with all occurrences.
    private(set) var wholeKeys: [RegistrantKey] = []
    private var numbers: [Target: Int] = [:]
    private var entries: [Entry] = []
    /// Open addressing; -1 is free.
    private var slots = [Int32](repeating: -1, count: 1024)

    /// The number of the target that these cells meant before.
    @inline(__always)
    func find(_ cells: [UInt8], hash: UInt64) -> Int? {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let entry = entries[Int(slots[slot])]
            if entry.hash == hash, entry.cells == cells { return entry.target }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The number of a target, new or not, without remembering its cells.
    mutating func number(of target: Target) -> Int {
        let number = numbers[target] ?? targets.count
        if number == targets.count {
            targets.append(target)
            keys.append(RegistrantKey.target(target))
            wholeKeys.append(RegistrantKey.target(target.whole))
            numbers[target] = number
        }
        return number
    }

    /// Remembers what cells mean.
    mutating func add(_ target: Target, cells: [UInt8], hash: UInt64) -> Int {
        let number = number(of: target)
        entries.append(Entry(hash: hash, cells: cells, target: number))
        if entries.count * 2 > slots.count { slots = [Int32](repeating: -1, count: slots.count * 4) }
        // After growing, all entries need new places; otherwise only the new one.
        let first = slots.contains { $0 >= 0 } ? entries.count - 1 : 0
        for index in first..<entries.count {
            var slot = Int(truncatingIfNeeded: entries[index].hash) & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(index)
        }
        return number
    }

    /// A quick hash; the bytes resolve collisions.
    @inline(__always)
    static func hash(_ cells: [UInt8]) -> UInt64 {
        cells.withUnsafeBytes { bytes in
            var hash: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
            var index = 0
            while index + 8 <= bytes.count {
                hash = mix(hash ^ bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                index += 8
            }
            var last: UInt64 = 0
            while index < bytes.count {
                last = last << 8 | UInt64(bytes[index])
                index += 1
            }
            return mix(hash ^ last)
        }
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }
}
