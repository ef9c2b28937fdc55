import Decisions

/// Guesses which name was meant, to be offered and never to be used.
package enum NearestName {
    /// The name that is nearest to a text; nil where none is near.
    package static func to(_ text: String, among names: some Sequence<String>) -> String? {
        let wanted = letters(text)
        let best = names.map { (name: $0, distance: EditDistance.between(wanted, letters($0))) }
            .min { $0.distance < $1.distance }
        guard let best, best.distance <= max(2, wanted.count / 3) else { return nil }
        return best.name
    }

    /// `Batch-Size` and `batch_size` differ in nothing that matters.
    private static func letters(_ text: String) -> String {
        String(text.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " })
    }
}
