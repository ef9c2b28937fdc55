import Foundation
import Testing
import ZoomModel
import ZoomSandbox

@testable import Zoom

/// Nothing that comes back is trusted further than it must be.
@Suite("Answers that nobody should trust")
struct HostileAnswerTests {
    private func reply(to fault: Fault, limits: HTTPZoomClient.Limits = .init()) async throws -> (
        SendResult, SandboxStats
    ) {
        var options = SandboxOptions()
        options.isOpen = true
        options.faults = [FaultRule(fault, .every(1))]
        options.dripInterval = .milliseconds(5)
        return try await withSandbox(options) { sandbox in
            let update = try Some.update(ids: ["a"])
            let reply = try await withClient(of: sandbox, limits: limits) { await $0.send(update) }
            return (reply, sandbox.stats)
        }
    }

    @Test("a redirect is answered with nothing: neither the token nor the request goes there")
    func redirect() async throws {
        let (reply, stats) = try await reply(to: .redirect)
        #expect(reply.status == 307)
        // The place it points to is the sandbox itself, which would have counted the request.
        #expect(stats.requests == 1)
        #expect(AnswerTable.disposition(for: reply, to: try Some.update(ids: ["a"])).nextStep == .stop)
    }

    @Test("what got the token is not brought into a message by the API's server either, however it writes it")
    func repeatedSecret() async throws {
        let basic = Data("sandbox-client:sandbox-secret".utf8).base64EncodedString()
        let escaped = #"\u0073andbox\u002dsecret"#
        for said in ["sandbox-secret", "Basic \(basic)", escaped, String(repeating: "x", count: 990) + escaped] {
            var options = SandboxOptions()
            let body = #"{"code":1,"message":"wrong: \#(said)"}"#
            let answer = CannedAnswer(status: 400, body: body)
            options.seed = Seed(meetings: [SeedMeeting(id: try Some.target().id.description, answer: answer)])
            try await withSandbox(options) { sandbox in
                let configuration = HTTPZoomClient.Configuration(
                    version: "0-test",
                    baseURL: try BaseURL(sandbox.baseURL),
                    tokenURL: try BaseURL(sandbox.tokenURL)
                )
                let client = HTTPZoomClient(
                    configuration,
                    credentials: .serverToServer(
                        accountID: "sandbox-account",
                        clientID: "sandbox-client",
                        clientSecret: Secret("sandbox-secret")
                    )
                )
                let reply = await client.send(try Some.update(ids: ["a"]))
                await client.shutdown()
                guard case .answer(let answer) = reply, let message = answer.message else {
                    Issue.record("no message: \(reply)")
                    return
                }
                #expect(message.hasPrefix("wrong: ") && answer.code == 1)
                #expect(!message.contains("sandbox-s") && !message.contains(basic.prefix(8)), "\(message)")
            }
        }
    }

    @Test("a listing is not redirected either")
    func redirectedListing() async throws {
        var options = SandboxOptions()
        options.faults = [FaultRule(.redirect, .every(1))]
        try await withSandbox(options) { sandbox in
            let query = RegistrantQuery(target: try Some.target(), status: .pending)
            let reply = try await withClient(of: sandbox) { await $0.list(query) }
            guard case .refused(let refused) = reply else {
                Issue.record("a redirect gave a page")
                return
            }
            #expect(refused.status == 307)
            #expect(sandbox.stats.requests == 1)
            #expect(AnswerTable.disposition(for: refused, to: query).nextStep == .stop)
        }
    }

    @Test(
        "a body that is huge or never ends is cut at the bound, and the status counts",
        arguments: [
            Fault.Shape.hugeBody, .endlessBody,
        ]
    )
    func huge(shape: Fault.Shape) async throws {
        let (reply, _) = try await reply(to: .shape(shape), limits: .init(answerTime: .seconds(20), bodyBytes: 4_096))
        guard case .answer(let answer) = reply else {
            Issue.record("no answer: \(reply)")
            return
        }
        #expect(answer.form == .tooLarge)
        #expect(answer.code == nil)
        #expect((answer.message ?? "").unicodeScalars.count <= 1_000)
        #expect(AnswerTable.disposition(for: reply, to: try Some.update(ids: ["a"])).nextStep != .applied)
    }

    @Test(
        "headers that never end, or come a byte at a time, end in bounded time",
        .timeLimit(.minutes(3)),
        arguments: [
            Fault.Shape.headerFlood, .slowHead, .slowBody,
        ]
    )
    func slow(shape: Fault.Shape) async throws {
        // A flood ends by its size, the others by the time that they take.
        let time = shape == .headerFlood ? Duration.seconds(30) : .milliseconds(300)
        let limits = HTTPZoomClient.Limits(answerTime: time, headBytes: 8_192, bodyBytes: 4_096)
        let (reply, _) = try await reply(to: .shape(shape), limits: limits)
        guard case .noAnswer(let failure) = reply else {
            Issue.record("an endless answer was taken for one: \(reply)")
            return
        }
        #expect(failure.cause == (shape == .headerFlood ? .cut : .timeout))
    }

