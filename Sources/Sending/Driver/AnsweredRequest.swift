package import Zoom

/// A request and what came back, for logs and metrics.
package struct AnsweredRequest: Sendable {
    /// What was asked for. Holds email addresses: not for logs as it is.
    package let update: StatusUpdate
    /// What came back.
    package let reply: Reply
    /// What that means.
    package let ruling: Ruling
    /// From sending to the end of the answer.
    package let duration: Duration
}
