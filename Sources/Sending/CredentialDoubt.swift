import Decisions
import Zoom

/// Refusals that may be about one target or about the credentials ("No permission"): one such target must not stop the
/// others, and a wrong role must not fail all targets.
///
/// A target refused this way waits. If another one succeeds, or there is no other, the target is at fault. If several
/// are refused this way and none succeeds, the credentials are.
struct CredentialDoubt: Sendable {
    /// What the answers show so far.
    enum Verdict: Sendable, Hashable {
        /// Nothing yet.
        case open
        /// The waiting targets are at fault.
        case targets
        /// The credentials are at fault: nothing can be sent.
        case credentials
    }

    /// How many targets, if they are the first to answer, are enough to blame the credentials.
    static let several = 5

    /// The waiting meetings and webinars.
    private(set) var waiting: Set<Target> = []
    /// The latest of the refusals.
    private(set) var disposition: Disposition?
    private var anySucceeded = false

    mutating func refused(_ target: Target, _ disposition: Disposition) {
        waiting.insert(target.whole)
        self.disposition = disposition
    }

    /// Records a success, which shows that the credentials are good.
    mutating func succeeded() { anySucceeded = true }

    /// Clears the waiting targets, which have been failed.
    mutating func settle() { waiting = [] }

    /// Which is at fault.
    ///
    /// - Parameter isLast: Whether no other answer will come.
    func verdict(isLast: Bool) -> Verdict {
        if waiting.isEmpty { return .open }
        if anySucceeded { return .targets }
        if isLast { return waiting.count > 1 ? .credentials : .targets }
        return waiting.count >= Self.several ? .credentials : .open
    }
}

/// Decides whether a request whose token was refused may be sent again.
///
/// The client forgets a refused token and gets a new one for the next request. If the new one is refused too, the
/// credentials or scopes are wrong, and a person must fix them.
struct TokenState: Sendable {
    /// How many tokens may be refused with one request before the refusal is final.
    static let mostOfOneRequest = 2

    /// When a token was first refused since one was accepted.
    private var refusedAt: Duration?

    /// Records that a request's token was refused. Returns whether the request may be sent again.
    mutating func refused(sentAt: Duration, at now: Duration) -> Bool {
        guard let refusedAt else {
            refusedAt = now
            return true
        }
        return sentAt < refusedAt
    }

    /// Records that a request got any other answer.
    mutating func accepted(sentAt: Duration) {
        if let refusedAt, sentAt >= refusedAt { self.refusedAt = nil }
    }
}
