import Files

/// What the staff decided about a registrant.
///
/// Zoom's endpoint accepts these three only.
/// Source: "Update registrant's status", parameter `action`.
package enum Action: String, Sendable, Hashable, CaseIterable {
    /// Let the registrant in.
    case approve
    /// Turn the registrant away.
    case deny
    /// Cancel a registration that had been approved.
    case cancel

    /// Its place among all actions, from 0 to 2.
    package var place: Int {
        switch self {
        case .approve: 0
        case .deny: 1
        case .cancel: 2
        }
    }
}

extension Action {
    /// Reads the words used by staff, Zoom's exports and other event software. Guesses nothing else.
    ///
    /// - Parameter word: Trimmed text in any case.
    init?(word: UnsafeBufferPointer<UInt8>) {
        guard (1...9).contains(word.count) else { return nil }
        var packed: (UInt64, UInt64) = (0, 0)
        for (index, byte) in word.enumerated() {
            let letter = UInt64(byte | 0x20)
            guard letter >= 0x61, letter <= 0x7A else { return nil }
            if index < 8 { packed.0 = packed.0 << 8 | letter } else { packed.1 = packed.1 << 8 | letter }
        }
        for (known, action) in Self.words where known == packed {
            self = action
            return
        }
        return nil
    }

    private static let words: [((UInt64, UInt64), Action)] = [
        ("approve", Action.approve), ("approved", .approve), ("yes", .approve), ("deny", .deny), ("denied", .deny),
        ("no", .deny), ("cancel", .cancel), ("cancelled", .cancel), ("canceled", .cancel), ("y", .approve),
        ("n", .deny),
        ("accept", .approve), ("accepted", .approve), ("confirmed", .approve), ("decline", .deny), ("declined", .deny),
        ("reject", .deny), ("rejected", .deny),
    ].map { word, action in
        let bytes = Array(word.utf8)
        return (
            (
                bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
                bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
            ), action
        )
    }

    /// The words in the order in which messages offer them.
    package static let offered = "approve, deny or cancel"
}

/// The words of an action cell: those that every list may use, and those that the configuration adds for other
/// languages.
package struct ActionWords: Sendable, Hashable {
    /// What a word means.
    package enum Meaning: String, Sendable, Hashable, CaseIterable {
        case approve
        case deny
        case cancel
        /// Not decided yet.
        case pending

        /// The action; nil if not decided yet.
        var action: Action? { Action(rawValue: rawValue) }
    }

    /// The added words, in lower case.
    private var added: [String: Meaning] = [:]

    package init() {}

    /// Whether only the usual words apply.
    package var isEmpty: Bool { added.isEmpty }

    /// Adds words.
    ///
    /// - Parameter list: Separated by commas, for example `genehmigt, zugesagt`.
    /// - Returns: What is wrong with them, as the end of a sentence that begins with the list; nil if nothing is.
    package mutating func add(_ list: String, for meaning: Meaning) -> String? {
        let words = list.split(separator: ",").map { Self.folded(String($0)) }
        guard !words.isEmpty, !words.contains("") else {
            return "is not a list of words. Write it like: genehmigt, aprovado"
        }
        for word in words {
            let usual = Self.usual(word)
            if let other = usual ?? added[word], other != meaning {
                return "gives \"\(word.excerpt())\" a second meaning: it means \(other.rawValue) already. Take it out."
            }
            if usual == nil { added[word] = meaning }
        }
        return nil
    }

    /// The words in a fixed order, since they change what a file means; empty if there are none.
    var notation: String {
        added.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.rawValue)" }.joined(separator: ",")
    }

    /// The action that a cell names; nil if it names none.
    @inline(__always)
    func action(_ cell: Cell) -> Action? {
        if let action = Action(word: cell.bytes) { return action }
        return added.isEmpty ? nil : added[Self.folded(cell.visibleText)]?.action
    }

    /// What a cell means on the slow path; nil if that is unknown.
    func meaning(of text: String) -> Meaning? {
        let word = Self.folded(text)
        return Self.usual(word) ?? added[word]
    }

    private static func usual(_ word: String) -> Meaning? {
        if undecided.contains(word) { return .pending }
        var word = word
        return word.withUTF8 { Action(word: $0) }.flatMap { Meaning(rawValue: $0.rawValue) }
    }

    /// Folds case and runs of spaces.
    private static func folded(_ text: String) -> String {
        text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// What Zoom and people write if a decision is pending.
    private static let undecided: Set<String> = [
        "pending", "pending approval", "undecided", "waiting", "waiting list", "waitlist", "waitlisted", "wait list",
    ]
}
