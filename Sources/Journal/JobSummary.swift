package import FoundationEssentials

/// A job as `usher status` shows it.
package struct JobSummary: Sendable, Hashable {
    /// Names the job in this journal.
    package let id: JobID
    /// The file's name as it was last given.
    package let name: String
    /// Where the file was, so that results can be written beside it; nil for standard input.
    package let path: String?
    /// When it was first read.
    package let createdAt: Date
    /// When its last decision was settled; nil while something is open.
    package let finishedAt: Date?
    /// Rows by outcome.
    package let counts: Counts
    /// The earliest moment at which something deferred may be sent.
    package let nextDue: Date?
    /// The byte between fields.
    package let delimiter: UInt8
    /// The header record as well-formed UTF-8 CSV.
    package let header: [UInt8]
    package let headerFields: Int
    /// How many fields the widest record has, the header included.
    package let width: Int
    /// What the reader had to say about the file as a whole, a line each.
    package let notices: [String]
    let firstDecision: Int64

    /// Whether its rows were removed by `usher journal prune`; its counts and decisions are still there.
    package var isPruned: Bool { width == 0 }
}

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
