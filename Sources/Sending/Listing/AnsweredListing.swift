public import Zoom

/// A request for a page of a list and what came back, for logs and metrics.
public struct AnsweredListing: Sendable {
    /// What was asked for.
    public let query: RegistrantQuery
    /// What came back. A page holds email addresses: not for logs as it is.
    public let reply: ListReply
    /// What a refusal means; nil for a page.
    public let ruling: Ruling?
    /// From sending to the end of the answer.
    public let duration: Duration
}
