internal import FoundationEssentials

/// A day of the calendar in UTC, by which Zoom counts.
struct UTCDay: Sendable, Hashable, Comparable {
    /// Days since 1 January 1970.
    let number: Int

    init(number: Int) {
        self.number = number
    }

    /// The day that holds a moment.
    init(_ date: Date) {
        number = Int((date.timeIntervalSince1970 / 86_400).rounded(.down))
    }

    /// 00:00 UTC of the next day.
    var end: Date { Date(timeIntervalSince1970: Double(number + 1) * 86_400) }

    static func < (one: UTCDay, other: UTCDay) -> Bool { one.number < other.number }
}
