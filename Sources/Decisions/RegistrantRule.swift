import Files

/// What an email address and a registrant's id look like.
enum RegistrantRule {
    /// Whether bytes are an email address as they are: the path of nearly all cells.
    ///
    /// This checks the shape only (RFC 5321's lengths, one `@`, a domain of at least two labels), not whether the
    /// mailbox exists. Letters beyond ASCII are allowed (RFC 6531); `strayScalar` finds other characters that are not.
    static func isEmail(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        // Spreadsheets mark text with a leading apostrophe; hardly any address starts with one.
        guard bytes.count <= 254, bytes.first != 0x27 else { return false }
        var at = -1
        var lastDot = -1
        var previous: UInt8 = 0
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case 0x40:
                guard at < 0, index > 0, index <= 64, previous != 0x2E else { return false }
                at = index
            case 0x2E:
                guard previous != 0x2E, previous != 0x40, previous != 0 else { return false }
                guard at < 0 || previous != 0x2D else { return false }
                lastDot = index
            case 0x2D:
                guard at < 0 || (previous != 0x40 && previous != 0x2E) else { return false }
            case 0xBD where index > 1 && previous == 0xBF && bytes[index - 2] == 0xEF:
                // U+FFFD replaces a character that was lost: no address has one.
                return false
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...0xFF: break
            // The other characters that RFC 5322 allows before the @ ("atext").
            case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2F, 0x3D, 0x3F, 0x5E, 0x5F, 0x60, 0x7B...0x7E:
                guard at < 0 else { return false }
            default: return false
            }
            previous = byte
        }
        return at > 0 && lastDot > at && lastDot < bytes.count - 1 && previous != 0x2D
    }

    /// What people and programs write into an empty field.
    private static let placeholders: Set<String> = [
        "-", "--", "---", ".", "..", "...", "?", "??", "???", "0", "n/a", "n.a.", "n.a", "na", "nan", "null", "(null)",
        "\\n",
        "none", "(none)", "nil", "undefined", "blank", "(blank)", "empty", "(empty)", "unknown", "(unknown)", "missing",
        "true", "false", "tbd", "tba",
    ]

    private static let longestPlaceholder = placeholders.map(\.utf8.count).max() ?? 0

    /// Whether bytes can be one of Zoom's ids: visible ASCII without spaces, and nothing that a spreadsheet makes of a
    /// number.
    static func isRegistrantID(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count <= 128, let first = bytes.first, first != 0x23, first != 0x3D else { return false }
        if bytes.count < idLength, isStandIn(bytes) { return false }
        var hasMark = false
        for byte in bytes {
            switch byte {
            case 0x00...0x20, 0x22, 0x3C, 0x3E, 0x40, 0x7F...0xFF: return false
            case 0x2B, 0x2C, 0x2E: hasMark = true
            default: break
            }
        }
        // Zoom's own ids are longer than any date and have no point, comma or plus.
        guard first <= 0x39, hasMark || bytes.count < idLength else { return true }
        return MangledValue(String(decoding: bytes, as: UTF8.self)) == nil
    }

    /// Whether bytes have the form of all known Zoom ids: 22 characters of base64url. The form is undocumented, so
    /// another one is only worth a warning.
    @inline(__always)
    static func isZoomsID(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.count == 22
            && bytes.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
                default: false
                }
            }
    }

    /// In bytes; anything shorter is not one of Zoom's ids and gets a closer look.
    private static let idLength = 20

    /// Whether a cell holds a placeholder, or a date with a month's name ("Nov-26").
    private static func isStandIn(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self).lowercased()
        return bytes.count <= longestPlaceholder && placeholders.contains(text) || MangledValue.isDateWithMonth(text)
    }

    /// Why a cell is not a registrant's id.
    static func problem(_ cell: Cell, column: String) -> Problem {
        let text = cell.visibleText
        func problem(_ kind: Problem.Kind, _ advice: String) -> Problem {
            Problem(kind, of: .registrant, column: column, found: text.excerpt(), advice: advice)
        }
        if text.contains("@") { return problem(.malformed, "is an email address. Put it into the email column.") }
        if let ruin = MangledValue(text) { return problem(ruin.kind, ruin.advice) }
        if let advice = text.invisibleAdvice { return problem(.malformed, advice) }
        return problem(
            .malformed,
            """
            is not a registrant id. Zoom's are 22 letters and digits; copy it from Zoom, or leave the cell empty and give the \
            email.
            """
        )
    }
}

