package import Zoom

/// A request for a page of a list and what came back, for logs and metrics.
package struct AnsweredListing: Sendable {
    /// What was asked for.
    package let query: RegistrantQuery
    /// What came back. A page holds email addresses: not for logs as it is.
    package let reply: ListReply
    /// What a refusal means; nil for a page.
    package let ruling: Ruling?
    /// From sending to the end of the answer.
    package let duration: Duration
}
