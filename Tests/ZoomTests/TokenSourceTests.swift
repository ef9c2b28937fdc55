import Foundation
import Synchronization
import Testing

@testable import Zoom

@Suite("The one token of a process")
struct TokenSourceTests {
    /// A token server under the test's control: its fetches wait until they are let go.
    private final class Desk: Sendable {
        struct State {
            var now = Date(timeIntervalSince1970: 1_000_000)
            var fetches = 0
            var life: TimeInterval? = 3_600
            var failure: RequestFailure?
        }
        let state = Mutex(State())
        let gate: AsyncStream<Void>.Continuation?
        private let opened: AsyncStream<Void>?

        init(isGated: Bool = false) {
            let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
            gate = isGated ? continuation : nil
            opened = isGated ? stream : nil
        }

        func source() -> TokenSource {
            TokenSource(now: { self.state.withLock { $0.now } }) { await self.fetch() }
        }

        private func fetch() async -> Result<AccessToken, RequestFailure> {
            let number = state.withLock { state in
                state.fetches += 1
                return state.fetches
            }
            if let opened { for await _ in opened { break } }
            if Task.isCancelled { return .failure(RequestFailure(cause: .cut, detail: "given up")) }
            return state.withLock { state in
                if let failure = state.failure { return .failure(failure) }
                let expiry = state.life.map { state.now.addingTimeInterval($0) }
                return .success(AccessToken(secret: Secret("t\(number)"), expiry: expiry))
            }
        }

        var fetches: Int { state.withLock { $0.fetches } }
        func pass(_ seconds: TimeInterval) { state.withLock { $0.now += seconds } }
    }

    @Test("however many ask at once, one fetch is made and all get its token")
    func oneFetch() async throws {
        let desk = Desk(isGated: true)
        let source = desk.source()
        try await withThrowingTaskGroup(of: AccessToken.self) { group in
            for _ in 0..<50 { group.addTask { try await source.token() } }
            while desk.fetches == 0 { await Task.yield() }
            desk.gate?.yield()
            for try await token in group { #expect(token.secret == Secret("t1")) }
        }
        #expect(desk.fetches == 1)
    }

    @Test("a token is used until shortly before it expires, and no longer")
    func refresh() async throws {
        let desk = Desk()
        let source = desk.source()
        _ = try await source.token()
        desk.pass(3_600 - 120 - 1)
        #expect(try await source.token().secret == Secret("t1"))
        desk.pass(2)
        #expect(try await source.token().secret == Secret("t2"))
        #expect(desk.fetches == 2)
    }

    @Test("of a short life four fifths are used")
    func shortLife() async throws {
        let desk = Desk()
        desk.state.withLock { $0.life = 50 }
        let source = desk.source()
        _ = try await source.token()
        desk.pass(39)
        #expect(try await source.token().secret == Secret("t1"))
        desk.pass(2)
        #expect(try await source.token().secret == Secret("t2"))
    }

    @Test("a token without a known end is used until it is refused")
    func endless() async throws {
        let desk = Desk()
        desk.state.withLock { $0.life = nil }
        let source = desk.source()
        let token = try await source.token()
        desk.pass(1e6)
        #expect(try await source.token() == token)
        await source.forget(token)
        #expect(try await source.token().secret == Secret("t2"))
    }

    @Test("several answers of 401 to one token lead to one new token")
    func forgottenOnce() async throws {
        let desk = Desk()
        let source = desk.source()
        let first = try await source.token()
        await source.forget(first)
        let second = try await source.token()
        // The others that were under way with the first token come back later.
        for _ in 0..<5 { await source.forget(first) }
        #expect(try await source.token() == second)
        #expect(desk.fetches == 2)
    }

    @Test("a failed fetch is everybody's failure at that moment, and the next one asks anew")
    func failure() async throws {
        let desk = Desk()
        let source = desk.source()
        let failure = RequestFailure(cause: .tokenUnavailable, detail: "no")
        desk.state.withLock { $0.failure = failure }
        await #expect(throws: failure) { try await source.token() }
        desk.state.withLock { $0.failure = nil }
        #expect(try await source.token().secret == Secret("t2"))
    }

    @Test("when the one that fetches is cancelled, those that wait get a token nonetheless")
    func cancellation() async throws {
        let desk = Desk(isGated: true)
        let source = desk.source()
        let first = Task { try await source.token() }
        while desk.fetches == 0 { await Task.yield() }
        let others = (0..<5).map { _ in Task { try await source.token() } }
        for _ in 0..<1_000 { await Task.yield() }
        first.cancel()
        await #expect(throws: RequestFailure.self) { try await first.value }
        while desk.fetches < 2 { await Task.yield() }
        desk.gate?.yield()
        for other in others { #expect(try await other.value.secret == Secret("t2")) }
    }

    @Test("a token from elsewhere can't be renewed, so it stays")
    func fixed() async throws {
        let source = TokenSource(fixed: Secret("given"))
        let token = try await source.token()
        await source.forget(token)
        #expect(try await source.token() == token)
    }
}
