package import Decisions
package import FoundationEssentials

/// The result of a batch in flight, which decides its next state.
package enum BatchResult: Sendable, Hashable {
    /// Zoom applied it.
    case applied
    /// To be sent again in this run or the next.
    case pending(reason: String?)
    /// Refused for good.
    case failed(reason: String)
    /// Not to be sent before a moment.
    case deferred(until: Date, reason: String)
    /// Its registrants continue in two batches, the first of which holds `first`. If `suspect`, one of them may have
    /// caused a refusal; otherwise the batch was only too large.
    case split(first: Int, suspect: Bool, reason: String)
    /// The registrant at this position continues alone, and the others together.
    case pick(Int, reason: String)
    /// The registrants at these positions wait until a moment; the others continue.
    case setAside([Int], until: Date, reason: String)

    /// Whether one of several registrants may have caused a refusal. No source says whether Zoom applied it for the
    /// others.
    var blamesSomebody: Bool {
        if case .split(_, true, _) = self { true } else { false }
    }
}

/// A batch whose intent is on disk: it may be sent now.
package struct ClaimedBatch: Sendable, Hashable {
    package let batch: BatchID
    /// Where it goes.
    package let target: Target
    /// What it asks for.
    package let action: Action
    /// The registrants, in file order.
    package let registrants: [Registrant]
    /// For each registrant, how many requests of this UTC day held a decision about that registrant and target.
    package let changesToday: [Int]

    /// Wraps what a real or simulated journal has marked as in flight.
    package init(
        batch: BatchID,
        target: Target,
        action: Action,
        registrants: [Registrant],
        changesToday: [Int]
    ) {
        self.batch = batch
        self.target = target
        self.action = action
        self.registrants = registrants
        self.changesToday = changesToday
    }
}
