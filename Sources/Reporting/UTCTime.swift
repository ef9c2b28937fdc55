package import FoundationEssentials

/// A point in time for people and programs: ISO 8601, UTC, whole seconds.
package struct UTCTime: Sendable, Hashable, CustomStringConvertible {
    /// For example `2026-11-24T22:15:00Z`.
    package let description: String

    /// Drops fractions of a second.
    package init(_ date: Date) {
        description = Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down)).formatted(.iso8601)
    }
}

/// A point in time for people: `2026-11-24 22:15 UTC`.
struct ReadableTime: Sendable, Hashable, CustomStringConvertible {
    /// For programs: `2026-11-24T22:15:00Z`.
    let iso: String
    /// Without seconds, or with them.
    let description: String

    init(_ date: Date, seconds: Bool = false) {
        iso = UTCTime(date).description
        let text = iso.replacing("T", with: " ")
        description = "\(text.prefix(seconds ? 19 : 16)) UTC"
    }

    /// The day alone: `2026-11-24`.
    var day: String { String(iso.prefix(10)) }
    /// The time alone: `22:15:00`.
    var clock: String { String(iso.dropFirst(11).prefix(8)) }
}
