/// Where a batch stands. Its decisions stand there with it.
package enum BatchState: String, Sendable, Hashable, CaseIterable {
    /// To be sent.
    case pending
    /// Its request may have left: the intent is on disk, the result is not.
    case inFlight = "in_flight"
    /// Zoom answered that it is done.
    case applied
    /// Zoom refused it for good.
    case failed
    /// May be sent after a stated time.
    case deferred
    /// Other batches took over its decisions, after a split or a regrouping.
    case replaced

    /// What the decisions of such a batch report; nil where another batch speaks for them.
    package var outcome: Outcome? {
        switch self {
        case .pending, .inFlight: .pending
        case .applied: .applied
        case .failed: .failed
        case .deferred: .deferred
        case .replaced: nil
        }
    }

    /// The only steps a batch may take.
    func mayBecome(_ next: BatchState) -> Bool {
        switch (self, next) {
        case (.pending, .inFlight), (.deferred, .inFlight): true
        case (.inFlight, .pending), (.inFlight, .applied), (.inFlight, .failed), (.inFlight, .deferred): true
        case (.inFlight, .replaced), (.pending, .replaced), (.deferred, .replaced): true
        case (.pending, .deferred), (.deferred, .deferred), (.pending, .failed), (.deferred, .failed): true
        // What failed is tried once more.
        case (.failed, .pending): true
        default: false
        }
    }
}
