import SQLite

/// The outcome of one row. Every row has exactly one.
package enum Outcome: String, Sendable, Hashable, CaseIterable {
    /// Zoom applied it.
    case applied
    /// Nothing had to be sent: it was applied before, a later decision replaced it, or the row decides nothing.
    case skipped
    /// The row itself is wrong; it was never sent.
    case rejected
    /// Zoom refused it for good.
    case failed
    /// It may be sent after a given time.
    case deferred
    /// It has not been sent yet.
    case pending
}

/// Why a row's outcome is its own rather than its batch's.
package enum RowStatus: String, Sendable, Hashable, CaseIterable {
    /// The row could not be read as a decision, or contradicts another row.
    case rejected
    /// It gives one of Zoom's ids a different email from another row.
    case mixedUp = "mixed_up"
    /// The action cell is empty: nothing was decided.
    case noDecision = "no_decision"
    /// The journal shows the same decision already applied.
    case alreadyApplied = "already_applied"
    /// A later row or spreadsheet decides about the same registrant, or the row is no longer in any spreadsheet.
    case superseded
    /// The same decision as another row's: sent once, and this row follows the other.
    case duplicate
    /// Zoom's list already shows the registrant in the wanted state.
    case alreadySo = "already_so"
    /// The registrant is not in Zoom's list.
    case notRegistered = "not_registered"
    /// The row contradicts Zoom's list, or another row about the same registrant.
    case mismatched

    /// The outcome of such a row; nil if the other row determines it.
    package var outcome: Outcome? {
        switch self {
        case .rejected, .mixedUp: .rejected
        case .noDecision, .alreadyApplied, .superseded, .alreadySo: .skipped
        case .notRegistered, .mismatched: .failed
        case .duplicate: nil
        }
    }
}

/// How many rows have each outcome.
package struct Counts: Sendable, Hashable, CustomStringConvertible {
    /// Without zeros, so that equal counts are equal.
    private var byOutcome: [Outcome: Int] = [:]

    package init() {}

    /// The number of rows with an outcome.
    package subscript(outcome: Outcome) -> Int {
        get { byOutcome[outcome] ?? 0 }
        set { byOutcome[outcome] = newValue == 0 ? nil : newValue }
    }

    /// The number of rows.
    package var rows: Int { byOutcome.values.reduce(0, +) }

    /// Rows that are not settled yet.
    package var open: Int { self[.pending] + self[.deferred] }

    /// Rows that need a person.
    package var needingPerson: Int { self[.rejected] + self[.failed] }

    /// For example `300 applied, 2 failed`.
    package var description: String {
        let parts = Outcome.allCases.filter { self[$0] > 0 }.map { "\(self[$0]) \($0.rawValue)" }
        return parts.isEmpty ? "no rows" : parts.joined(separator: ", ")
    }

    /// The sum of both.
    package static func + (one: Counts, other: Counts) -> Counts {
        var sum = one
        for outcome in Outcome.allCases { sum[outcome] += other[outcome] }
        return sum
    }
}
