package import FoundationEssentials
import Glibc

/// A point in time for people and programs: ISO 8601, UTC, whole seconds.
package struct UTCTime: Sendable, Hashable, CustomStringConvertible {
    /// For example `2026-11-24T22:15:00Z`.
    package let description: String

    /// Drops fractions of a second.
    package init(_ date: Date) {
        description = Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down)).formatted(.iso8601)
    }
}

/// The zone in which a report's readers live.
package struct ReaderZone: Sendable {
    /// How far its clocks are ahead of UTC at a moment, in seconds, and what people call that: `CET`.
    let offset: @Sendable (Date) -> (seconds: Int, name: String)

    package init(offset: @escaping @Sendable (Date) -> (seconds: Int, name: String)) {
        self.offset = offset
    }

    package static let utc = ReaderZone { _ in (0, "UTC") }

    /// The zone of this process: TZ's, or else the machine's. Asked from the C library, since Foundation's own knowledge
    /// of zones weighs tens of megabytes.
    package static let machine = ReaderZone { date in
        var time = time_t(date.timeIntervalSince1970.rounded(.down))
        var parts = tm()
        guard localtime_r(&time, &parts) != nil, let name = parts.tm_zone else { return (0, "UTC") }
        return (parts.tm_gmtoff, String(cString: name))
    }
}

extension ReaderZone {
    /// The day of a moment: `2026-11-24`.
    package func day(of date: Date) -> String { ReadableTime(date, in: self).day }
}

/// A point in time for people: `2026-11-24 23:15 CET`.
struct ReadableTime: Sendable, Hashable, CustomStringConvertible {
    /// For programs: `2026-11-24T22:15:00Z`.
    let iso: String
    /// Without seconds, or with them.
    let description: String
    /// In local time: `2026-11-24T23:15:00Z`, though it is not UTC.
    private let local: String
    private let zone: String

    init(_ date: Date, seconds: Bool = false, in zone: ReaderZone = .utc) {
        iso = UTCTime(date).description
        let (offset, name) = zone.offset(date)
        local = offset == 0 ? iso : UTCTime(date.addingTimeInterval(Double(offset))).description
        // Zones without a name of their own are called `+03`.
        self.zone = name.first.map { "+-".contains($0) } ?? true ? "UTC\(name)" : name
        description = "\(local.replacing("T", with: " ").prefix(seconds ? 19 : 16)) \(self.zone)"
    }

    /// The day alone: `2026-11-24`.
    var day: String { String(local.prefix(10)) }
    /// The time alone: `22:15:00`.
    var clock: String { String(local.dropFirst(11).prefix(8)) }
}
