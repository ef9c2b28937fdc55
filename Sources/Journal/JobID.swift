/// Names a job within one journal, as `usher status` shows it.
public struct JobID: Sendable, Hashable, Comparable, RawRepresentable, CustomStringConvertible {
    /// Counts from 1.
    public let rawValue: Int64

    /// Wraps a number; whether there is such a job is the journal's to say.
    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// The number.
    public var description: String { String(rawValue) }

    /// Older jobs first.
    public static func < (one: JobID, other: JobID) -> Bool { one.rawValue < other.rawValue }
}
