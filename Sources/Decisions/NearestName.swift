/// Guesses which name was meant, as a suggestion only, never to be used.
package enum NearestName {
    /// The name nearest to a text; nil if none is near.
    package static func to(_ text: String, among names: some Sequence<String>) -> String? {
        all(near: text, among: names).first
    }

    /// All names near a text, nearest first.
    package static func all(near text: String, among names: some Sequence<String>) -> [String] {
        let wanted = letters(text)
        let measured = names.map { (name: $0, distance: EditDistance.between(wanted, letters($0))) }
        return measured.filter { isNear($0.distance, wanted) }.sorted {
            ($0.distance, $0.name) < ($1.distance, $1.name)
        }
        .map(\.name)
    }

    /// Whether this many slips are plausible: up to a third of the letters, and at least two in a word long enough to
    /// be recognizable all the same.
    static func isNear(_ distance: Int, _ word: String) -> Bool {
        distance <= max(min(2, word.count / 2), word.count / 3)
    }

    /// `Batch-Size` and `batch_size` count as equal.
    private static func letters(_ text: String) -> String {
        String(text.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " })
    }
}

/// How far apart two words are, to suggest the one that may have been meant. It is never used instead.
package enum EditDistance {
    /// The least number of letters inserted, removed, changed or swapped with the next that turns one into the other.
    package static func between(_ one: some StringProtocol, _ other: some StringProtocol) -> Int {
        let one = Array(one.unicodeScalars)
        let other = Array(other.unicodeScalars)
        var before: [Int] = []
        var last = Array(0...other.count)
        for row in one.indices {
            var current = [row + 1]
            for column in other.indices {
                let same = one[row] == other[column]
                var least = min(last[column + 1] + 1, current[column] + 1, last[column] + (same ? 0 : 1))
                if row > 0, column > 0, one[row] == other[column - 1], one[row - 1] == other[column] {
                    least = min(least, before[column - 1] + 1)
                }
                current.append(least)
            }
            before = last
            last = current
        }
        return last[other.count]
    }
}
