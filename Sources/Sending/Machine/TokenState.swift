/// Whether a request whose token was refused may be sent once more.
///
/// The client forgets a refused token and gets a new one for the next request. A new one that is refused too is no
/// accident: the credentials or scopes are wrong, and a person must mend them.
struct TokenState: Sendable {
    /// When a token was refused for the first time since one was accepted.
    private var refusedAt: Duration?

    /// A request that left at a moment was refused for its token. Returns whether it may be sent again.
    mutating func refused(sentAt: Duration, at now: Duration) -> Bool {
        guard let refusedAt else {
            refusedAt = now
            return true
        }
        return sentAt < refusedAt
    }

    /// A request that left at a moment was answered otherwise.
    mutating func accepted(sentAt: Duration) {
        if let refusedAt, sentAt >= refusedAt { self.refusedAt = nil }
    }
}
