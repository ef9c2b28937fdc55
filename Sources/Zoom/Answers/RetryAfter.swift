package import FoundationEssentials

/// How long Zoom asks to wait: a number of seconds, or a moment.
package enum RetryAfter: Sendable, Hashable {
    /// So many seconds from the answer on.
    case seconds(Int)
    /// Until this moment (HTTP date or ISO 8601).
    case date(Date)

    /// Reads a `Retry-After` header: seconds or an HTTP date (RFC 9110, 10.2.3), or ISO 8601 as Zoom documents it.
    ///
    /// Nil for anything else. The value is the server's claim, however absurd; bounding it is the caller's.
    package init?(_ text: some StringProtocol) {
        let text = text.trimmingWhitespace()
        if !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            guard let seconds = Int(text) else { return nil }
            self = .seconds(seconds)
        } else if let date = HTTPDate(text)?.date ?? ISODate(text)?.date {
            self = .date(date)
        } else {
            return nil
        }
    }
}
