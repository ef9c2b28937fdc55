package import Decisions
package import Journal

/// Rows that a person must look at, all for the same reason.
package struct Need: Sendable {
    /// Failed or rejected; or applied, and Zoom's lists showed otherwise afterwards.
    package let outcome: Outcome
    /// Whether Zoom refused them; otherwise they were never sent.
    package let wasSent: Bool
    /// The meeting or webinar, where it is known.
    package let target: Target?
    /// Why, in plain words.
    package let reason: String
    /// How many rows.
    package let count: Int
    /// The first of them.
    package let rows: [PlacedRow]

    /// Rows that are not listed.
    package var more: Int { max(0, count - rows.count) }
}
