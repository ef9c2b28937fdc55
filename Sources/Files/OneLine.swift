extension String {
    /// The text on one line and harmless to a terminal: names of files are other people's. What would begin a line becomes a
    /// space, and every other character that acts on the text around it instead of being seen U+FFFD.
    package var onOneLine: String { unicodeScalars.allSatisfy { !$0.actsOnText } ? self : cleaned(keepingLines: false) }

    /// The same for several lines, which stay.
    package var harmless: String { unicodeScalars.allSatisfy { !$0.actsOnText } ? self : cleaned(keepingLines: true) }

    private func cleaned(keepingLines: Bool) -> String {
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0x09, 0x0A: text.append(keepingLines ? scalar : " ")
            case 0x0B...0x0D, 0x85, 0x2028, 0x2029: text.append(" ")
            default: text.append(scalar.actsOnText ? "\u{FFFD}" : scalar)
            }
        }
        return String(text)
    }
}

extension Unicode.Scalar {
    /// Whether it acts on the text around it: controls, separators of lines and paragraphs, and what changes the direction of
    /// writing.
    fileprivate var actsOnText: Bool {
        switch value {
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
