import Foundation
import Journal
import Testing
import ZoomModel
import ZoomSandbox

@testable import Sending
@testable import Zoom

/// Whatever ends a run early: nothing is failed because of it, and running again does the rest.
@Suite("What one run leaves, a later one finishes")
struct LaterRunTests {
    private static let meeting = "84512093377"

    private static func csv(_ rows: Int, meetings: Int = 1) -> String {
        "Meeting,Registrant ID,Action\n"
            + (0..<rows).map { "\(84_512_093_377 + $0 % meetings),r\($0),approve\n" }.joined()
    }

    private func run(_ faults: FaultRule...) -> SandboxRun {
        var run = SandboxRun()
        run.sandbox.isOpen = true
        run.sandbox.faults = faults
        return run
    }

    @Test("a server that refuses everything is not hammered, and the run ends; a later one does it all")
    func wall() async throws {
        var run = run(FaultRule(.status(429, applied: false), .every(1)))
        run.sandbox.limitsRate = false
        run.options.refusals = 3
        try await run.open { world in
            let start = world.clock.elapsed()
            let first = try await world.run(Self.csv(2))
            #expect(AnswerScene.End(first.ending) == .workRemains)
            #expect(first.counts == [.pending: 2])
            #expect(first.sent.map(\.status) == [429, 429, 429])
            // A second between any two of them.
            #expect(world.clock.elapsed() - start >= .seconds(2))
            world.server.setFaults([])
            let second = try await world.run(Self.csv(2))
            #expect(second.ending == .done && second.counts == [.applied: 2])
        }
    }

    @Test("what the day's limit leaves is deferred and not tried on that day, and a run after midnight takes it up")
    func dayLimit() async throws {
        var run = run()
        run.sandbox.perDay = 3
        run.batchSize = 1
        try await run.open { world in
            let first = try await world.run(Self.csv(5))
            #expect(AnswerScene.End(first.ending) == .workRemains)
            #expect(first.counts == [.applied: 3, .deferred: 2])
            #expect(first.sent.count == 4)
            for (outcome, reason) in zip(first.outcomes, first.reasons) where outcome == .deferred {
                #expect(reason.contains("daily"), "\(reason)")
            }
            let early = try await world.run(Self.csv(5))
            #expect(early.counts == first.counts && early.sent.isEmpty)
            world.clock.setCalendar(on: 86_400)
            let next = try await world.run(Self.csv(5))
            #expect(next.ending == .done && next.counts == [.applied: 5])
            #expect(next.sent.count == 2)
        }
    }

    @Test("a server that never answers is given up, and all stays and is done once it answers")
    func dead() async throws {
        var run = run(FaultRule(.hang, .every(1)))
        run.answerTime = .milliseconds(200)
        try await run.open { world in
            let first = try await world.run(Self.csv(60, meetings: 8))
            #expect(AnswerScene.End(first.ending) == .unreachable)
            #expect(first.counts == [.pending: 60])
            world.server.setFaults([])
            let second = try await world.run(Self.csv(60, meetings: 8))
            #expect(second.ending == .done && second.counts == [.applied: 60])
        }
    }

