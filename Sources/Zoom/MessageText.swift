/// Text from a server, made fit for a journal, a spreadsheet and a terminal.
enum MessageText {
    /// The most characters that are kept.
    static let limit = 1_000

    /// Control characters become spaces, runs of blanks become one, and the length is bounded; nil if nothing is left.
    ///
    /// Control characters are not only ugly: an escape sequence in a log could act on the terminal that shows it.
    static func clean(_ text: some StringProtocol) -> String? {
        if isClean(text) { return String(text) }
        var result = String.UnicodeScalarView()
        var count = 0
        var blankBefore = true
        for scalar in text.unicodeScalars {
            let blank = scalar == " " || Self.isControl(scalar)
            if blank && blankBefore { continue }
            if count == limit { break }
            result.append(blank ? " " : scalar)
            count += 1
            blankBefore = blank
        }
        if result.last == " " { result.removeLast() }
        return result.isEmpty ? nil : String(result)
    }

    /// Whether a text, as nearly all are, is plain ASCII to which nothing need be done.
    private static func isClean(_ text: some StringProtocol) -> Bool {
        var count = 0
        var blankBefore = true
        for byte in text.utf8 {
            count += 1
            let blank = byte == 0x20
            guard byte >= 0x20, byte < 0x7F, count <= limit, !(blank && blankBefore) else { return false }
            blankBefore = blank
        }
        return count > 0 && !blankBefore
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

extension StringProtocol {
    /// The text without spaces and tabs at its ends.
    func trimmingWhitespace() -> String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        var rest = self[...]
        while let first = rest.first, isBlank(first) { rest.removeFirst() }
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return String(rest)
    }
}
