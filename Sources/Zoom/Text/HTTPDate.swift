import FoundationEssentials

/// A date in one of HTTP's three forms, of which all must be understood.
///
/// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`.
/// Source: RFC 9110, 5.6.7.
struct HTTPDate {
    /// The moment.
    let date: Date

    /// Nil for anything that has none of the three forms.
    init?(_ text: String) {
        let words = text.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "-" }).map(String.init)
        let fields: (day: String, month: String, year: String, time: String)
        switch words.count {
        case 6 where words[5] == "GMT" || words[5] == "UTC": fields = (words[1], words[2], words[3], words[4])
        case 5: fields = (words[2], words[1], words[4], words[3])
        default: return nil
        }
        let clock = fields.time.split(separator: ":", omittingEmptySubsequences: false)
        guard let day = Self.number(fields.day), var year = Self.number(fields.year), clock.count == 3,
            let month = Self.months.firstIndex(of: fields.month.lowercased()),
            let hour = Self.number(clock[0]), let minute = Self.number(clock[1]), let second = Self.number(clock[2])
        else { return nil }
        // The two-digit years of the oldest form belong to the century that makes sense for a header of today.
        if fields.year.count == 2 { year += year < 70 ? 2000 : 1900 }
        guard
            let instant = UTCInstant(
                year: year,
                month: month + 1,
                day: day,
                hour: hour,
                minute: minute,
                second: second
            )
        else { return nil }
        date = instant.date
    }

    /// Digits alone: `Int` would take a sign too.
    private static func number(_ text: some StringProtocol) -> Int? {
        text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int(text) : nil
    }

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
}
