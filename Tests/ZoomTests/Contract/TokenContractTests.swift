import Foundation
import Synchronization
import Testing
import ZoomModel
import ZoomSandbox

@testable import Zoom

/// The token over real HTTP: one for all, renewed before it expires and after it was refused.
@Suite("A token, when one is needed")
struct TokenContractTests {
    private static let app = Credentials.serverToServer(
        accountID: "sandbox-account",
        clientID: "sandbox-client",
        clientSecret: Secret("sandbox-secret")
    )

    @Test("fifty requests at once use one token")
    func one() async throws {
        var options = SandboxOptions()
        options.isOpen = true
        options.plan = .business
        options.limitsRate = false
        try await withSandbox(options) { sandbox in
            try await withClient(of: sandbox, credentials: Self.app) { client in
                await withTaskGroup(of: Int?.self) { group in
                    for number in 0..<50 {
                        guard let update = try? Some.update(ids: ["r\(number)"], meeting: "8512345\(1_000 + number)")
                        else { continue }
                        group.addTask { await client.send(update).status }
                    }
                    for await status in group { #expect(status == 204) }
                }
            }
            #expect(sandbox.stats.tokens == 1)
            #expect(sandbox.stats.requests == 50)
        }
    }

    @Test("a token that the server forgot is renewed for the next request, once")
    func renewed() async throws {
        var options = SandboxOptions()
        options.isOpen = true
        options.tokenLife = 3_600
        let offset = Mutex(0.0)
        let clock = SandboxClock(
            now: { Date().addingTimeInterval(offset.withLock { $0 }) },
            sleep: { try await Task.sleep(for: $0) }
        )
        try await withSandbox(options, clock: clock) { sandbox in
            let update = try Some.update(ids: ["a"])
            try await withClient(of: sandbox, credentials: Self.app) { client in
                #expect(await client.send(update).status == 204)
                // The server's clock runs ahead, so it takes the token for expired; the client can't know.
                offset.withLock { $0 = 4_000 }
                let refused = await client.send(update)
                #expect(AnswerTable.disposition(for: refused, to: update).nextStep == .refreshToken)
                #expect(await client.send(update).status == 204)
                #expect(await client.send(update).status == 204)
            }
            #expect(sandbox.stats.tokens == 2)
        }
    }

    @Test("a token is renewed before it expires, so that no request is refused for it")
    func expiry() async throws {
        var options = SandboxOptions()
        options.isOpen = true
        options.tokenLife = 100
        let passed = Mutex(0.0)
        let start = Date()
        let now: @Sendable () -> Date = { start.addingTimeInterval(passed.withLock { $0 }) }
        try await withSandbox(options, clock: SandboxClock(now: now, sleep: { try await Task.sleep(for: $0) })) {
            sandbox in
            let client = HTTPZoomClient(
                HTTPZoomClient.Configuration(
                    version: "0-test",
                    baseURL: try BaseURL(sandbox.baseURL),
                    tokenURL: try BaseURL(sandbox.tokenURL)
                ),
                credentials: Self.app,
                now: now
            )
            var tokens: [Int] = []
            for second in [0.0, 79, 81, 150, 165, 320] {
                passed.withLock { $0 = second }
                #expect(await client.send(try Some.update(ids: ["r\(second)"])).status == 204)
                tokens.append(sandbox.stats.tokens)
            }
            await client.shutdown()
            #expect(tokens == [1, 1, 2, 2, 3, 4])
        }
    }

    @Test("wrong credentials stop everything, and nothing is sent to the API")
    func wrong() async throws {
        try await withSandbox { sandbox in
            let update = try Some.update(ids: ["a"])
            let credentials = Credentials.serverToServer(
                accountID: "sandbox-account",
                clientID: "sandbox-client",
                clientSecret: Secret("a-wrong-secret")
            )
            let reply = try await withClient(of: sandbox, credentials: credentials) { await $0.send(update) }
            #expect(AnswerTable.disposition(for: reply, to: update).nextStep == .stop)
            #expect(!AnswerTable.disposition(for: reply, to: update).explanation.contains("a-wrong-secret"))
            #expect(sandbox.stats.requests == 0)
        }
    }

    @Test("a missing scope is named", arguments: [Some.Call.update, .list])
    func scope(call: Some.Call) async throws {
        var options = SandboxOptions()
        options.app.scopes = ["meeting:read:something"]
        try await withSandbox(options) { sandbox in
            try await withClient(of: sandbox, credentials: Self.app) { client in
                let disposition: Disposition
                switch call {
                case .update:
                    let update = try Some.update(ids: ["a"], kind: .webinar)
                    disposition = AnswerTable.disposition(for: await client.send(update), to: update)
                    #expect(disposition.explanation.contains("webinar:update:registrant_status:admin"))
                case .list:
                    let query = RegistrantQuery(target: try Some.target(.webinar), status: .approved)
                    guard case .refused(let reply) = await client.list(query) else {
                        Issue.record("a listing without its scope was given")
                        return
                    }
                    disposition = AnswerTable.disposition(for: reply, to: query)
                    #expect(disposition.explanation.contains("webinar:read:list_registrants:admin"))
                }
                #expect(disposition.nextStep == .stop)
                #expect(try await client.token().scopes == ["meeting:read:something"])
            }
        }
    }

    @Test("preparing asks once for a token, and says so when none came in time; other trouble shows when it is used")
    func preparing() async throws {
        for (fault, isSaid) in [(Fault.hang, true), (.status(503, applied: false), false)] {
            var options = SandboxOptions()
            options.faults = [FaultRule(fault, .every(1), ofToken: true)]
            try await withSandbox(options) { sandbox in
                let limits = HTTPZoomClient.Limits(answerTime: isSaid ? .milliseconds(300) : .seconds(30))
                let failure = try await withClient(of: sandbox, limits: limits, credentials: Self.app) {
                    await $0.prepare()
                }
                #expect((failure != nil) == isSaid)
                #expect(failure?.cause ?? .tokenUnavailable == .tokenUnavailable)
            }
        }
        try await withSandbox { sandbox in
            let failure = try await withClient(of: sandbox, credentials: Self.app) { await $0.prepare() }
            #expect(failure == nil)
        }
    }
}
