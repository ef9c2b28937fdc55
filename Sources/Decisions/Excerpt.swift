/// A value as a message shows it: on one line, shortened, without what a terminal or reader could be fooled with.
struct Excerpt: Sendable, Hashable, CustomStringConvertible {
    /// The text.
    let description: String

    /// Keeps at most `limit` characters.
    init(_ text: some StringProtocol, limit: Int = 40) {
        if text.utf8.count <= limit, text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
            description = String(text)
            return
        }
        let visible = text.prefix(limit + 1).map { character -> Character in
            let scalars = character.unicodeScalars
            let isHidden = scalars.contains {
                $0.properties.generalCategory == .control || $0.properties.generalCategory == .format
                    || $0.properties.generalCategory == .lineSeparator
                    || $0.properties.generalCategory == .paragraphSeparator
            }
            return isHidden ? "·" : character
        }
        description = visible.count > limit ? String(visible.prefix(limit - 1)) + "…" : String(visible)
    }
}