extension String {
    /// Whether it has the shape of an email address, as it is.
    package var isEmailAddress: Bool {
        var copy = self
        return copy.withUTF8(RegistrantRule.isEmail)
    }
}

/// What people and programs put around an address, and what they write instead of one.
extension RegistrantRule {
    /// Reads an email address that needs cleaning: removes what was put around it, and says so.
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
        // An invisible character makes a different address that looks the same, and so does a lookalike letter.
        guard !steps.isEmpty, text.invisibleAdvice == nil, strayScalar(in: text) == nil, copy.withUTF8(isEmail) else {
            return .failure(
                Problem(
                    text.hasPrefix("'") ? .apostrophe : .malformed,
                    of: .email,
                    column: column,
                    found: visible.excerpt(),
                    advice: advice(for: visible)
                )
            )
        }
        return .success((text, "\(column): took off \(steps.joined(separator: " and "))"))
    }

    /// Whether a cell holds an email address, with or without removable wrapping.
    static func isAddress(_ cell: Cell) -> Bool {
        if isEmail(cell.bytes) { return true }
        if case .success = mend(cell, column: "") { return true }
        return false
    }

    /// The text inside, and what was around it; nil if nothing is.
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
        // If the name is another address, it is unclear which of the two is meant.
        guard !name.contains(where: { "@＠<>".contains($0) }) else { return nil }
        return (inner, "the name and angle brackets")
    }

    /// Without the apostrophe: a spreadsheet may have added it, and its meaning is not certain.
    private static let quotes: Set<Character> = ["\"", "“", "”", "„", "‟", "‘", "’", "‚", "‛", "«", "»", "‹", "›"]

    /// The first character beyond ASCII that no address holds: anything but letters, marks and digits, and any of those
    /// that only look like others (full-width, mathematical, and letters that are really quotation marks).
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

    /// Whether the text contains an HTML entity: `&#39;`, `&amp;`.
    private static func holdsEntity(_ text: String) -> Bool {
        text.split(separator: "&").dropFirst(text.hasPrefix("&") ? 0 : 1).contains { piece in
            let name = piece.prefix { $0 != ";" }
            guard name.count < piece.count else { return false }
            return name.hasPrefix("#") || ["amp", "lt", "gt", "quot", "apos", "nbsp"].contains(name)
        }
    }

    private static func advice(for text: String) -> String {
        if let advice = text.invisibleAdvice { return advice }
        if text.hasPrefix("'") { return MangledValue.apostropheAdvice }
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

/// What programs put around an identifier without losing any of it, and how to remove it.
enum CellGuard {
    /// The text of a formula that is only a text: `="84512093377"`, which keeps a spreadsheet from reading it as a
    /// number.
    static func guarded(_ text: String) -> String? {
        guard text.hasPrefix("=\""), text.hasSuffix("\""), text.utf8.count > 3 else { return nil }
        let content = text.dropFirst(2).dropLast()
        return content.contains("\"") ? nil : String(content)
    }

    /// The digits of a number that a data frame wrote as a float: `84512093377.0`. Below 2^53 no digit is lost.
    static func float(_ text: String) -> String? {
        guard text.hasSuffix(".0") else { return nil }
        let digits = text.dropLast(2)
        guard let number = Int64(digits), number > 0, number < 1 << 53,
            digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { return nil }
        return String(digits)
    }

    /// The text of a number's cell without either.
    static func number(_ text: String) -> String { guarded(text) ?? float(text) ?? text }

    /// What to say if something was removed from a number's cell; nil if nothing was.
    static func notice(_ text: String) -> String? {
        guarded(text) != nil ? guardNotice : float(text) != nil ? "took off the .0 of a whole number" : nil
    }

    static let guardNotice = "took the text out of =\"…\""
}

extension String {
    /// Nil for empty text.
    var nilIfEmpty: String? { isEmpty ? nil : self }
}
