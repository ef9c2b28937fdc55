package import Journal

extension Outcome {
    /// What it means, for staff: the one text for the README, reports and `usher explain`.
    package var meaning: String {
        switch self {
        case .applied: "Zoom has done it"
        case .skipped: "nothing had to be sent; usually it was applied before"
        case .rejected: "the row itself is wrong; it was never sent"
        case .failed: "Zoom refused it"
        case .deferred: "it may be sent after a stated time, for example tomorrow"
        case .pending: "it has yet to be sent"
        }
    }

    /// What to do about it.
    package var advice: String {
        switch self {
        case .applied, .skipped: "nothing"
        case .rejected: "mend the row, run it again"
        case .failed: "read the reason; mend the cause, run it again"
        case .deferred: "run it again after that"
        case .pending: "run it again"
        }
    }
}
