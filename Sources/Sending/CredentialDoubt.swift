import Decisions
import Zoom

/// Refusals that may be about one target or about the credentials ("No permission"): one such target must not stop the
/// others, and a wrong role must not fail them all.
///
/// A target that is refused so waits. As soon as another one succeeds, or where there is no other, it is at fault itself.
/// Where several are refused so and none succeeds, the credentials are.
struct CredentialDoubt: Sendable {
    /// What the answers show so far.
    enum Verdict: Sendable, Hashable {
        /// Nothing yet.
        case open
        /// The targets that wait are at fault.
        case targets
        /// The credentials are: nothing can be sent.
        case credentials
    }

    /// So many targets, the first that answered, are enough to blame the credentials.
    static let several = 5

    /// The meetings and webinars that wait.
    private(set) var waiting: Set<Target> = []
    /// The latest of the refusals.
    private(set) var disposition: Disposition?
    private var anySucceeded = false

    mutating func refused(_ target: Target, _ disposition: Disposition) {
        waiting.insert(target.whole)
        self.disposition = disposition
    }

    /// Something succeeded, so the credentials are good.
    mutating func succeeded() { anySucceeded = true }

    /// Those that waited are failed.
    mutating func settle() { waiting = [] }

    /// Who is at fault.
    ///
    /// - Parameter isLast: Whether no other answer is to come.
    func verdict(isLast: Bool) -> Verdict {
        if waiting.isEmpty { return .open }
        if anySucceeded { return .targets }
        if isLast { return waiting.count > 1 ? .credentials : .targets }
        return waiting.count >= Self.several ? .credentials : .open
    }
}

/// Whether a request whose token was refused may be sent once more.
///
/// The client forgets a refused token and gets a new one for the next request. A new one that is refused too is no
/// accident: the credentials or scopes are wrong, and a person must mend them.
struct TokenState: Sendable {
    /// So many tokens may be refused with one request before that is taken for an answer.
    static let mostOfOneRequest = 2

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
