import Decisions

/// Why a row or batch is in its state, in words for staff: the journal stores them for the results. Old journals keep
/// the old words, so changing one here does not change the past.
enum Reason {
    // MARK: Rows that are not sent

    static func noDecision(_ why: DecisionRow.NoDecision) -> String { "no decision: \(why.rawValue)" }

    static func rejected(_ problems: [Problem]) -> String { problems.map(\.reason).joined(separator: "; ") }

    /// How a row relates to another of its sheet, and its resulting status.
    static func of(_ overlap: DuplicateFinder.Overlap) -> (RowStatus, String) {
        let row = "row \(overlap.otherRow)"
        return switch overlap.kind {
        case .conflict:
            (
                .rejected,
                "\(row) decides otherwise about the same registrant, so neither was sent; keep the row that is right"
            )
        case .mixedUp:
            (
                .mixedUp,
                """
                \(row) and another give one registrant id different emails, so nothing about it was sent; mend the id or the \
                email
                """
            )
        case .overruled: (.superseded, "\(row) decides instead")
        case .duplicate: (.duplicate, "the same decision as \(row), sent once")
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

    /// What replaces the reason of a rejected row once a newer version of its spreadsheet was read, before the old one.
    static func outdated(since job: JobID) -> String {
        "a newer version of the spreadsheet was read as job \(job); rejected before: "
    }

    // MARK: Batches

    static let interrupted = "the run before this one ended before Zoom's answer was noted"
    static let regrouped = "regrouped"

    /// What is shown, but not stored, if there is no other reason.
    static func fallback(_ outcome: Outcome) -> String? { outcome == .pending ? "not sent yet" : nil }

    // MARK: Rows that were applied

    /// The beginning of the note that Zoom's lists show otherwise, by which it is found again.
    static let differenceMark = "Zoom confirmed this, but "
}
