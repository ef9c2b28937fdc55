package import FoundationEssentials

/// What became of a batch in flight: the attempt, if one was made, and the batch's next state.
package struct Settlement: Sendable, Hashable {
    /// Where a batch goes from being in flight.
    package enum Verdict: Sendable, Hashable {
        /// Zoom has done it.
        case applied
        /// To be sent again in this run or the next.
        case pending(reason: String?)
        /// Refused for good.
        case failed(reason: String)
        /// Not before a moment.
        case deferred(until: Date, reason: String)
        /// Its registrants go on in two batches, the first of which holds so many. `suspect` says that one of them may
        /// have caused a refusal; otherwise the batch was only too large.
        case split(first: Int, suspect: Bool, reason: String)
        /// The registrant at this position goes on alone; so do the others, together.
        case pick(Int, reason: String)
        /// The registrants at these positions wait until a moment; the others go on.
        case setAside([Int], until: Date, reason: String)

        /// Whether one of several registrants may have caused a refusal. Whether Zoom has done it for the others, no source
        /// says.
        var blamesSomebody: Bool {
            if case .split(_, true, _) = self { true } else { false }
        }
    }

    /// The batch in flight.
    package let batch: BatchID
    /// The request; nil where the batch turned out not to be sendable.
    package let attempt: Attempt?
    /// Its next state.
    package let verdict: Verdict

    package init(batch: BatchID, attempt: Attempt?, verdict: Verdict) {
        self.batch = batch
        self.attempt = attempt
        self.verdict = verdict
    }
}
