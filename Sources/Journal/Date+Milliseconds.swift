package import FoundationEssentials

extension Date {
    /// Milliseconds since 1970, UTC: how the journal keeps times.
    package var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }

    /// The moment so many milliseconds after 1970 began, UTC.
    package init(milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}
