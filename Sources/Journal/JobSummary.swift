public import FoundationEssentials

/// A job as `usher status` shows it.
public struct JobSummary: Sendable, Hashable {
    /// Names the job in this journal.
    public let id: JobID
    /// The file's name as it was last given.
    public let name: String
    /// Where the file was, so that results can be written beside it; nil for standard input.
    public let path: String?
    /// When it was first read.
    public let createdAt: Date
    /// When its last decision was settled; nil while something is open.
    public let finishedAt: Date?
    /// Rows by outcome.
    public let counts: Counts
    /// The earliest moment at which something deferred may be sent.
    public let nextDue: Date?
    /// The byte between fields.
    public let delimiter: UInt8
    /// The header record as well-formed UTF-8 CSV.
    public let header: [UInt8]
    /// How many fields the header has.
    public let headerFields: Int
    /// How many fields the widest record has, the header included.
    public let width: Int
    /// What the reader had to say about the file as a whole, a line each.
    public let notices: [String]
    let firstDecision: Int64

    /// Whether its rows were removed by `usher journal prune`; its counts and decisions are still there.
    public var isPruned: Bool { width == 0 }
}
