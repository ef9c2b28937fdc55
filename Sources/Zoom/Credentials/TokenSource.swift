import FoundationEssentials

/// The one token of a process, fetched when it is first needed, before it expires, and after it was refused.
///
/// However many requests wait for it, one fetch is under way: one vendor warns that a second token can make the first
/// one invalid.
actor TokenSource {
    /// Fetches a token, or says why not.
    typealias Fetch = @Sendable () async -> Result<AccessToken, NoAnswer>

    private enum State {
        /// No token, or only one that was refused or has expired.
        case none
        /// A fetch is under way; these wait for it.
        case fetching(waiting: [CheckedContinuation<Result<AccessToken, NoAnswer>?, Never>])
        /// A token, and the moment from which it is no longer used.
        case ready(AccessToken, until: Date?)
    }

    /// How long before its expiry a token is no longer used, in seconds: longer than a request may take, but no more
    /// than a fifth of a short life.
    static func margin(ofLife life: TimeInterval) -> TimeInterval {
        min(120, life / 5)
    }

    private var state: State
    private let fetch: Fetch?
    private let now: @Sendable () -> Date

    /// A source that fetches tokens.
    init(now: @escaping @Sendable () -> Date = { Date() }, fetch: @escaping Fetch) {
        state = .none
        self.fetch = fetch
        self.now = now
    }

    /// A source of one token that can't be renewed.
    init(fixed token: Secret) {
        state = .ready(AccessToken(secret: token), until: nil)
        fetch = nil
        now = { Date() }
    }

    /// A token to send now.
    func token() async throws(NoAnswer) -> AccessToken {
        while true {
            switch state {
            case .ready(let token, let until) where until.map({ now() < $0 }) ?? true:
                return token
            case .fetching(let waiting):
                let result = await withCheckedContinuation { state = .fetching(waiting: waiting + [$0]) }
                // Nil: the fetch was given up because the request that had started it was; somebody begins anew.
                if let result { return try result.get() }
            case .none, .ready:
                return try await fetchedToken().get()
            }
        }
    }

    /// Forgets a token that Zoom refused, unless a newer one has taken its place. One that can't be renewed stays.
    func forget(_ token: AccessToken) {
        guard fetch != nil, case .ready(let current, _) = state, current.secret == token.secret else { return }
        state = .none
    }

    private func fetchedToken() async -> Result<AccessToken, NoAnswer> {
        guard let fetch else { return .failure(NoAnswer(cause: .tokenUnavailable, detail: "There is no token.")) }
        state = .fetching(waiting: [])
        let result = await fetch()
        guard case .fetching(let waiting) = state else { return result }
        switch result {
        case .success(let token): state = .ready(token, until: token.expiry.map(lastUse))
        case .failure: state = .none
        }
        let givenUp = Task.isCancelled
        for continuation in waiting {
            if case .failure = result, givenUp {
                continuation.resume(returning: nil)
            } else {
                continuation.resume(returning: result)
            }
        }
        return result
    }

    private func lastUse(before expiry: Date) -> Date {
        expiry.addingTimeInterval(-Self.margin(ofLife: expiry.timeIntervalSince(now())))
    }
}
