/// Names a batch within one journal.
public struct BatchID: Sendable, Hashable, Comparable, RawRepresentable, CustomStringConvertible {
    /// Counts from 1.
    public let rawValue: Int64

    /// Wraps a number; whether there is such a batch is the journal's to say.
    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// The number.
    public var description: String { String(rawValue) }

    /// Older batches first.
    public static func < (one: BatchID, other: BatchID) -> Bool { one.rawValue < other.rawValue }
}
