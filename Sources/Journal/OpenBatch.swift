package import Decisions
package import FoundationEssentials

/// A batch that is not settled, without its registrants: what a scheduler needs to know.
package struct OpenBatch: Sendable, Hashable {
    /// Names it.
    package let id: BatchID
    /// The job it belongs to.
    package let job: JobID
    /// Where it is to be sent.
    package let target: Target
    /// What it asks for.
    package let action: Action
    /// How many registrants it holds.
    package let size: Int
    /// How many rows of the spreadsheet it settles: its registrants and the duplicates of their rows.
    package let rows: Int
    /// Not to be sent before this moment.
    package let dueAt: Date?
    /// How many requests held these registrants so far.
    package let attempts: Int
    /// Whether it came out of a refusal that one of its registrants may have caused.
    package let suspect: Bool

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
