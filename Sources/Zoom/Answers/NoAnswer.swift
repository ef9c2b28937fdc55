/// Why a request got no answer.
package struct NoAnswer: Error, Sendable, Hashable {
    /// The kinds of failure that are told apart.
    package enum Cause: String, Sendable, Hashable, CaseIterable {
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
    package let cause: Cause
    /// One sentence for the log: no secrets, no email addresses.
    package let detail: String

    /// Whether it is certain that the request never left.
    package var neverSent: Bool {
        switch cause {
        case .unreachable, .tls, .tokenUnavailable, .credentialsRefused: true
        case .cut, .timeout: false
        }
    }

    /// Whether all the time that is allowed was waited, so that asking at once again would cost as much.
    let ranOutOfTime: Bool

    /// Makes the record of a failure.
    package init(cause: Cause, detail: String, ranOutOfTime: Bool = false) {
        self.cause = cause
        self.detail = detail
        self.ranOutOfTime = ranOutOfTime || cause == .timeout
    }
}
