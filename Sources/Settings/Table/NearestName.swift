/// Guesses which name was meant, to be offered and never to be used.
enum NearestName {
    /// The name that is nearest to a text; nil where none is near.
    static func to(_ text: String, among names: some Sequence<String>) -> String? {
        let wanted = Array(letters(text))
        let best = names.map { (name: $0, distance: distance(wanted, Array(letters($0)))) }
            .min { $0.distance < $1.distance }
        guard let best, best.distance <= max(2, wanted.count / 3) else { return nil }
        return best.name
    }

    /// `Batch-Size` and `batch_size` differ in nothing that matters.
    private static func letters(_ text: String) -> String {
        String(text.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " })
    }

    /// How many letters must be added, taken away or exchanged.
    private static func distance(_ one: [Character], _ other: [Character]) -> Int {
        var row = Array(0...other.count)
        for (index, letter) in one.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for place in other.indices {
                let above = row[place + 1]
                row[place + 1] = min(row[place] + 1, above + 1, diagonal + (letter == other[place] ? 0 : 1))
                diagonal = above
            }
        }
        return row[other.count]
    }
}
