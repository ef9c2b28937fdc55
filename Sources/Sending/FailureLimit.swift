/// How many rows of a run may be refused before the rest is left pending: a list for the wrong meeting should not be
/// tried to its end.
///
/// A share counts only once enough rows were answered, as for other tools that stop so (the abort criteria of AWS IoT
/// jobs have such a minimum): otherwise one bad row at the beginning would stop the run.
package enum FailureLimit: Sendable, Hashable, LosslessStringConvertible {
    /// Stops at this many refused rows.
    case rows(Int)
    /// Stops when this share of the answered rows was refused.
    case percent(Int)

    /// The fewest answered rows of which a share counts.
    package static let fewestAnswered = 20

    /// Reads `50` or `20%`.
    package init?(_ text: String) {
        let isPercent = text.hasSuffix("%")
        let digits = isPercent ? text.dropLast() : text[...]
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits), number > 0 else {
            return nil
        }
        guard isPercent else {
            self = .rows(number)
            return
        }
        guard number <= 100 else { return nil }
        self = .percent(number)
    }

    package var description: String {
        switch self {
        case .rows(let count): String(count)
        case .percent(let share): "\(share)%"
        }
    }

    /// Whether the run should stop.
    package func isReached(by tally: RefusalTally) -> Bool {
        switch self {
        case .rows(let most): tally.refused >= most
        case .percent(let most): tally.answered >= Self.fewestAnswered && tally.refused * 100 >= most * tally.answered
        }
    }
}

/// How many rows of a run were answered, by Zoom's lists or by itself, and how many of these were refused.
package struct RefusalTally: Sendable, Hashable {
    package var answered: Int
    package var refused: Int

    package init(answered: Int = 0, refused: Int = 0) {
        self.answered = answered
        self.refused = refused
    }

    /// With what became of rows that were sent. They may be among those that the lists answered.
    func with(applied: Int, failed: Int) -> RefusalTally {
        RefusalTally(answered: max(answered, refused + applied + failed), refused: refused + failed)
    }
}
