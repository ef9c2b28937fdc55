package import FoundationEssentials

/// A moment as people and programs read it: ISO 8601, UTC, whole seconds.
package struct UTCTime: Sendable, Hashable, CustomStringConvertible {
    /// For example `2026-11-24T22:15:00Z`.
    package let description: String

    /// Drops fractions of a second.
    package init(_ date: Date) {
        description = Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down)).formatted(.iso8601)
    }
}
