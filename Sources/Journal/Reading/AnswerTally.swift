/// Requests that were answered alike.
public struct AnswerTally: Sendable, Hashable {
    /// The HTTP status; nil where there was no answer.
    public let status: Int?
    /// Zoom's own code.
    public let code: Int?
    /// Why there was no answer: one word, such as `timeout`.
    public let cause: String?
    /// How many.
    public let count: Int
}
