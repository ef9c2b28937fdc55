public import FoundationEssentials

extension Date {
    /// Milliseconds since 1970, UTC: how the journal keeps times.
    public var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }

    /// The moment so many milliseconds after 1970 began, UTC.
    public init(milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }

    /// The number of the UTC day, counted from 1970-01-01.
    ///
    /// Zoom's daily limits are counted in such days. Source: Zoom's rate-limit page.
    public var utcDay: Int64 { Int64((timeIntervalSince1970 / 86_400).rounded(.down)) }

    /// The beginning of a UTC day.
    public init(utcDay: Int64) {
        self.init(timeIntervalSince1970: Double(utcDay) * 86_400)
    }
}
