/// Names a job within one journal, as `usher status` shows it.
package struct JobID: Sendable, Hashable, Comparable, RawRepresentable, CustomStringConvertible {
    /// Counts from 1.
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// The number.
    package var description: String { String(rawValue) }

    /// Older jobs first.
    package static func < (one: JobID, other: JobID) -> Bool { one.rawValue < other.rawValue }
}
