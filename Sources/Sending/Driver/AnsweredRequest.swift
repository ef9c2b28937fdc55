public import Zoom

/// A request and what came back, for logs and metrics.
public struct AnsweredRequest: Sendable {
    /// What was asked for. Holds email addresses: not for logs as it is.
    public let update: StatusUpdate
    /// What came back.
    public let reply: Reply
    /// What that means.
    public let ruling: Ruling
    /// From sending to the end of the answer.
    public let duration: Duration
}
