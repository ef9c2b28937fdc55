public import Decisions
public import Journal

/// Rows that a person must look at, all for the same reason.
public struct Need: Sendable {
    /// Failed or rejected; or applied, and Zoom's lists showed otherwise afterwards.
    public let outcome: Outcome
    /// Whether Zoom refused them; otherwise they were never sent.
    public let wasSent: Bool
    /// The meeting or webinar, where it is known.
    public let target: Target?
    /// Why, in plain words.
    public let reason: String
    /// How many rows.
    public let count: Int
    /// The first of them.
    public let rows: [PlacedRow]

    /// Rows that are not listed.
    public var more: Int { max(0, count - rows.count) }
}
