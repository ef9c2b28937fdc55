/// What came back for a request: an answer over HTTP, or the reason why there is none.
package enum Reply: Sendable, Hashable {
    /// Zoom (or something in front of it) answered.
    case answer(Answer)
    /// No answer: whether the request was applied is unknown, unless ``NoAnswer/neverSent``.
    case noAnswer(NoAnswer)
}
