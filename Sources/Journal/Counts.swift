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

    /// Both together.
    package static func + (one: Counts, other: Counts) -> Counts {
        var sum = one
        for outcome in Outcome.allCases { sum[outcome] += other[outcome] }
        return sum
    }
}
