/// What a meeting number or an occurrence id looks like, and what spreadsheets make of them.
enum NumberRule {
    /// Reads a meeting's or webinar's number: plain, or in the groups in which Zoom shows it. In other groups it may have been
    /// a date, a time or two numbers.
    static func meeting(_ cell: Cell, subject: Problem.Subject, column: String) -> Result<MeetingID, Problem> {
        let text = text(of: cell)
        func problem(_ kind: Problem.Kind, _ advice: String) -> Result<MeetingID, Problem> {
            .failure(Problem(kind, of: subject, column: column, found: Excerpt(text).description, advice: advice))
        }
        if let ruin = Ruin(text) { return problem(ruin.kind, ruin.advice) }
        let scalars = text.unicodeScalars
        let digits = scalars.filter { !separators.contains($0) }
        // Separators stand between digits only: in front one would be a sign.
        if let advice = text.invisibleAdvice { return problem(.notANumber, advice) }
        guard digits.allSatisfy(isDigit), let first = scalars.first, let last = scalars.last, isDigit(first),
            isDigit(last)
        else {
            return problem(
                .notANumber,
                text.contains("/j/") || text.contains("://")
                    ? "is a link. Write the \(subject.rawValue) that stands in it, digits only."
                    : "is not a \(subject.rawValue). Write its digits, for example 684 2308 5123."
            )
        }
        let number = String(String.UnicodeScalarView(digits))
        if Ruin.isDate(groups: scalars.split { separators.contains($0) }.map(String.init)) {
            return problem(.date, Ruin.dateAdvice)
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
        // Nothing else than a formula or a float has a dress to take off.
        return cell.bytes.first == 0x3D || cell.bytes.last == 0x30 ? Dressing.number(text) : text
    }

    private static func isPlainOrAsZoomShowsIt(_ scalars: String.UnicodeScalarView) -> Bool {
        let groups = scalars.split { separators.contains($0) }.map(\.count)
        let gaps = Set(scalars.split(whereSeparator: isDigit).map(String.init))
        return groups.count == 1 || groups.count == 3 && zoomsGroups.contains(groups) && gaps.count == 1
    }

    /// How many digits stand in each group of a number of 9, 10 and 11.
    private static let zoomsGroups: Set<[Int]> = [[3, 3, 3], [3, 3, 4], [3, 4, 4]]

    /// Reads an occurrence's id.
    static func occurrence(_ cell: Cell, column: String) -> Result<OccurrenceID, Problem> {
        let text = text(of: cell)
        func problem(_ kind: Problem.Kind, _ advice: String) -> Result<OccurrenceID, Problem> {
            .failure(Problem(kind, of: .occurrence, column: column, found: Excerpt(text).description, advice: advice))
        }
        if let ruin = Ruin(text) { return problem(ruin.kind, ruin.advice) }
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
