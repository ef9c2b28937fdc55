/// What became of one row. Every row has exactly one.
package enum Outcome: String, Sendable, Hashable, CaseIterable {
    /// Zoom has done it.
    case applied
    /// Nothing had to be sent: it was applied before, a later decision replaced it, or the row decides nothing.
    case skipped
    /// The row itself is wrong; it was never sent.
    case rejected
    /// Zoom refused it for good.
    case failed
    /// It may be sent after a stated time.
    case deferred
    /// It has yet to be sent.
    case pending
}
