import Glibc

/// How wide text is in a terminal, where some characters take two columns and some none.
enum TerminalText {
    /// A text's width in columns. It must not contain control characters.
    static func width(of text: some StringProtocol) -> Int {
        text.reduce(0) { $0 + width(of: $1) }
    }

    /// A text cut or padded to an exact number of columns.
    static func fitted(_ text: String, to columns: Int, ellipsis: Character) -> String {
        let width = width(of: text)
        guard width > columns else { return text + String(repeating: " ", count: columns - width) }
        guard columns > 0 else { return "" }
        var result = ""
        var used = 0
        for character in text {
            let next = self.width(of: character)
            guard used + next <= columns - 1 else { break }
            result.append(character)
            used += next
        }
        result.append(ellipsis)
        // A wide character that did not fit leaves a column.
        return result + String(repeating: " ", count: columns - used - 1)
    }

    private static func width(of character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if first.isASCII { return character.unicodeScalars.contains { $0.value == 0xFE0F } ? 2 : 1 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        let isEmoji = first.properties.isEmojiPresentation || character.unicodeScalars.contains { $0.value == 0xFE0F }
        return isEmoji || wide.contains { $0.contains(first.value) } ? 2 : 1
    }

    /// East Asian Width "W" and "F" except emoji. Source: Unicode's EastAsianWidth.txt, with adjacent ranges joined.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F,
        0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
        0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD,
    ]
}

/// What a terminal can show, and what its user wants to see.
package struct TerminalStyle: Sendable, Hashable {
    package var isColoured: Bool
    /// Whether characters beyond ASCII are shown.
    package var isUnicode: Bool

    package init(isColoured: Bool, isUnicode: Bool) {
        self.isColoured = isColoured
        self.isUnicode = isUnicode
    }

    /// From the environment: `NO_COLOR` (any value but the empty one), `LC_ALL`, `LC_CTYPE`, `LANG`.
    static var ofEnvironment: TerminalStyle {
        TerminalStyle(isColoured: value("NO_COLOR") == nil, isUnicode: isUnicode)
    }

    /// Whether the locale's encoding is UTF-8.
    package static var isUnicode: Bool {
        let locale = (value("LC_ALL") ?? value("LC_CTYPE") ?? value("LANG") ?? "").lowercased()
        return locale.contains("utf-8") || locale.contains("utf8")
    }

    /// Whether a file descriptor is a terminal on which lines can be redrawn.
    static func canDraw(on descriptor: Int32) -> Bool {
        isatty(descriptor) == 1 && value("TERM") != "dumb" && value("TERM") != nil
    }

    private static func value(_ name: String) -> String? {
        guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { return nil }
        return value
    }
}
