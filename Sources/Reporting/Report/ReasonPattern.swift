package import Decisions
package import FoundationEssentials
import Journal
import Zoom

/// A reason without what differs from row to row: what is quoted in it, numbers, and addresses. Reasons of one pattern are
/// one reason to a person, who corrects their rows in the same way.
struct ReasonPattern: Hashable {
    /// What stays the same: one piece more than there are differing parts.
    private let pieces: [String]

    /// Takes a reason apart.
    static func parts(of reason: String) -> (pattern: ReasonPattern, differing: [String]) {
        var pieces = [""]
        var differing: [String] = []
        var rest = reason[...]
        func take(_ part: Substring) {
            differing.append(String(part))
            pieces.append("")
            rest = rest[part.endIndex...]
        }
        while let first = rest.first {
            if first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") {
                pieces[pieces.count - 1] += "\""
                rest = rest.dropFirst()
                take(rest[..<end])
                pieces[pieces.count - 1] += "\""
                rest = rest.dropFirst()
            } else if first.isASCII, first.isNumber {
                take(number(at: rest))
            } else if first.isLetter, let address = address(at: rest) {
                take(address)
            } else if first.isLetter {
                // A number within a word is a part of it.
                let word = rest.prefix { $0.isLetter || $0.isNumber }
                pieces[pieces.count - 1] += word
                rest = rest[word.endIndex...]
            } else {
                pieces[pieces.count - 1].append(first)
                rest = rest.dropFirst()
            }
        }
        return (ReasonPattern(pieces: pieces), differing)
    }

    private static func address(at text: Substring) -> Substring? {
        var word = text.prefix { !$0.isWhitespace && !"<>()\";,".contains($0) }
        while let last = word.last, ".:".contains(last) { word.removeLast() }
        return word.contains("@") ? word : nil
    }

    /// Digits, with the punctuation between them in amounts, times and dates.
    private static func number(at text: Substring) -> Substring {
        var end = text.startIndex
        var index = text.startIndex
        while index < text.endIndex, text[index].isASCII, text[index].isNumber || ",.:-".contains(text[index]) {
            index = text.index(after: index)
            if text[text.index(before: index)].isNumber { end = index }
        }
        return text[..<end]
    }

    /// The reason with what all its rows share, and "…" for the rest.
    func reason(_ rows: [[String]]) -> String {
        let places = differingPlaces(rows)
        return pieces.indices.reduce("") { text, index in
            guard index > 0 else { return pieces[0] }
            return text + (places.contains(index - 1) ? "…" : rows.first?[index - 1] ?? "…") + pieces[index]
        }
    }

    /// Where rows differ.
    func differingPlaces(_ rows: [[String]]) -> [Int] {
        guard let first = rows.first else { return [] }
        return first.indices.filter { place in rows.contains { $0[place] != first[place] } }
    }
}

/// Gathers rows that need a person by reason, in the order in which reasons come.
struct ActionItems {
    private struct Key: Hashable {
        let outcome: Outcome
        let wasSent: Bool
        let pattern: ReasonPattern
    }

    private let limit: Int
    private var order: [Key] = []
    private var items: [Key: ActionItem] = [:]
    /// What each reason of an item says where they differ, also those whose rows are not listed.
    private var variants: [Key: [[String]]] = [:]

    /// - Parameter limit: How many rows of a reason to list.
    init(limit: Int) {
        self.limit = limit
    }

    /// Adds rows that Zoom refused.
    mutating func add(
        _ group: ReasonGroup,
        _ outcome: Outcome,
        rows: (_ limit: Int) throws -> [PlacedRow]
    ) rethrows {
        let words = Reason(group.reason ?? "Zoom refused it.")
        let (key, differing) = key(words.sentence, outcome, wasSent: true)
        let room = limit - (items[key]?.rows.count ?? 0)
        let listed = room > 0 ? try rows(room) : []
        items[key]?.rows += listed.map { ListedRow(row: $0, differing: differing) }
        items[key]?.count += group.rows
        if let detail = words.detail, items[key]?.technical.contains(detail) == false {
            items[key]?.technical.append(detail)
        }
        if items[key]?.targets.contains(group.target) == false { items[key]?.targets.append(group.target) }
    }

