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

/// One request and its answer, as the journal keeps them. Holds no secret; Zoom's message may name a registrant.
package struct Attempt: Sendable, Hashable {
    /// When the request was sent, by this machine's clock.
    package var startedAt: Date
    /// From sending to the end of the answer.
    package var duration: Duration
    /// The HTTP status; nil if there was no answer.
    package var status: Int?
    /// Zoom's own code from the body.
    package var code: Int?
    /// Zoom's message, word for word.
    package var message: String?
    /// Zoom's `x-zm-trackingid`, which its support asks for.
    package var trackingID: String?
    /// Why there was no answer: one word, such as `timeout`.
    package var cause: String?
    /// Whether Zoom may count it as a change of its registrants' status: false if Zoom refused its rate or token, or if
    /// it never left. Kept only in the batch's daily count.
    package var mayHaveChanged: Bool

    package init(
        startedAt: Date,
        duration: Duration,
        status: Int? = nil,
        code: Int? = nil,
        message: String? = nil,
        trackingID: String? = nil,
        cause: String? = nil,
        mayHaveChanged: Bool = true
    ) {
        self.startedAt = startedAt
        self.duration = duration
        self.status = status
        self.code = code
        self.message = message
        self.trackingID = trackingID
        self.cause = cause
        self.mayHaveChanged = mayHaveChanged
    }

    /// Whether Zoom may have applied it without saying so: no answer came, or one from a server in trouble, or a
    /// claimed success that was not accepted as one.
    var leavesInDoubt: Bool { status.map { $0 == 408 || $0 >= 500 || (200...299).contains($0) } ?? true }

    /// The code that a results file shows: Zoom's own, or else the HTTP status.
    var shownCode: Int? { code ?? status }
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