    @Test("a token that never comes is waited for once, and all stays")
    func noToken() async throws {
        var run = run(FaultRule(.hang, .every(1), ofToken: true))
        run.answerTime = .milliseconds(200)
        run.credentials = .sandboxApp()
        let audit = FileManager.default.temporaryDirectory.appending(path: "usher-audit-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: audit) }
        run.sandbox.auditPath = audit.path
        let report = try await run(Self.csv(60, meetings: 8))
        #expect(AnswerScene.End(report.ending) == .unreachable)
        #expect("\(report.ending)".contains("did not answer in"))
        #expect(report.counts == [.pending: 60])
        #expect(report.sent.isEmpty)
        #expect(try String(contentsOf: audit, encoding: .utf8).split(separator: "\n").count == 1)
    }

    @Test("what Zoom refused is asked once more when the file is named again, since the cause may be mended")
    func mended() async throws {
        var run = run()
        let answer = CannedAnswer(status: 400, code: 3003, message: "You're not the meeting host.", times: 1)
        run.sandbox.seed = Seed(meetings: [SeedMeeting(id: Self.meeting, answer: answer, open: true)])
        try await run.open { world in
            let first = try await world.run(Self.csv(2))
            #expect(first.ending == .done && first.counts == [.failed: 2] && first.codes == [3003, 3003])
            let second = try await world.run(Self.csv(2), asksAgain: true)
            #expect(second.ending == .done && second.counts == [.applied: 2])
        }
    }

    /// What Zoom may hold against credentials.
    enum Refusal: CaseIterable {
        case staleToken, wrongSecret, wrongAccount, missingScope
    }

    @Test("refused credentials end the run, and no row fails because of them", arguments: Refusal.allCases)
    func refused(why: Refusal) async throws {
        var run = run()
        run.credentials = .sandboxApp()
        switch why {
        case .staleToken: run.credentials = .token(Secret("of-yesterday"))
        case .wrongSecret: run.credentials = .sandboxApp(secret: "not-the-secret")
        case .wrongAccount: run.sandbox.app.accountID = "another-account"
        case .missingScope: run.sandbox.app.scopes = ["user:read"]
        }
        let report = try await run(Self.csv(3))
        #expect(AnswerScene.End(report.ending) == .credentialsRefused, "\(report.ending)")
        #expect(!"\(report.ending)".contains("not-the-secret"))
        #expect(report.counts == [.pending: 3] && report.stats.applied == 0)
    }

    @Test("a token that Zoom takes back in the middle is renewed, and nothing is lost")
    func revoked() async throws {
        var run = run()
        run.sandbox.keepsOneToken = true
        run.credentials = .sandboxApp()
        run.batchSize = 1
        // Another program of the same app asks for a token.
        run.afterAnswer = { server, count in
            guard count == 3, let base = try? BaseURL(server.baseURL), let tokens = try? BaseURL(server.tokenURL)
            else { return }
            let other = HTTPZoomClient(
                HTTPZoomClient.Configuration(version: "0-test", baseURL: base, tokenURL: tokens),
                credentials: .sandboxApp()
            )
            _ = try? await other.token()
            await other.shutdown()
        }
        let people = (0..<10).map { (meeting: Self.meeting, id: "r\($0)") }
        let report = try await run(Self.csv(10), registrants: people)
        #expect(report.ending == .done && report.counts == [.applied: 10])
        #expect(report.sent.contains { $0.status == 401 })
        #expect(report.stats.tokens == 3)
        #expect(report.statuses.allSatisfy { $0 == .approved })
    }
}

@Suite("A broken server costs time, and no row")
struct BrokenServerTests {
    static let faults: [Fault] = [
        .shape(.slowHead), .shape(.slowBody), .hang, .shape(.endlessBody), .shape(.headerFlood), .reset,
        .shape(.cutBody), .shape(.html), .cut(applied: false),
    ]

    private func run(_ fault: Fault, _ trigger: FaultRule.Trigger) -> SandboxRun {
        var run = SandboxRun()
        run.sandbox.isOpen = true
        run.sandbox.faults = [FaultRule(fault, trigger)]
        // By the sandbox's clock, which is fast; the client waits by the real one.
        run.sandbox.dripInterval = .seconds(3)
        run.answerTime = .seconds(1)
        run.batchSize = 1
        return run
    }

    private static func csv(_ rows: Int) -> String {
        "Meeting,Registrant ID,Action\n"
            + (0..<rows).map { "\(84_512_093_377 + $0 % 8),r\($0),approve\n" }.joined()
    }

    @Test("now and then: all is applied in the end", arguments: faults)
    func passing(fault: Fault) async throws {
        let report = try await run(fault, .every(4))(Self.csv(24))
        #expect(report.ending == .done && report.counts == [.applied: 24])
        #expect(report.stats.faults > 0)
    }

    @Test(
        "always, with a body that is no answer of Zoom's: nothing is taken for done",
        arguments: [Fault.Shape.hugeBody, .gzipBomb]
    )
    func refusing(shape: Fault.Shape) async throws {
        let report = try await run(.shape(shape), .every(1))(Self.csv(4))
        #expect(report.counts[.applied] == nil && report.stats.applied == 0)
        #expect(report.reasons.allSatisfy { $0.utf8.count < 4_096 })
    }
}
