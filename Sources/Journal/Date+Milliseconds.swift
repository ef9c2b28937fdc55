package import FoundationEssentials

extension Date {
    /// Milliseconds since 1970, UTC: how the journal keeps times.
    package var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }

    /// The moment so many milliseconds after 1970 began, UTC.
    package init(milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}

/// A day of the calendar in UTC, by which Zoom counts its daily limits. Source: Zoom's rate-limit page.
package struct UTCDay: Sendable, Hashable, Strideable {
    /// Days since 1 January 1970: how the journal keeps it.
    package let number: Int64

    /// The day so many days after 1 January 1970.
    package init(number: Int64) {
        self.number = number
    }

    /// The day that holds a moment.
    package init(_ date: Date) {
        number = Int64((date.timeIntervalSince1970 / 86_400).rounded(.down))
    }

    /// 00:00 UTC of this day.
    package var start: Date { Date(timeIntervalSince1970: Double(number) * 86_400) }
    /// 00:00 UTC of the next day.
    package var end: Date { advanced(by: 1).start }

    /// How many days later the other one is.
    package func distance(to other: UTCDay) -> Int { Int(other.number - number) }
    /// The day so many days later.
    package func advanced(by days: Int) -> UTCDay { UTCDay(number: number + Int64(days)) }
}
