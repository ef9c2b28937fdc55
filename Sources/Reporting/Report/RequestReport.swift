public import Journal

/// What a report says of requests.
public struct RequestReport: Sendable {
    /// Over time.
    public let timeline: RequestTimeline
    /// Requests a second that were allowed; nil where that is not known or was not limited.
    public let allowedRate: Double?
    /// By answer.
    public let answers: [AnswerTally]
    /// How long they took.
    public let latency: LatencyFigures?
    /// The latest that went wrong.
    public let refused: Excerpted<RefusedRequest>

    /// All requests.
    public var count: Int { answers.reduce(0) { $0 + $1.count } }
    /// Those that Zoom refused with 429.
    public var refusals: Int { answers.filter { $0.status == 429 }.reduce(0) { $0 + $1.count } }
}
