package import FoundationEssentials

/// One request and what came back, as the journal keeps it. Holds no secret; Zoom's message may name a registrant.
package struct Attempt: Sendable, Hashable {
    /// When the request was sent, by this machine's clock.
    package var startedAt: Date
    /// From sending to the end of the answer.
    package var duration: Duration
    /// The HTTP status; nil where there was no answer.
    package var status: Int?
    /// Zoom's own code from the body.
    package var code: Int?
    /// Zoom's message, word for word.
    package var message: String?
    /// Zoom's `x-zm-trackingid`, which its support asks for.
    package var trackingID: String?
    /// Why there was no answer: one word, such as `timeout`.
    package var cause: String?
    /// Whether Zoom may count it as a change of its registrants' status: not where it refused the request for its rate or
    /// its token, nor where it never left. Kept only in the batch's count of the day.
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

    /// Whether Zoom may have done it without saying so: no answer came, or one of a server in trouble, or one that calls
    /// itself a success and was not taken for one.
    var leavesInDoubt: Bool { status.map { $0 == 408 || $0 >= 500 || (200...299).contains($0) } ?? true }

    /// The code that a results file shows: Zoom's own, or else the HTTP status.
    var shownCode: Int? { code ?? status }
}
