/// Names a batch within one journal.
package struct BatchID: Sendable, Hashable, Comparable, RawRepresentable, CustomStringConvertible {
    /// Counts from 1.
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// The number.
    package var description: String { String(rawValue) }

    /// Older batches first.
    package static func < (one: BatchID, other: BatchID) -> Bool { one.rawValue < other.rawValue }
}
