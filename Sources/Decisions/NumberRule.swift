/// What a meeting number or an occurrence id looks like, and what spreadsheets make of them.
enum NumberRule {
    /// Reads a meeting's or webinar's number. People write it in groups, with spaces or dashes.
    static func meeting(_ cell: Cell, column: String) -> Result<MeetingID, Problem> {
        let text = cell.isPlain ? cell.text : cell.visibleText
        func problem(_ kind: Problem.Kind, _ advice: String) -> Result<MeetingID, Problem> {
            .failure(Problem(kind, column: column, found: Excerpt(text).description, advice: advice))
        }
        if let ruin = Ruin(text) { return problem(ruin.kind, ruin.advice) }
        let digits = text.unicodeScalars.filter { !separators.contains($0) }
        guard digits.allSatisfy({ $0 >= "0" && $0 <= "9" }) else {
            return problem(.notANumber, "is not a meeting number. Write its digits, for example 684 2308 5123.")
        }
        let number = String(String.UnicodeScalarView(digits))
        guard digits.first != "0" else {
            return problem(
                .leadingZero,
                "begins with zero, which no meeting number does. Copy the number from Zoom again."
            )
        }
        guard let id = MeetingID(number), number.count >= shortest else {
            return problem(
                .wrongLength,
                """
                has \(number.count) digits; meeting numbers have 9 to 11. Digits may have been lost: format the column as text \
                and copy the number from Zoom again.
                """
            )
        }
        return .success(id)
    }

    /// Reads an occurrence's id.
    static func occurrence(_ cell: Cell, column: String) -> Result<OccurrenceID, Problem> {
        let text = cell.isPlain ? cell.text : cell.visibleText
        func problem(_ kind: Problem.Kind, _ advice: String) -> Result<OccurrenceID, Problem> {
            .failure(Problem(kind, column: column, found: Excerpt(text).description, advice: advice))
        }
        if let ruin = Ruin(text) { return problem(ruin.kind, ruin.advice) }
        guard let id = OccurrenceID(text) else {
            return problem(
                .badOccurrence,
                "is not an occurrence id. Copy it from Zoom; it is a number such as 1731006000000."
            )
        }
        return .success(id)
    }

    /// Zoom's own example has 8 digits ("Update registrant's status", parameter `meetingId`); real ones have 9 to 11.
    private static let shortest = 8

    /// Space, hyphen, non-breaking hyphen, figure dash, en dash, minus.
    private static let separators: Set<Unicode.Scalar> = [
        " ", "-", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2212}",
    ]
}

/// What became of a number that a spreadsheet program took for a quantity, a date or a formula.
private struct Ruin {
    let kind: Problem.Kind
    let advice: String

    init?(_ text: String) {
        let bytes = Array(text.utf8)
        let digits = bytes.filter { $0 >= 0x30 && $0 <= 0x39 }.count
        if bytes.first == 0x23 {
            kind = .spreadsheetError
            advice =
                "is what a spreadsheet shows for a formula that failed. Mend the formula, or write the number itself."
        } else if Self.isScientific(bytes) {
            kind = .scientificNotation
            advice = """
                is a number that the spreadsheet shortened, so its last digits are lost. Format the column as text, enter the \
                number again from Zoom, and export again.
                """
        } else if Self.isDate(bytes) {
            kind = .date
            advice = """
                looks like a date: the spreadsheet may have turned a number into one. Format the column as text, enter the \
                number again from Zoom, and export again.
                """
        } else if digits > 0, bytes.contains(0x2E) || bytes.contains(0x2C) || bytes.contains(0x27),
            bytes.allSatisfy({
                $0 >= 0x30 && $0 <= 0x39 || $0 == 0x2E || $0 == 0x2C || $0 == 0x27 || $0 == 0x2D || $0 == 0x20
            })
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

    /// Digits with at most one point or comma, then E, a sign or not, and digits.
    private static func isScientific(_ bytes: [UInt8]) -> Bool {
        guard let e = bytes.firstIndex(where: { $0 == 0x45 || $0 == 0x65 }), e > 0, e + 1 < bytes.count else {
            return false
        }
        let mantissa = bytes[..<e].drop { $0 == 0x2D || $0 == 0x2B }
        let isMantissa =
            !mantissa.isEmpty && mantissa.allSatisfy { $0 >= 0x30 && $0 <= 0x39 || $0 == 0x2E || $0 == 0x2C }
            && mantissa.contains { $0 >= 0x30 && $0 <= 0x39 }
        let exponent = bytes[(e + 1)...].drop { $0 == 0x2D || $0 == 0x2B }
        return isMantissa && !exponent.isEmpty && exponent.count <= 3
            && exponent.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }

    /// Three groups of digits between the same separators, one of which is a year; or a time of day.
    private static func isDate(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self).lowercased()
        let words = text.split { !$0.isLetter }
        guard text.contains(where: \.isNumber), words.allSatisfy({ word in dateWords.contains { word.hasPrefix($0) } })
        else {
            return false
        }
        if !words.isEmpty || bytes.contains(0x3A) { return true }
        for separator in [UInt8(0x2D), 0x2F, 0x2E] {
            let groups = bytes.split(separator: separator, omittingEmptySubsequences: false)
            guard groups.count == 3, groups.allSatisfy({ group in group.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } })
            else {
                continue
            }
            let lengths = groups.map(\.count)
            let small = { (count: Int) in count == 1 || count == 2 }
            let isYearFirst = lengths[0] == 4 && small(lengths[1]) && small(lengths[2])
            let isYearLast = small(lengths[0]) && small(lengths[1]) && (lengths[2] == 4 || lengths[2] == 2)
            if isYearFirst || isYearLast { return true }
        }
        return false
    }

    /// What may stand in a date or a time besides digits.
    private static let dateWords = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "am", "pm", "t", "z",
    ]
}
