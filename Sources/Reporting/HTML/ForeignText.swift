/// Text from a spreadsheet or a server, made fit to be shown: nothing in it acts on a terminal or turns a line around.
enum ForeignText {
    /// Line breaks become spaces; control characters and those that change the direction of writing become visible.
    static func shown(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { isUnseen($0) }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "\n" || scalar == "\r" || scalar == "\t" {
                result.append(" ")
            } else if isUnseen(scalar) {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result.append(
                    contentsOf: "[U+\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)]".unicodeScalars
                )
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// Scalars that are not seen themselves. The joiners are left alone: emoji and several scripts need them.
    private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x200C, 0x200D, 0xFE0F, 0xE0020...0xE007F: return false
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: return true
        default: return false
        }
    }

    /// The beginning of a text, with a sign where something was cut off.
    static func beginning(_ text: String, characters: Int) -> String {
        text.count <= characters ? text : "\(text.prefix(characters))…"
    }
}
