#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What came back for a request: an answer over HTTP, or the reason why there is none.
public enum Reply: Sendable, Hashable {
    /// Zoom (or something in front of it) answered.
    case answer(Answer)
    /// No answer: whether the request was applied is unknown, unless `neverSent`.
    case noAnswer(NoAnswer)
}

/// Why a request got no answer.
public struct NoAnswer: Sendable, Hashable {
    /// The kinds of failure that are told apart.
    public enum Cause: String, Sendable, Hashable {
        /// No connection could be made, so nothing was applied.
        case unreachable
        /// The connection broke after the request may have left.
        case cut
        /// The time for an answer ran out.
        case timeout
        /// TLS could not be agreed on, or the certificate was wrong; nothing was sent.
        case tls
        /// The token could not be had, so the request was not sent; `detail` says why. The server may recover.
        case tokenUnavailable
        /// Zoom refused the credentials themselves, so the request was not sent.
        case credentialsRefused
    }

    /// What kind of failure it was.
    public let cause: Cause
    /// One sentence for the log: no secrets, no email addresses.
    public let detail: String

    /// Makes the record of a failure.
    public init(cause: Cause, detail: String) {
        self.cause = cause
        self.detail = detail
    }
}

/// An HTTP answer, reduced to what is known to matter.
public struct Answer: Sendable, Hashable {
    /// The HTTP status, for example 204.
    public var status: Int
    /// Zoom's own code from the body, for example 3001.
    public var code: Int?
    /// Zoom's message, word for word, shortened to 1,000 characters.
    public var message: String?
    /// Header `x-zm-trackingid`: Zoom's support asks for it.
    public var trackingID: String?
    /// Header `X-RateLimit-Type`: `QPS` or `Daily-limit`; often missing.
    public var rateLimitType: String?
    /// Header `Retry-After`, in any of its three forms.
    public var retryAfter: RetryAfter?
    /// Header `Date`: the server's clock.
    public var date: Date?

    /// Makes an answer; all but the status are optional.
    public init(
        status: Int,
        code: Int? = nil,
        message: String? = nil,
        trackingID: String? = nil,
        rateLimitType: String? = nil,
        retryAfter: RetryAfter? = nil,
        date: Date? = nil
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.trackingID = trackingID
        self.rateLimitType = rateLimitType
        self.retryAfter = retryAfter
        self.date = date
    }
}

/// How long Zoom asks to wait: a number of seconds, or a moment.
public enum RetryAfter: Sendable, Hashable {
    /// So many seconds from the answer on.
    case seconds(Int)
    /// Until this moment (HTTP date or ISO 8601).
    case date(Date)
}
