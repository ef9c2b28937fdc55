/// Something counted per UTC day.
struct DayCount {
    private var day = 0
    private var count = 0

    /// The count of the day that `now` is in, in seconds since 1970.
    func value(at now: Double) -> Int {
        Self.day(now) == day ? count : 0
    }

    /// Counts some more on the day that `now` is in.
    mutating func add(_ more: Int = 1, at now: Double) {
        count = value(at: now) + more
        day = Self.day(now)
    }

    private static func day(_ now: Double) -> Int {
        Int((now / 86_400).rounded(.down))
    }
}
