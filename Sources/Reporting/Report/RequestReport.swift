package import Journal

/// What a report says of requests.
package struct RequestReport: Sendable {
    /// Over time.
    package let timeline: RequestTimeline
    /// Requests a second that were allowed; nil where that is not known or was not limited.
    package let allowedRate: Double?
    package let answers: [AnswerTally]
    /// How long they took.
    package let latency: LatencyFigures?
    /// The latest that went wrong.
    package let refused: Excerpted<RefusedRequest>

    /// All requests.
    package var count: Int { answers.reduce(0) { $0 + $1.count } }
    /// Those that Zoom refused with 429.
    package var refusals: Int { answers.filter { $0.status == 429 }.reduce(0) { $0 + $1.count } }
}
