// Makes outside text safe to show: file names, cells and a server's words may contain anything. An escape sequence
// would act on the terminal, and a line end would forge a line.

extension StringProtocol {
    /// On one line and harmless to a terminal: line breaks become a space, and every other character that acts on the
    /// text around it, instead of being visible, becomes U+FFFD.
    package var onOneLine: String { replacingActors(keepingLines: false) }

    /// The same, but keeps line breaks.
    package var harmless: String { replacingActors(keepingLines: true) }

    private func replacingActors(keepingLines: Bool) -> String {
        guard unicodeScalars.contains(where: { $0.actsOnText }) else { return String(self) }
        return replacingScalars { scalar in
            switch scalar.value {
            case 0x09, 0x0A: keepingLines ? nil : " "
            case 0x0B...0x0D, 0x85, 0x2028, 0x2029: " "
            default: scalar.actsOnText ? "\u{FFFD}" : nil
            }
        }
    }

    /// On one line, with invisible characters named: `[U+202E]`. For reports, where a person looks for what is wrong
    /// with a cell.
    package var namingUnseen: String {
        guard unicodeScalars.contains(where: { $0.isUnseen }) else { return String(self) }
        return replacingScalars { scalar in
            if scalar == "\n" || scalar == "\r" || scalar == "\t" { return " " }
            guard scalar.isUnseen else { return nil }
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return "[U+\(String(repeating: "0", count: Swift.max(0, 4 - digits.count)))\(digits)]"
        }
    }

    private func replacingScalars(_ replacement: (Unicode.Scalar) -> String?) -> String {
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if let other = replacement(scalar) {
                text.append(contentsOf: other.unicodeScalars)
            } else {
                text.append(scalar)
            }
        }
        return String(text)
    }

    /// A value quoted in a message: on one line, cut to a number of characters, with a dot for each invisible one.
    package func excerpt(_ limit: Int = 40) -> String {
        if utf8.count <= limit, utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return String(self) }
        let beginning = prefix(limit + 1).map { character -> Character in
            character.unicodeScalars.contains { $0.isInvisible } ? "·" : character
        }
        return beginning.count > limit ? String(beginning.prefix(limit - 1)) + "…" : String(beginning)
    }

    /// The first characters, with a mark if something was cut off.
    package func beginning(_ limit: Int) -> String { count <= limit ? String(self) : "\(prefix(limit))…" }

    /// A server's words for the journal: invisible characters and runs of blanks become one space, and the length is
    /// bounded; nil if nothing is left.
    ///
    /// - Parameter limit: The most scalars to keep.
    package func message(_ limit: Int = CleanText.messageLimit) -> String? {
        // An id, or one word: nothing to clean.
        if !isEmpty, utf8.count <= limit, utf8.allSatisfy({ (0x21...0x7E).contains($0) }) { return String(self) }
        var text = String.UnicodeScalarView()
        var count = 0
        var blankBefore = true
        for scalar in unicodeScalars {
            let isBlank = scalar == " " || scalar.isInvisible
            if isBlank && blankBefore { continue }
            if count == limit { break }
            text.append(isBlank ? " " : scalar)
            count += 1
            blankBefore = isBlank
        }
        if text.last == " " { text.removeLast() }
        return text.isEmpty ? nil : String(text)
    }

    /// With each email address replaced: Zoom's own words may name a registrant, and logs must not.
    package var withoutAddresses: String {
        func endsAddress(_ character: Character) -> Bool {
            character.isWhitespace || "\"'<>()[]{},;:".contains(character)
        }
        var text = ""
        var rest = self[...]
        while let at = rest.firstIndex(of: "@") {
            let start = rest[..<at].lastIndex(where: endsAddress).map(rest.index(after:)) ?? rest.startIndex
            let end = rest[at...].firstIndex(where: endsAddress) ?? rest.endIndex
            text += rest[..<start] + "(address)"
            rest = rest[end...]
        }
        return text + rest
    }
}

/// How much of a text to keep.
package enum CleanText {
    /// The most characters of a server's words.
    package static let messageLimit = 1_000
}

extension Unicode.Scalar {
    /// Whether it acts on the text around it: control characters, line and paragraph separators, and changes of writing
    /// direction.
    fileprivate var actsOnText: Bool {
        switch value {
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// Whether it is invisible, joiners included.
    fileprivate var isInvisible: Bool {
        if isASCII { return value < 0x20 || value == 0x7F }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return true
        default: return false
        }
    }

    /// Whether it is not reliably visible. Joiners are exempt: emoji and several scripts need them.
    fileprivate var isUnseen: Bool {
        switch value {
        case 0x200C, 0x200D, 0xE0020...0xE007F: return false
        default: break
        }
        switch properties.generalCategory {
        case .surrogate, .privateUse: return true
        default: return isInvisible
        }
    }
}
