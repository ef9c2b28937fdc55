import Decisions
import Foundation
import Testing
import ZoomModel
import ZoomSandbox

@testable import Zoom

/// Every row of the table, brought about by the sandbox and sent over real HTTP.
@Suite("Zoom's contract, answer by answer")
struct ContractTests {
    static let rows = AnswerTable.rows.map(\.name)

    private func reply(to scene: Scene) async throws -> SendResult {
        try await withSandbox(scene.options, clock: scene.clock) { sandbox in
            var base = sandbox.baseURL
            if scene.isUnreachable { base = "http://127.0.0.1:1/v2" }
            if scene.wantsTLS { base = "https://127.0.0.1:\(sandbox.port)/v2" }
            let client = HTTPZoomClient(
                HTTPZoomClient.Configuration(
                    version: "0-test",
                    baseURL: try BaseURL(base),
                    tokenURL: try BaseURL(sandbox.tokenURL),
                    limits: scene.limits
                ),
                credentials: scene.credentials
            )
            for _ in 0..<scene.before {
                #expect(await client.send(scene.update).status == 204)
            }
            let reply = await client.send(scene.update)
            await client.shutdown()
            return reply
        }
    }

    @Test("each row of the table rules on its own answer, for a batch of several", arguments: rows)
    func several(row: String) async throws {
        let scene = try #require(try Scene.of(row, count: 3), "the row \"\(row)\" has no scene in the contract tests")
        let reply = try await reply(to: scene)
        #expect(AnswerTable.row(for: reply, to: scene.update).name == row)
        #expect(
            AnswerTable.disposition(for: reply, to: scene.update).nextStep.withoutTimes == scene.several.withoutTimes
        )
        if case .date? = scene.several.retryAfter {
            #expect(AnswerTable.disposition(for: reply, to: scene.update).nextStep == scene.several)
        }
    }

    @Test("and for one registrant alone", arguments: rows)
    func alone(row: String) async throws {
        // Nobody is too many alone, unless the server itself says so.
        guard row != "too many registrants" else { return }
        let scene = try #require(try Scene.of(row, count: 1))
        let reply = try await reply(to: scene)
        #expect(AnswerTable.row(for: reply, to: scene.update).name == row)
        #expect(AnswerTable.disposition(for: reply, to: scene.update).nextStep.withoutTimes == scene.alone.withoutTimes)
    }

    @Test("what Zoom said stands in the explanation word for word, with status and code")
    func wordForWord() async throws {
        let scene = try #require(try Scene.of("bad request", count: 1))
        let disposition = AnswerTable.disposition(for: try await reply(to: scene), to: scene.update)
        #expect(disposition.explanation.hasSuffix("(HTTP 400, code 9999: Word for word.)"))
    }

    @Test("a webinar that does not exist is called a webinar")
    func webinarMissing() async throws {
        var scene = try #require(try Scene.of("meeting missing", count: 2))
        scene.options.seed = Seed(webinars: [SeedMeeting(id: Scene.meeting, refuse: .missing)])
        scene.update = try Some.update(ids: ["a", "b"], kind: .webinar)
        let disposition = AnswerTable.disposition(for: try await reply(to: scene), to: scene.update)
        #expect(disposition.nextStep == .failTarget)
        #expect(disposition.explanation.contains("does not know this webinar"))
    }

    @Test("code 300 means two things, which the message tells apart")
    func code300() throws {
        let update = try Some.update(ids: ["a", "b"])
        func nextStep(_ message: String) -> Disposition.NextStep {
            AnswerTable.disposition(for: .answer(Answer(status: 400, code: 300, message: message)), to: update).nextStep
        }
        #expect(nextStep("This meeting has not set registration as required: 85123456789.") == .failTarget)
        #expect(nextStep("Registration has not been enabled for this meeting: 85123456789.") == .failTarget)
        #expect(nextStep("Validation Failed.") == .split)
        // A field's complaint may use the same words.
        #expect(nextStep("Validation Failed. [registrants[0].id: registration id is not valid but required]") == .split)
        #expect(nextStep("Request Body should be a valid JSON object.") == .split)
    }

    @Test("code 3000 means several things, which the message and the address tell apart")
    func code3000() throws {
        func row(_ message: String, _ kind: Target.Kind = .meeting) throws -> String {
            let update = try Some.update(ids: ["a", "b"], kind: kind)
            return AnswerTable.row(for: .answer(Answer(status: 400, code: 3_000, message: message)), to: update).name
        }
        #expect(try row("Cannot access meeting information.") == "no access to the meeting")
        #expect(try row("Cannot access webinar information.") == "a webinar's number")
        #expect(try row("Cannot access webinar information.", .webinar) == "no access to the meeting")
        #expect(try row("Invalid occurrence_id.") == "occurrence missing")
        #expect(try row("Registrant a was not found.") == "registrant missing")
    }

    @Test("code 200 is about one webinar's plan, about a key, or about a permission, which the message tells apart")
    func code200() throws {
        func row(_ message: String) throws -> String {
            let update = try Some.update(ids: ["a", "b"], kind: .webinar)
            return AnswerTable.row(for: .answer(Answer(status: 400, code: 200, message: message)), to: update).name
        }
        #expect(try row("Webinar plan is missing.") == "webinar plan missing")
        #expect(try row("You need to subscribe webinar plan and then enable webinar") == "webinar plan missing")
        #expect(try row("Invalid api key or secret.") == "invalid key")
        #expect(try row("No permission.") == "no permission")
    }

    @Test(
        "a refusal in the dress of a success is judged by its code, and never sent again as if the server were in trouble",
        arguments: [
            (200, "Webinar plan is missing.", "webinar plan missing"), (200, "No permission.", "no permission"),
            (300, "Validation Failed.", "validation failed"), (3_001, "Meeting does not exist.", "meeting missing"),
            (1_001, "User does not exist.", "host missing"), (4_711, "no scopes", "scopes missing"),
            (124, "Invalid access token.", "token refused"), (404, "Not found.", "not found"),
            (429, "Slow down.", "too fast"), (500, "Trouble.", "server trouble"), (9_999, "?", "bad request"),
            (0, "OK", "not applied"), (200, "OK", "not applied"), (204, "OK", "not applied"),
        ]
    )
    func disguised(code: Int, message: String, row: String) throws {
        let update = try Some.update(ids: ["a", "b"], kind: .webinar)
        for status in [200, 202] {
            let reply = SendResult.answer(Answer(status: status, code: code, message: message))
            #expect(AnswerTable.row(for: reply, to: update).name == row)
            let text = AnswerTable.disposition(for: reply, to: update).explanation
            #expect(text.contains("(HTTP \(status), code \(code): \(message))"))
        }
    }

    @Test("a full webinar fails its approvals alone; asked for anything else, the refusal may be somebody's")
    func full() throws {
        let answer = SendResult.answer(
            Answer(status: 400, code: 3_035, message: "Webinar has reached maximum attendee capacity.")
        )
        func nextStep(_ action: Action, _ ids: [String]) throws -> Disposition.NextStep {
            AnswerTable.disposition(for: answer, to: try Some.update(ids: ids, action: action, kind: .webinar)).nextStep
        }
        #expect(try nextStep(.approve, ["a", "b"]) == .failAction)
        #expect(try nextStep(.approve, ["a"]) == .failAction)
        #expect(try nextStep(.deny, ["a", "b"]) == .split)
        #expect(try nextStep(.cancel, ["a"]) == .failRegistrant)
    }

    @Test("every status that HTTP can hold has a row, whatever the body is", arguments: Answer.Form.allCases)
    func total(form: Answer.Form) throws {
        let update = try Some.update(ids: ["a", "b"])
        for status in 0...999 {
            let disposition = AnswerTable.disposition(for: .answer(Answer(status: status, form: form)), to: update)
            #expect((disposition.nextStep == .applied) == (status == 204))
        }
    }

    @Test("an answer that nobody knows never fails or applies anything unasked: it splits, stops or tries again")
    func unknownCodes() throws {
        let update = try Some.update(ids: ["a", "b"])
        for status in [200, 300, 302, 400, 403, 404, 409, 410, 422, 429, 500] {
            for code in [1, 299, 1_002, 3_002, 3_039, 4_712, 99_999] where status != 300 {
                let answer = Answer(status: status, code: code, message: "Unheard of.")
                let disposition = AnswerTable.disposition(for: .answer(answer), to: update)
                #expect(![.applied, .failTarget, .failRegistrant].contains(disposition.nextStep))
                #expect(disposition.explanation.contains("HTTP \(status), code \(code): Unheard of."))
            }
        }
    }

    @Test("the guide's table is made from this one")
    func readme() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../../Sources/Usher/Usher.docc/WhenZoomRefuses.md"
        )
        let text = try String(contentsOf: path, encoding: .utf8)
        let start = try #require(text.firstRange(of: "<!-- answers -->\n")).upperBound
        let end = try #require(text.firstRange(of: "<!-- /answers -->")).lowerBound
        #expect(
            text[start..<end] == AnswerTable.markdown,
            "put this between the markers in WhenZoomRefuses.md:\n\(AnswerTable.markdown)"
        )
    }
}

extension SendResult {
    /// The HTTP status; nil where there is no answer.
    var status: Int? { if case .answer(let answer) = self { answer.status } else { nil } }
}

extension Disposition.NextStep {
    /// How long the answer asks to wait.
    var retryAfter: RetryAfter? {
        switch self {
        case .slowDown(let time), .hold(let time), .deferUntil(_, let time), .retry(let time): time
        default: nil
        }
    }

    /// The same without the moment, which is another one in each test.
    var withoutTimes: Disposition.NextStep {
        switch self {
        case .slowDown: .slowDown(nil)
        case .hold: .hold(nil)
        case .deferUntil(let scope, _): .deferUntil(scope, nil)
        case .retry: .retry(nil)
        default: self
        }
    }
}
