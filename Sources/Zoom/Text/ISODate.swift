import FoundationEssentials

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
