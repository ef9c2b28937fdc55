/// What people and programs put around an address, and what they write in its place.
extension RegistrantRule {
    /// Reads an email address that is not one as it stands: what was put around it is taken off, and said.
    ///
    /// - Returns: The address, and what was done to it.
    static func mend(_ cell: Cell, column: String) -> Result<(email: String, notice: String), Problem> {
        let visible = cell.visibleText
        var text = visible
        var steps: [String] = []
        if visible != cell.text { steps.append("invisible characters") }
        while let (inner, step) = withoutWrapping(text), !steps.contains(step) {
            text = inner
            steps.append(step)
        }
        var copy = text
        // What is invisible inside makes another address of what looks the same, and so does a letter that only looks alike.
        guard !steps.isEmpty, text.invisibleAdvice == nil, strayScalar(in: text) == nil, copy.withUTF8(isEmail) else {
            return .failure(
                Problem(
                    text.hasPrefix("'") ? .apostrophe : .malformed,
                    of: .email,
                    column: column,
                    found: Excerpt(visible).description,
                    advice: advice(for: visible)
                )
            )
        }
        return .success((text, "\(column): took off \(steps.joined(separator: " and "))"))
    }

    /// Whether a cell holds an email address, with or without what may be taken off it.
    static func isAddress(_ cell: Cell) -> Bool {
        if isEmail(cell.bytes) { return true }
        if case .success = mend(cell, column: "") { return true }
        return false
    }

    /// What is inside, and what was around it; nil where nothing is.
    private static func withoutWrapping(_ text: String) -> (String, String)? {
        if text.lowercased().hasPrefix("mailto:") { return (String(text.dropFirst("mailto:".count)), "\"mailto:\"") }
        guard let first = text.first, let last = text.last, text.count > 2 else { return nil }
        if quotes.contains(first), quotes.contains(last) {
            return (String(text.dropFirst().dropLast()), "quotation marks")
        }
        guard last == ">", let open = text.lastIndex(of: "<") else { return nil }
        let name = text[..<open]
        let inner = String(text[text.index(after: open)...].dropLast())
        if name.isEmpty { return (inner, "angle brackets") }
        // With another address in the place of the name, nobody knows which of the two is meant.
        guard !name.contains(where: { "@＠<>".contains($0) }) else { return nil }
        return (inner, "the name and angle brackets")
    }

    /// Without the apostrophe: that one a spreadsheet put there, and what it meant by it is not certain.
    private static let quotes: Set<Character> = ["\"", "“", "”", "„", "‟", "‘", "’", "‚", "‛", "«", "»", "‹", "›"]

    /// The first character beyond ASCII that no address holds: anything but letters, marks and digits, and of those the forms
    /// that only look like others (full-width, mathematical, and letters that are quotation marks in truth).
    static func strayScalar(in text: String) -> Unicode.Scalar? {
        text.unicodeScalars.first { scalar in
            guard !scalar.isASCII else { return false }
            switch scalar.value {
            // Modifier letters that serve as apostrophes and primes; half-width and full-width forms; mathematical letters.
            case 0x2B9...0x2CF, 0xFF00...0xFFEF, 0x1D400...0x1D7FF: return true
            default: break
            }
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
                .spacingMark, .decimalNumber:
                return false
            default: return true
            }
        }
    }

    /// Whether a character is written as HTML does: `&#39;`, `&amp;`.
    private static func holdsEntity(_ text: String) -> Bool {
        text.split(separator: "&").dropFirst(text.hasPrefix("&") ? 0 : 1).contains { piece in
            let name = piece.prefix { $0 != ";" }
            guard name.count < piece.count else { return false }
            return name.hasPrefix("#") || ["amp", "lt", "gt", "quot", "apos", "nbsp"].contains(name)
        }
    }

    private static func advice(for text: String) -> String {
        if let advice = text.invisibleAdvice { return advice }
        if text.hasPrefix("'") { return Ruin.apostropheAdvice }
        if text.contains("\u{FFFD}") {
            return
                "holds a character that was lost when the file was saved. Write the address again, and save as UTF-8."
        }
        if holdsEntity(text) {
            return
                "holds HTML code where a character should be (such as &#39; for an apostrophe). Write the character itself."
        }
        if let stray = strayScalar(in: text) {
            return """
                holds "\(stray)" (\(stray.codePoint)), which no email address does. Write the address again with ordinary letters \
                and signs.
                """
        }
        if text.filter({ $0 == "@" }).count > 1 {
            return "is more than one email address. Write one registrant to a row."
        }
        if let last = text.last, ";,.:".contains(last) { return "ends with \"\(last)\". Remove it." }
        if text.contains(";") { return "is more than one value. Write one email address to a row." }
        if let at = text.firstIndex(of: "@"), text[at...].contains(",") {
            return "has a comma where a dot may be meant. Write it as name@example.org."
        }
        if text.contains("<") || text.lowercased().hasPrefix("mailto:"), text.contains("@") {
            return "has more than the address. Write the address alone."
        }
        if text.contains("@"), text.contains(" ") { return "holds a space. Write the address without it." }
        if text.contains("@"), text.contains("..") { return "has two dots in a row. Correct the address." }
        return "is not an email address. Write it as name@example.org."
    }
}
