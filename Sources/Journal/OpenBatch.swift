public import Decisions
public import FoundationEssentials

/// A batch that is not settled, without its registrants: what a scheduler needs to know.
public struct OpenBatch: Sendable, Hashable {
    /// Names it.
    public let id: BatchID
    /// The job it belongs to.
    public let job: JobID
    /// Where it is to be sent.
    public let target: Target
    /// What it asks for.
    public let action: Action
    /// How many registrants it holds.
    public let size: Int
    /// How many rows of the spreadsheet it settles: its registrants and the duplicates of their rows.
    public let rows: Int
    /// Not to be sent before this moment.
    public let dueAt: Date?
    /// How many requests held these registrants so far.
    public let attempts: Int
    /// Whether it came out of a refusal that one of its registrants may have caused.
    public let suspect: Bool

    /// Describes a batch of a journal, or of a simulated one.
    package init(
        id: BatchID,
        job: JobID,
        target: Target,
        action: Action,
        size: Int,
        rows: Int,
        dueAt: Date?,
        attempts: Int,
        suspect: Bool
    ) {
        self.id = id
        self.job = job
        self.target = target
        self.action = action
        self.size = size
        self.rows = rows
        self.dueAt = dueAt
        self.attempts = attempts
        self.suspect = suspect
    }
}
