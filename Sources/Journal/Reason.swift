import Decisions

/// Why a row or batch stands where it does: what the journal stores for the results, in words for staff. Old journals hold
/// them too, so whoever changes one changes none of the past.
enum Reason {
    // MARK: Rows that are not sent

    static func noDecision(_ why: DecisionRow.NoDecision) -> String { "no decision: \(why.rawValue)" }

    static func rejected(_ problems: [Problem]) -> String { problems.map(\.reason).joined(separator: "; ") }

    /// What a row has to do with another of its sheet, and where that puts it.
    static func of(_ overlap: DuplicateFinder.Overlap) -> (RowStatus, String) {
        let line = "line \(overlap.otherLine)"
        return switch overlap.kind {
        case .conflict:
            (
                .rejected,
                "\(line) decides otherwise about the same registrant, so neither was sent; keep the row that is right"
            )
        case .mixedUp:
            (
                .mixedUp,
                """
                \(line) and another give one registrant id different emails, so nothing about it was sent; mend the id or the \
                email
                """
            )
        case .overruled: (.superseded, "\(line) decides instead")
        case .duplicate: (.duplicate, "the same decision as \(line), sent once")
        }
    }

    static func alreadyApplied(_ place: String) -> String { "already applied: \(place)" }

    // MARK: Rows that gave way

    static func replaced(by place: String) -> String { "replaced by \(place)" }

    static func sameRegistrant(replacedBy place: String) -> String {
        "\(replaced(by: place)), which means the same registrant"
    }

    static func contradicted(by place: String) -> String {
        """
        \(place) decides otherwise about the same registrant, as Zoom's list shows, so neither was sent; keep the row that is \
        right
        """
    }

    static func dropped(since job: JobID, wasTried: Bool) -> String {
        "not among the decisions of the spreadsheet any more since job \(job)"
            + (wasTried ? "; Zoom confirmed no earlier request for it" : "")
    }

    // MARK: Batches

    static let interrupted = "the run before this one ended before Zoom's answer was noted"
    static let regrouped = "regrouped"

    /// What is told, and not stored, where nothing else is.
    static func fallback(_ outcome: Outcome) -> String? { outcome == .pending ? "not sent yet" : nil }

    // MARK: Rows that were applied

    /// How the note begins that Zoom's lists show otherwise; it is found again by that.
    static let differenceMark = "Zoom confirmed this, but "
}
