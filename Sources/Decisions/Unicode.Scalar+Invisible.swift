extension Unicode.Scalar {
    /// Whether it shows nothing and is no space: control and format characters, separators of lines and paragraphs, what
    /// Unicode calls default-ignorable (variation selectors, fillers, joiners), and two symbols that are blank.
    var isInvisible: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        // BRAILLE PATTERN BLANK, MUSICAL SYMBOL NULL NOTEHEAD
        default: properties.isDefaultIgnorableCodePoint || value == 0x2800 || value == 0x1D159
        }
    }

    /// Its name in messages, for example `U+FE0F`.
    var codePoint: String {
        let digits = String(value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

extension String {
    /// What a message says of a value with a character in it that nobody can see; nil where it has none.
    var invisibleAdvice: String? {
        unicodeScalars.first(where: \.isInvisible).map { scalar in
            "holds a character that can't be seen (\(scalar.codePoint)). Delete the cell and write it anew by hand."
        }
    }
}
