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
}
