/// Why a row's outcome is its own and not its batch's.
package enum Standing: String, Sendable, Hashable, CaseIterable {
    /// The row could not be read as a decision, or contradicts another row.
    case rejected
    /// It gives one of Zoom's ids another email than another row does.
    case mixedUp = "mixed_up"
    /// The action cell is empty: nothing was decided.
    case noDecision = "no_decision"
    /// The journal shows the same decision already applied.
    case alreadyApplied = "already_applied"
    /// A later row or a later spreadsheet decided about the same registrant, or the row stands in no spreadsheet any more.
    case superseded
    /// The same decision as another row's: sent once, and this row follows the other.
    case duplicate
    /// Zoom's list shows the registrant in the wanted state already.
    case alreadySo = "already_so"
    /// Zoom's list does not know the registrant.
    case notRegistered = "not_registered"
    /// The row and Zoom's list contradict each other, or two rows that mean the same registrant do.
    case mismatched

    /// What such a row reports; nil where the other row speaks for it.
    package var outcome: Outcome? {
        switch self {
        case .rejected, .mixedUp: .rejected
        case .noDecision, .alreadyApplied, .superseded, .alreadySo: .skipped
        case .notRegistered, .mismatched: .failed
        case .duplicate: nil
        }
    }
}
