/// A reason taken apart: the plain words, and what stands behind them for the administrator.
struct ReasonWords {
    /// A sentence, or several.
    let plain: String
    /// What came back, in Zoom's own words; nil where nothing did.
    let technical: String?

    init(_ reason: String) {
        // `Explanation` puts what Zoom said in brackets at the end.
        guard reason.hasSuffix(")"), let bracket = reason.firstRange(of: " (HTTP ") else {
            plain = Self.sentence(reason)
            technical = nil
            return
        }
        plain = Self.sentence(String(reason[..<bracket.lowerBound]))
        technical = String(reason[bracket.lowerBound...].dropFirst(2).dropLast())
    }

    private static func sentence(_ text: String) -> String {
        let text = ForeignText.shown(text)
        guard let first = text.first else { return text }
        let end = text.last.map { ".!?".contains($0) } ?? true ? "" : "."
        return first.uppercased() + text.dropFirst() + end
    }
}