    /// Adds rows with reasons of their own.
    mutating func add(_ rows: [PlacedRow], _ outcome: Outcome, wasSent: Bool = false) {
        for row in rows {
            let words = Reason(row.reason ?? "The row is wrong.")
            let (key, differing) = key(words.sentence, outcome, wasSent: wasSent)
            items[key]?.count += 1
            if (items[key]?.rows.count ?? 0) < limit {
                items[key]?.rows.append(ListedRow(row: row, differing: differing))
            }
            if let target = row.target, items[key]?.targets.contains(target) == false {
                items[key]?.targets.append(target)
            }
        }
    }

    private mutating func key(_ sentence: String, _ outcome: Outcome, wasSent: Bool) -> (Key, differing: [String]) {
        let (pattern, differing) = ReasonPattern.parts(of: sentence)
        let key = Key(outcome: outcome, wasSent: wasSent, pattern: pattern)
        if items[key] == nil {
            order.append(key)
            items[key] = ActionItem(outcome: outcome, wasSent: wasSent, reason: sentence)
        }
        variants[key, default: []].append(differing)
        return (key, differing)
    }

    /// All of them: what Zoom refused first, and among equals those with most rows.
    var all: [ActionItem] {
        let found = order.compactMap { key -> ActionItem? in
            guard var item = items[key] else { return nil }
            let variants = variants[key] ?? []
            let places = key.pattern.differingPlaces(variants)
            item.reason = key.pattern.reason(variants)
            for index in item.rows.indices {
                item.rows[index].differing = places.map { item.rows[index].differing[$0] }
            }
            item.rows.sort { $0.row.place.line < $1.row.place.line }
            return item
        }
        let ranks: [Outcome] = [.failed, .applied, .rejected]
        return found.enumerated().sorted { one, other in
            let (a, b) = (one.element, other.element)
            return (ranks.firstIndex(of: a.outcome) ?? 0, -a.count, one.offset)
                < (ranks.firstIndex(of: b.outcome) ?? 0, -b.count, other.offset)
        }.map(\.element)
    }
}

/// Rows that are sent later, all for the same reason.
package struct WaitingItem: Sendable {
    /// Why not yet, with "…" for what differs from row to row; nil if the next run simply sends them.
    package let reason: String?
    var technical: [String] = []
    package fileprivate(set) var targets: [Target] = []
    package fileprivate(set) var rows = 0
    /// When the first of them may be sent.
    package fileprivate(set) var dueAt: Date?

    /// Gathers groups by reason, in the order in which reasons come.
    static func all(of groups: [ReasonGroup]) -> [WaitingItem] {
        struct Key: Hashable {
            let pattern: ReasonPattern?
            let isDeferred: Bool
        }
        var order: [Key] = []
        var members: [Key: [(group: ReasonGroup, differing: [String])]] = [:]
        for group in groups {
            let parts = group.reason.map { ReasonPattern.parts(of: Reason($0).sentence) }
            let key = Key(pattern: parts?.pattern, isDeferred: group.dueAt != nil)
            if members[key] == nil { order.append(key) }
            members[key, default: []].append((group, parts?.differing ?? []))
        }
        return order.map { key in
            let members = members[key] ?? []
            var item = WaitingItem(reason: key.pattern?.reason(members.map(\.differing)))
            for (group, _) in members {
                item.rows += group.rows
                if !item.targets.contains(group.target) { item.targets.append(group.target) }
                item.dueAt = [item.dueAt, group.dueAt].compactMap(\.self).min()
                if let detail = group.reason.flatMap({ Reason($0).detail }), !item.technical.contains(detail) {
                    item.technical.append(detail)
                }
            }
            return item
        }
    }
}