    /// What comes of a server that answers with these bytes.
    private func reply(from bytes: [UInt8]) async throws -> SendResult {
        try await RawServer.run(answering: bytes) { server in
            let client = HTTPZoomClient(
                HTTPZoomClient.Configuration(
                    version: "0-test",
                    baseURL: try BaseURL("http://127.0.0.1:\(server.port)/v2"),
                    limits: .init(answerTime: .seconds(10))
                ),
                credentials: .token(Secret("sandbox-token"))
            )
            let reply = await client.send(try Some.update(ids: ["a"]))
            await client.shutdown()
            #expect(server.connections == 1)
            return reply
        }
    }

    @Test("requests that follow one another share their connections")
    func kept() async throws {
        try await RawServer.run(answering: Array("HTTP/1.1 204 No Content\r\n\r\n".utf8), keeping: true) { server in
            let client = HTTPZoomClient(
                HTTPZoomClient.Configuration(
                    version: "0-test",
                    baseURL: try BaseURL("http://127.0.0.1:\(server.port)/v2")
                ),
                credentials: .token(Secret("sandbox-token"))
            )
            let update = try Some.update(ids: ["a"])
            await withTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask {
                        for _ in 0..<100 { #expect(await client.send(update).status == 204) }
                    }
                }
            }
            await client.shutdown()
            // While the first ones are being made, a request may ask for one more than it turns out to need.
            #expect(server.connections <= 16)
        }
    }

    @Test(
        "nobody is asked at the place that a redirect names",
        arguments: ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"]
    )
    func elsewhere(status: String) async throws {
        try await RawServer.run(answering: Array("HTTP/1.1 204 No Content\r\n\r\n".utf8)) { elsewhere in
            let location = "Location: http://localhost:\(elsewhere.port)/v2\r\nContent-Length: 0\r\n"
            let reply = try await reply(from: Array("HTTP/1.1 \(status)\r\n\(location)\r\n".utf8))
            #expect(reply.status.map(String.init) == String(status.prefix(3)))
            #expect(AnswerTable.disposition(for: reply, to: try Some.update(ids: ["a"])).nextStep == .stop)
            #expect(elsewhere.connections == 0)
        }
    }

    @Test("a server that speaks HTTP/2 unasked gives no answer")
    func otherProtocol() async throws {
        // SETTINGS and then GOAWAY, as an HTTP/2 server ends a connection.
        let frames: [UInt8] =
            [0, 0, 0, 4, 0, 0, 0, 0, 0] + [0, 0, 8, 7, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 8)
        let reply = try await reply(from: frames)
        guard case .noAnswer(let failure) = reply else {
            Issue.record("frames were taken for an answer: \(reply)")
            return
        }
        #expect(failure.cause == .cut)
        #expect(AnswerTable.disposition(for: reply, to: try Some.update(ids: ["a"])).nextStep == .retry(nil))
    }

    @Test("a body that ends before its time is no answer")
    func cutBody() async throws {
        let (reply, _) = try await reply(to: .shape(.cutBody))
        guard case .noAnswer(let failure) = reply else {
            Issue.record("half an answer was taken for one: \(reply)")
            return
        }
        #expect(failure.cause == .cut)
    }

    @Test("a packed body is never unpacked")
    func gzipBomb() async throws {
        let (reply, _) = try await reply(to: .shape(.gzipBomb))
        guard case .answer(let answer) = reply else {
            Issue.record("no answer: \(reply)")
            return
        }
        #expect(answer.code == nil)
        #expect((answer.message ?? "").utf8.count <= 4_000)
    }

    @Test(
        "not JSON, HTML and nothing at all are told apart",
        arguments: [
            (Fault.Shape.notJSON, Answer.Form.text), (.html, .html), (.empty, .empty),
        ]
    )
    func shapes(shape: Fault.Shape, form: Answer.Form) async throws {
        let (reply, _) = try await reply(to: .shape(shape))
        guard case .answer(let answer) = reply else {
            Issue.record("no answer: \(reply)")
            return
        }
        #expect(answer.form == form)
    }

    @Test("no 2xx but 204 counts as applied", arguments: [200, 201, 202, 203, 205, 206, 207, 226, 299])
    func otherSuccess(status: Int) async throws {
        var options = SandboxOptions()
        let answer = CannedAnswer(status: status, message: "Done!")
        options.seed = Seed(meetings: [SeedMeeting(id: Scene.meeting, answer: answer)])
        try await withSandbox(options) { sandbox in
            let update = try Some.update(ids: ["a"])
            let reply = try await withClient(of: sandbox) { await $0.send(update) }
            #expect(reply.status == status)
            #expect(AnswerTable.disposition(for: reply, to: update).nextStep == .retry(nil))
        }
    }

    @Test(
        "an answer is asked for once, whatever becomes of it",
        arguments: ["cut-before", "cut-after", "reset", "503", "429"]
    )
    func once(fault: String) async throws {
        let (_, stats) = try await reply(to: try #require(Fault(fault)))
        #expect(stats.requests == 1)
    }

    @Test("a request that is cancelled ends at once and says that it was cut")
    func cancelled() async throws {
        var options = SandboxOptions()
        options.faults = [FaultRule(.hang, .every(1))]
        try await withSandbox(options) { sandbox in
            let update = try Some.update(ids: ["a"])
            try await withClient(of: sandbox) { client in
                let task = Task { await client.send(update) }
                while sandbox.stats.requests == 0 { try await Task.sleep(for: .milliseconds(5)) }
                task.cancel()
                guard case .noAnswer(let failure) = await task.value else {
                    Issue.record("a cancelled request was answered")
                    return
                }
                #expect(failure.cause == .cut)
            }
        }
    }
}
