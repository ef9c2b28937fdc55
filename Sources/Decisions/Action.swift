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
    /// Reads a word that is only letters, which is nearly every cell. Guesses nothing.
    ///
    /// - Parameter word: Trimmed text in any case.
    init?(word: UnsafeBufferPointer<UInt8>) {
        guard word.count <= Self.longest else { return nil }
        var packed = PackedWord()
        for byte in word {
            let letter = byte | 0x20
            guard letter >= 0x61, letter <= 0x7A else { return nil }
            packed.append(letter)
        }
        for (known, action) in Self.packed where known == packed {
            self = action
            return
        }
        return nil
    }

    /// The usual words that are only letters.
    private static let packed: [(PackedWord, Action)] = ActionWords.usual.flatMap { meaning, words in
        words.compactMap { word in meaning.action.flatMap { action in PackedWord(word).map { ($0, action) } } }
    }

    private static let longest = packed.map(\.0.count).max() ?? 0

    /// A word in lower case: two numbers are compared faster than text.
    private struct PackedWord: Equatable {
        private var first: UInt64 = 0
        private var last: UInt64 = 0
        private(set) var count = 0

        init() {}

        /// Nil if it has another character than letters, or too many.
        init?(_ word: String) {
            guard word.utf8.count <= 16, word.utf8.allSatisfy({ $0 >= 0x61 && $0 <= 0x7A }) else { return nil }
            for byte in word.utf8 { append(byte) }
        }

        @inline(__always)
        mutating func append(_ letter: UInt8) {
            if count < 8 { first = first << 8 | UInt64(letter) } else { last = last << 8 | UInt64(letter) }
            count += 1
        }
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
            let usual = Self.meanings[word]
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
    func action(_ cell: Cell) -> Action? { Action(word: cell.bytes) ?? meaning(of: cell.visibleText)?.action }

    /// What a cell means on the slow path; nil if that is unknown.
    func meaning(of text: String) -> Meaning? {
        let word = Self.folded(text)
        return Self.meanings[word] ?? added[word]
    }

    /// Folds case and runs of spaces.
    private static func folded(_ text: String) -> String {
        text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// What every list may say: the words of staff, of Zoom's exports and of other event software. What can mean
    /// something else (`ok`, `y`, `x`, `1`, `TRUE`, `not approved`) is not among them. The guides list them from here.
    package static let usual: [(meaning: Meaning, words: [String])] = [
        (
            .approve,
            [
                "approve", "approved", "yes", "accept", "accepted", "confirm", "confirmed", "admit", "admitted",
                "allow",
                "allowed",
            ]
        ),
        (
            .deny,
            [
                "deny", "denied", "no", "decline", "declined", "reject", "rejected", "refuse", "refused", "disapprove",
                "disapproved",
            ]
        ),
        (.cancel, ["cancel", "cancelled", "canceled"]),
        (
            .pending,
            [
                "pending", "pending approval", "undecided", "tbd", "tba", "on hold", "waiting", "waiting list",
                "waitlist",
                "wait list", "waitlisted", "n/a", "n.a.", "-", "\u{2013}", "\u{2014}",
            ]
        ),
    ]

    /// The meaning of each of them.
    private static let meanings = Dictionary(
        uniqueKeysWithValues: usual.flatMap { meaning, words in words.map { ($0, meaning) } }
    )
}
