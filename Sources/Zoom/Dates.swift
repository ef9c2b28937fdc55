import FoundationEssentials

/// A moment given by its fields in UTC, checked field by field.
///
/// Written out here because a calendar and its locale data are far heavier than the three header formats need.
struct UTCInstant {
    /// The moment.
    let date: Date

    /// Nil unless each field is in its range. A leap second counts as the second after it.
    init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, fraction: Double = 0, offset: Int = 0) {
        guard (1970...9999).contains(year), (1...12).contains(month),
            (1...Self.days(in: month, of: year)).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        let seconds = Self.dayNumber(year: year, month: month, day: day) * 86_400 + hour * 3_600 + minute * 60 + second
        date = Date(timeIntervalSince1970: Double(seconds - offset) + fraction)
    }

    private static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01. Years are counted from March, so that the leap day comes last.
    private static func dayNumber(year: Int, month: Int, day: Int) -> Int {
        let year = month > 2 ? year : year - 1
        let monthFromMarch = (month + 9) % 12
        let leapDays = year / 4 - year / 100 + year / 400
        return year * 365 + leapDays + (monthFromMarch * 153 + 2) / 5 + day - 1 - 719_468
    }
}

/// A date as Zoom documents it in `Retry-After`: `2020-05-31T00:00:00Z`, with or without fraction or offset.
///
/// Without a zone it is read as UTC, in which Zoom counts its days.
struct ISODate {
    /// The moment.
    let date: Date

    /// Nil for anything of another form.
    init?(_ text: String) {
        var rest = text.utf8[...]

        func digits(_ count: Int) -> Int? {
            let part = rest.prefix(count)
            guard part.count == count, part.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
            rest = rest.dropFirst(count)
            return part.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }
        func skip(_ characters: String) -> Bool {
            guard let first = rest.first, characters.utf8.contains(first) else { return false }
            rest = rest.dropFirst()
            return true
        }

        guard let year = digits(4), skip("-"), let month = digits(2), skip("-"), let day = digits(2), skip("Tt "),
            let hour = digits(2), skip(":"), let minute = digits(2), skip(":"), let second = digits(2)
        else { return nil }
        var fraction = 0.0
        if skip(".,") {
            var place = 0.1
            guard rest.first.map({ $0 >= 0x30 && $0 <= 0x39 }) == true else { return nil }
            while let digit = digits(1) {
                fraction += Double(digit) * place
                place /= 10
            }
        }
        var offset = 0
        if let sign = rest.first, sign == 0x2B || sign == 0x2D {
            rest = rest.dropFirst()
            guard let hours = digits(2) else { return nil }
            _ = skip(":")
            guard let minutes = digits(2), hours < 24, minutes < 60 else { return nil }
            offset = (hours * 3_600 + minutes * 60) * (sign == 0x2D ? -1 : 1)
        } else {
            _ = skip("Zz")
        }
        guard rest.isEmpty,
            let instant = UTCInstant(
                year: year,
                month: month,
                day: day,
                hour: hour,
                minute: minute,
                second: second,
                fraction: fraction,
                offset: offset
            )
        else { return nil }
        date = instant.date
    }
}

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
