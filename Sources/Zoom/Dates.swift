import FoundationEssentials

extension Date {
    /// The moment of `2020-05-31T00:00:00` in UTC; nil for any other form. A leap second counts as the second after it.
    ///
    /// The library reads February 30 as March 1 and ignores trailing text, so the result must format back to the same
    /// text.
    fileprivate init?(utc text: String) {
        let isLeapSecond = text.hasSuffix(":60")
        let told = (isLeapSecond ? text.dropLast(2) + "59" : text[...]) + "Z"
        guard let date = try? Date(String(told), strategy: .iso8601), date.timeIntervalSince1970 >= 0,
            date.formatted(.iso8601) == told
        else { return nil }
        self = isLeapSecond ? date.addingTimeInterval(1) : date
    }
}

/// A date as Zoom documents it in `Retry-After`: `2020-05-31T00:00:00Z`, with or without fraction or offset.
///
/// Without a zone it is read as UTC, in which Zoom counts days.
struct ISODate {
    let date: Date

    /// Nil for anything of another form.
    init?(_ text: String) {
        guard text.utf8.count >= 19, text.utf8.allSatisfy({ $0 < 0x80 }), "Tt ".contains(text.dropFirst(10).prefix(1)),
            let whole = Date(utc: text.prefix(10) + "T" + text.dropFirst(11).prefix(8))
        else { return nil }
        var rest = text.dropFirst(19)
        var fraction = 0.0
        if let mark = rest.first, mark == "." || mark == "," {
            let digits = rest.dropFirst().prefix(while: \.isNumber)
            guard !digits.isEmpty else { return nil }
            fraction = Double("0.\(digits)") ?? 0
            rest = rest.dropFirst(1 + digits.count)
        }
        guard let offset = Self.offset(rest) else { return nil }
        date = whole.addingTimeInterval(fraction - Double(offset))
    }

    /// The seconds of `Z`, `+02:00`, `-0500` or an empty zone.
    private static func offset(_ zone: Substring) -> Int? {
        if ["", "Z", "z"].contains(zone) { return 0 }
        let digits = zone.dropFirst().filter { $0 != ":" }
        guard let sign = zone.first, sign == "+" || sign == "-", digits.count == 4, digits.allSatisfy(\.isNumber),
            zone.count == 5 || zone.dropFirst(3).first == ":" && zone.count == 6,
            let hours = Int(digits.prefix(2)), let minutes = Int(digits.suffix(2)), hours < 24, minutes < 60
        else { return nil }
        return (hours * 3_600 + minutes * 60) * (sign == "-" ? -1 : 1)
    }
}

/// A date in one of HTTP's three forms, all of which must be understood.
///
/// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`.
/// Source: RFC 9110, 5.6.7.
struct HTTPDate {
    let date: Date

    /// Nil for any other form.
    init?(_ text: String) {
        let words = text.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "-" }).map(String.init)
        var fields: (day: String, month: String, year: String, time: String)
        switch words.count {
        case 6 where words[5] == "GMT" || words[5] == "UTC": fields = (words[1], words[2], words[3], words[4])
        case 5: fields = (words[2], words[1], words[4], words[3])
        default: return nil
        }
        guard let month = Self.months.firstIndex(of: fields.month.lowercased()) else { return nil }
        // Two-digit years, from the oldest form, get the century that makes sense for a header of today.
        if fields.year.count == 2 { fields.year = (fields.year < "70" ? "20" : "19") + fields.year }
        func padded(_ text: String) -> String { text.count == 1 ? "0\(text)" : text }
        guard let date = Date(utc: "\(fields.year)-\(padded("\(month + 1)"))-\(padded(fields.day))T\(fields.time)")
        else { return nil }
        self.date = date
    }

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
}
