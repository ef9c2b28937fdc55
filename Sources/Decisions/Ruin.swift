/// What became of an identifier that a spreadsheet program took for a quantity, a date or a formula.
struct Ruin {
    let kind: Problem.Kind
    let advice: String

    /// Nil where the text does not look like any such ruin.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        let digits = bytes.count { Self.isDigit($0) }
        if !bytes.isEmpty, bytes.allSatisfy({ $0 == 0x23 }) {
            kind = .narrowColumn
            advice = "is what a spreadsheet shows where a column is too narrow. Widen the column and export again."
        } else if bytes.first == 0x23 {
            kind = .spreadsheetError
            advice =
                "is what a spreadsheet shows for a formula that failed. Mend the formula, or write the number itself."
        } else if bytes.first == 0x3D {
            kind = .formula
            advice =
                "is a formula and not its value. Export the sheet so that cells hold their values, or write it plainly."
        } else if Self.isScientific(bytes) {
            kind = .scientificNotation
            advice = """
                is a number that the spreadsheet shortened, so its last digits are lost. Format the column as text, enter the \
                number again from Zoom, and export again.
                """
        } else if Self.isDate(bytes) {
            kind = .date
            advice = Self.dateAdvice
        } else if digits > 0, bytes.first == 0x27, bytes.dropFirst().allSatisfy({ Self.isDigit($0) || $0 == 0x20 }) {
            kind = .apostrophe
            advice = Self.apostropheAdvice
        } else if digits > 0, bytes.contains(where: Self.isMark),
            bytes.allSatisfy({ Self.isDigit($0) || Self.isMark($0) || $0 == 0x2D || $0 == 0x2B || $0 == 0x20 })
        {
            kind = .decimalPoint
            advice = """
                is written as a quantity, with a decimal point or separators, so digits may be wrong. Format the column as \
                text, enter the number again from Zoom, and export again.
                """
        } else {
            return nil
        }
    }

    static let apostropheAdvice =
        "has an apostrophe in front, which became part of the cell. Remove it, and format the column as text."

    static let dateAdvice = """
        looks like a date: the spreadsheet may have turned a number into one. Format the column as text, enter the number \
        again from Zoom, and export again.
        """

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// Point, comma, apostrophe: what stands in a quantity between digits.
    private static func isMark(_ byte: UInt8) -> Bool { byte == 0x2E || byte == 0x2C || byte == 0x27 }

    /// Digits with at most one point or comma, then E, a sign or not, and digits.
    private static func isScientific(_ bytes: [UInt8]) -> Bool {
        guard let e = bytes.firstIndex(where: { $0 == 0x45 || $0 == 0x65 }), e > 0, e + 1 < bytes.count else {
            return false
        }
        let mantissa = bytes[..<e].drop { $0 == 0x2D || $0 == 0x2B }
        let isMantissa =
            mantissa.contains(where: isDigit) && mantissa.allSatisfy { isDigit($0) || $0 == 0x2E || $0 == 0x2C }
        let exponent = bytes[(e + 1)...].drop { $0 == 0x2D || $0 == 0x2B }
        return isMantissa && !exponent.isEmpty && exponent.count <= 3 && exponent.allSatisfy(isDigit)
    }

    /// Three groups of digits between the same separators, one of which is a year; or a time of day, or a month's name.
    static func isDate(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self).lowercased()
        let words = text.split { !$0.isLetter }
        guard text.contains(where: \.isNumber), words.allSatisfy({ word in dateWords.contains { word.hasPrefix($0) } })
        else {
            return false
        }
        if !words.isEmpty || bytes.contains(0x3A) { return true }
        for separator in [UInt8(0x2D), 0x2F, 0x2E] {
            let groups = bytes.split(separator: separator, omittingEmptySubsequences: false)
            guard groups.count == 3, groups.allSatisfy({ $0.allSatisfy(isDigit) }) else { continue }
            let lengths = groups.map(\.count)
            let small = { (count: Int) in count == 1 || count == 2 }
            let isYearFirst = lengths[0] == 4 && small(lengths[1]) && small(lengths[2])
            let isYearLast = small(lengths[0]) && small(lengths[1]) && (lengths[2] == 4 || lengths[2] == 2)
            if isYearFirst || isYearLast { return true }
        }
        return false
    }

    /// Whether groups of digits are a date, whatever stood between them, or one written without anything between: its
    /// eight digits could be a meeting's number, but none that Zoom gives today is so short.
    static func isDate(groups: [String]) -> Bool {
        let numbers = groups.map { Int($0) ?? 0 }
        let lengths = groups.map(\.count)
        func isDate(_ year: Int, _ one: Int, _ other: Int) -> Bool {
            (1900...2099).contains(year) && (1...31).contains(one) && (1...31).contains(other) && min(one, other) <= 12
        }
        if lengths.first == 8, let number = numbers.first {
            return isDate(number / 10_000, number / 100 % 100, number % 100)
                || isDate(number % 10_000, number / 1_000_000, number / 10_000 % 100)
        }
        // A time of day may follow.
        guard groups.count >= 3 else { return false }
        let isSmall = lengths.map { $0 <= 2 }
        return lengths[0] == 4 && isSmall[1] && isSmall[2] && isDate(numbers[0], numbers[1], numbers[2])
            || isSmall[0] && isSmall[1] && lengths[2] == 4 && isDate(numbers[2], numbers[0], numbers[1])
    }

    /// Whether text in lower case is a month's name, and beside it a day, a year or both: what a spreadsheet makes of "nov26".
    static func isDateWithMonth(_ text: String) -> Bool {
        let parts = text.split { $0 == "-" || $0 == "/" || $0 == "." || $0 == "," || $0 == " " }
        guard (2...3).contains(parts.count) else { return false }
        let others = parts.filter { !months.contains(String($0)) }
        return others.count == parts.count - 1
            && others.allSatisfy { [1, 2, 4].contains($0.utf8.count) && $0.utf8.allSatisfy(isDigit) }
    }

    private static let monthNames = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    /// As a cell shows them: whole, or their first letters.
    private static let months = Set(monthNames + shortMonths + ["sept"])
    private static let shortMonths = monthNames.map { String($0.prefix(3)) }

    /// What may stand in a date or a time besides digits.
    private static let dateWords = shortMonths + ["am", "pm", "t", "z"]
}
