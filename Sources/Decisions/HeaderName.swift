/// A column's name without what people write differently: case, spaces, `_`, `-`, punctuation, invisible marks.
struct HeaderName: Hashable {
    let letters: String

    init(_ text: String) {
        // Whole characters, so that accents count alike whether they are written as one character or two.
        let visible = String.UnicodeScalarView(
            text.lowercased().unicodeScalars.filter { $0.properties.generalCategory != .format }
        )
        letters = String(visible).filter { $0.isLetter || $0.isNumber }
    }

    /// How many letters must be changed, added or dropped to make one name of the other (Levenshtein).
    func distance(to other: String) -> Int {
        let a = Array(letters.unicodeScalars)
        let b = Array(other.unicodeScalars)
        var row = Array(0...b.count)
        for i in a.indices {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let cost = min(row[j] + 1, row[j + 1] + 1, diagonal + (a[i] == b[j] ? 0 : 1))
                diagonal = row[j + 1]
                row[j + 1] = cost
            }
        }
        return row[b.count]
    }
}
