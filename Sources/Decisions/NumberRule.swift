import Files

/// What a meeting number or an occurrence id looks like, and what spreadsheets make of them.
enum NumberRule {
    /// Reads a meeting's or webinar's number: plain, or grouped as Zoom shows it. Any other grouping may have been a
    /// date, a time or two numbers.
    static func meeting(_ cell: Cell, subject: Problem.Subject, column: String) -> Result<MeetingID, Problem> {
        let text = text(of: cell)
        func problem(_ kind: Problem.Kind, _ advice: String) -> Result<MeetingID, Problem> {
            .failure(Problem(kind, of: subject, column: column, found: text.excerpt(), advice: advice))
        }
        if let ruin = MangledValue(text) { return problem(ruin.kind, ruin.advice) }
        let scalars = text.unicodeScalars
        let digits = scalars.filter { !separators.contains($0) }
        // Separators occur between digits only: a leading one would be a sign.
        if let advice = text.invisibleAdvice { return problem(.notANumber, advice) }
        guard digits.allSatisfy(isDigit), let first = scalars.first, let last = scalars.last, isDigit(first),
            isDigit(last)
        else {
            return problem(
                .notANumber,
                text.contains("/j/") || text.contains("://")
                    ? "is a link. Write the \(subject.rawValue) in it, digits only."
                    : "is not a \(subject.rawValue). Write its digits, for example 684 2308 5123."
            )
        }
        let number = String(String.UnicodeScalarView(digits))
        if MangledValue.isDate(groups: scalars.split { separators.contains($0) }.map(String.init)) {
            return problem(.date, MangledValue.dateAdvice)
        }
        guard digits.first != "0" else {
            return problem(
                .leadingZero,
                "begins with zero, which no \(subject.rawValue) does. Copy the number from Zoom again."
            )
        }
        guard let id = MeetingID(number), lengths.contains(number.count) else {
            return problem(
                .wrongLength,
                """
                has \(number.count) \(number.count == 1 ? "digit" : "digits"); \(subject.rawValue)s have \
                \(lengths.lowerBound) to \(lengths.upperBound). Digits may have been lost or added: format the column as text \
                and copy the number from Zoom again.
                """
            )
        }
        guard isPlainOrAsZoomShowsIt(scalars) else {
            return problem(
                .malformed,
                """
                is not grouped as Zoom groups a \(subject.rawValue), so it may be a date or something else. Write it as Zoom \
                shows it, for example 684 2308 5123, or without spaces.
                """
            )
        }
        return .success(id)
    }

    private static func text(of cell: Cell) -> String {
        let text = cell.isPlain ? cell.text : cell.visibleText
        // Only a formula or a float has wrapping to remove.
        return cell.bytes.first == 0x3D || cell.bytes.last == 0x30 ? CellGuard.number(text) : text
    }

    private static func isPlainOrAsZoomShowsIt(_ scalars: String.UnicodeScalarView) -> Bool {
        let groups = scalars.split { separators.contains($0) }.map(\.count)
        let gaps = Set(scalars.split(whereSeparator: isDigit).map(String.init))
        return groups.count == 1 || groups.count == 3 && zoomsGroups.contains(groups) && gaps.count == 1
    }

    /// The digits in each group of numbers with 9, 10 and 11 digits.
    private static let zoomsGroups: Set<[Int]> = [[3, 3, 3], [3, 3, 4], [3, 4, 4]]

    static func occurrence(_ cell: Cell, column: String) -> Result<OccurrenceID, Problem> {
        let text = withoutBrackets(text(of: cell))
        func problem(_ kind: Problem.Kind, _ advice: String) -> Result<OccurrenceID, Problem> {
            .failure(Problem(kind, of: .occurrence, column: column, found: text.excerpt(), advice: advice))
        }
        if let ruin = MangledValue(text) { return problem(ruin.kind, ruin.advice) }
        if let advice = text.invisibleAdvice { return problem(.malformed, advice) }
        guard text.unicodeScalars.allSatisfy(isDigit), let id = OccurrenceID(text) else {
            return problem(
                .malformed,
                """
                is not an occurrence id. Copy it from Zoom; it is a number such as 1731006000000. For the whole series leave the \
                cell empty.
                """
            )
        }
        guard text.utf8.count == occurrenceDigits else {
            return problem(
                .wrongLength,
                """
                has \(text.utf8.count) \(text.utf8.count == 1 ? "digit" : "digits"); an occurrence id has \(occurrenceDigits). \
                Digits may have been lost or added: format the column as text and copy the id from Zoom again.
                """
            )
        }
        guard text.utf8.first != 0x30 else {
            return problem(.leadingZero, "begins with zero, which no occurrence id does. Copy the id from Zoom again.")
        }
        return .success(id)
    }

    /// `usher list` writes `[1796666400000]`, which no spreadsheet program takes for a quantity. Only an id exactly so
    /// counts.
    private static func withoutBrackets(_ text: String) -> String {
        let inner = text.utf8.dropFirst().dropLast()
        guard text.utf8.first == 0x5B, text.utf8.last == 0x5D, inner.count == occurrenceDigits,
            inner.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { return text }
        return String(decoding: inner, as: UTF8.self)
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar >= "0" && scalar <= "9" }

    /// Zoom's own example has 8 digits ("Update registrant's status", parameter `meetingId`); real ones have 9 to 11.
    private static let lengths = 8...11

    /// Occurrence ids count milliseconds since 1970: 13 digits from 2001 to 2286.
    private static let occurrenceDigits = 13

    /// Space, hyphen, non-breaking hyphen, figure dash, en dash, minus.
    private static let separators: Set<Unicode.Scalar> = [
        " ", "-", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2212}",
    ]
}

/// An identifier that a spreadsheet program took for a quantity, a date or a formula.
struct MangledValue {
    let kind: Problem.Kind
    let advice: String

    /// Nil if the text does not look like one.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        let digits = bytes.count { Self.isDigit($0) }
        if !bytes.isEmpty, bytes.allSatisfy({ $0 == 0x23 }) {
            kind = .narrowColumn
            advice = "is what a spreadsheet shows where a column is too narrow. Widen the column and export again."
        } else if bytes.first == 0x23 {
            kind = .spreadsheetError
            advice =
                "is what a spreadsheet shows for a formula that failed. Correct the formula, or write the number itself."
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

    /// Point, comma, apostrophe: the marks between a quantity's digits.
    private static func isMark(_ byte: UInt8) -> Bool { byte == 0x2E || byte == 0x2C || byte == 0x27 }

    /// Digits with at most one point or comma, then E, an optional sign, and digits.
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

    /// Three groups of digits with the same separators, one of them a year; or a time of day, or a month's name.
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

    /// Whether groups of digits are a date with any separators, or one without: its eight digits could be a meeting's
    /// number, but Zoom no longer gives out any that short.
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

    /// Whether lower-case text is a month's name with a day, a year or both: what a spreadsheet makes of "nov26".
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

    /// As cells show them: in full, or abbreviated.
    private static let months = Set(monthNames + shortMonths + ["sept"])
    private static let shortMonths = monthNames.map { String($0.prefix(3)) }

    /// What a date or a time may contain besides digits.
    private static let dateWords = shortMonths + ["am", "pm", "t", "z"]
}

extension MeetingID {
    /// Reads a number as a cell's, outside of a spreadsheet.
    package static func reading(_ text: String, of kind: Target.Kind) -> Result<MeetingID, Problem> {
        var text = text
        return text.withUTF8 {
            NumberRule.meeting(Cell($0), subject: kind == .meeting ? .meeting : .webinar, column: "")
        }
    }
}
