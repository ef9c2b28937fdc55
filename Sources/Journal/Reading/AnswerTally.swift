/// Requests that were answered alike.
package struct AnswerTally: Sendable, Hashable {
    /// The HTTP status; nil where there was no answer.
    package let status: Int?
    /// Zoom's own code.
    package let code: Int?
    /// Why there was no answer: one word, such as `timeout`.
    package let cause: String?
    package let count: Int
}
