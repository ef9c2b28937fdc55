import Journal
import Sending
import Zoom
import ZoomModel
import ZoomSandbox

/// A sandbox that gives one answer of the table, a spreadsheet that meets it, and how the run must end.
struct AnswerScene: Sendable {
    var run = SandboxRun()
    /// The rows' meetings and registrants; all are to be approved.
    var rows = people(3)

    var ending = End.done
    /// Rows by outcome.
    var outcomes: [Outcome: Int] = [.applied: 3]
    /// What the reason of some row must hold.
    var reason: String?

    /// How a run ends, without its sentence.
    enum End: Sendable {
        case done
        case workRemains
        case credentialsRefused
        case unreachable

        init?(_ ending: Ending) {
            switch ending {
            case .done: self = .done
            case .workRemains, .tooManyRefused: self = .workRemains
            case .refused(let disposition): self = disposition.subject == .server ? .unreachable : .credentialsRefused
            case .unreachable, .serverFailing: self = .unreachable
            case .interrupted, .journalFailed: return nil
            }
        }
    }

    static let meeting = "84512093377"

    var csv: String {
        "Meeting,Registrant ID,Action\n" + rows.map { "\($0.meeting),\($0.id),approve\n" }.joined()
    }

    init() { run.sandbox.isOpen = true }

    private static func people(_ count: Int) -> [(meeting: String, id: String)] {
        (0..<count).map { (meeting, "r\($0)") }
    }

    /// One row for each of so many meetings.
    private static func meetings(_ count: Int) -> [(meeting: String, id: String)] {
        (0..<count).map { ("845120933\(10 + $0)", "r\($0)") }
    }

    /// The scene of a row of the table; nil where there is none, so that a new row fails the tests until it has one.
    static func of(_ row: String) -> AnswerScene? {
        meetingScene(row) ?? registrantScene(row) ?? limitScene(row) ?? passingScene(row) ?? stoppingScene(row)
    }

    // MARK: What fails a meeting

    private static func meetingScene(_ row: String) -> AnswerScene? {
        let refusals: [String: (Refusal, String)] = [
            "registration not required": (.registration, "HTTP 300, code 300"),
            "registration not required (newer form)": (.registrationNewer, "HTTP 400, code 300"),
            "invalid number": (.invalidNumber300, "HTTP 300, code 300"),
            "expired": (.expired, "HTTP 400, code 300"),
            "occurrence missing": (.occurrenceMissing, "HTTP 400, code 3000"),
            "a webinar's number": (.webinarsNumber, "HTTP 400, code 3000"),
            "host may not host": (.mayNotHost, "HTTP 400, code 3161"),
            "full": (.full, "HTTP 400, code 3035"),
            "over": (.over, "HTTP 400, code 3038"),
            "other account": (.otherAccount, "HTTP 400, code 1010"),
            "no access to the meeting": (.noAccess, "HTTP 400, code 3000"),
            "not the host": (.notHost, "HTTP 400, code 3003"),
            "host missing": (.userMissing, "HTTP 404, code 1001"),
            "meeting missing": (.missing, "HTTP 404, code 3001"),
            "webinar plan missing": (.webinarPlan, "HTTP 400, code 200"),
            "no permission": (.noPermission, "HTTP 400, code 200"),
        ]
        guard let (refusal, reason) = refusals[row] else { return nil }
        var scene = AnswerScene()
        scene.run.sandbox.seed = Seed(meetings: [SeedMeeting(id: meeting, refuse: refusal)])
        // More than one batch: the others are failed without being sent.
        scene.rows = people(70)
        (scene.outcomes, scene.reason) = ([.failed: 70], reason)
        return scene
    }

    // MARK: What is about registrants

    private static func registrantScene(_ row: String) -> AnswerScene? {
        var scene = AnswerScene()
        switch row {
        case "updated": break
        case "too many registrants":
            scene.run.sandbox.seed = Seed(meetings: [SeedMeeting(id: meeting, mostRegistrants: 2, open: true)])
            scene.rows = people(9)
            scene.outcomes = [.applied: 9]
        case "too large": scene.answer(CannedAnswer(status: 413, message: "Too large", times: 1))
        case "validation failed", "registrant missing", "the host's own address":
            let refusals: [String: (PersonRefusal, String)] = [
                "validation failed": (.invalid, "Validation Failed."),
                "registrant missing": (.missing, "HTTP 400, code 3000"),
                "the host's own address": (.host, "HTTP 400, code 3027"),
            ]
            guard let (refusal, reason) = refusals[row] else { return nil }
            let bad = SeedRegistrant(id: "r1", refuse: refusal)
            scene.run.sandbox.seed = Seed(meetings: [SeedMeeting(id: meeting, registrants: [bad], open: true)])
            (scene.outcomes, scene.reason) = ([.applied: 2, .failed: 1], reason)
        case "not found":
            let people = [SeedRegistrant(id: "r0"), SeedRegistrant(id: "r2")]
            scene.run.sandbox.seed = Seed(meetings: [SeedMeeting(id: meeting, registrants: people)])
            scene.run.sandbox.isOpen = false
            (scene.outcomes, scene.reason) = ([.applied: 2, .failed: 1], "HTTP 404")
        case "bad request":
            scene.answer(CannedAnswer(status: 400, code: 9_999, message: "Word for word."))
            scene.rows = people(1)
            (scene.outcomes, scene.reason) = ([.failed: 1], "HTTP 400, code 9999: Word for word.")
        case "unprocessable": scene.answer(CannedAnswer(status: 422, message: "No.", times: 1))
        default: return nil
        }
        return scene
    }

    // MARK: Limits

    private static func limitScene(_ row: String) -> AnswerScene? {
        var scene = AnswerScene()
        switch row {
        case "registrant's day limit":
            let spent = SeedRegistrant(id: "r1", changesToday: 10)
            scene.run.sandbox.seed = Seed(meetings: [SeedMeeting(id: meeting, registrants: [spent], open: true)])
            (scene.ending, scene.outcomes) = (.workRemains, [.applied: 2, .deferred: 1])
        case "meeting's day limit":
            scene.run.sandbox.seed = Seed(webinars: [SeedMeeting(id: meeting, requestsToday: 10, open: true)])
            scene.run.sheet.webinars = true
            (scene.ending, scene.outcomes) = (.workRemains, [.deferred: 3])
        case "account's day limit":
            scene.run.sandbox.perDay = 0
            (scene.ending, scene.outcomes) = (.workRemains, [.deferred: 3])
        case "too many at once":
            scene.answer(CannedAnswer(status: 429, message: "Too many concurrent requests.", times: 1))
        case "too fast":
            scene.run.sandbox.plan = .free
            scene.rows = meetings(6)
            scene.outcomes = [.applied: 6]
        default: return nil
        }
        return scene
    }

    // MARK: What passes

    private static func passingScene(_ row: String) -> AnswerScene? {
        let once: [String: CannedAnswer] = [
            "not applied": CannedAnswer(status: 200, message: "OK", times: 1),
            "not Zoom": CannedAnswer(status: 404, body: "<html>No</html>", contentType: "text/html", times: 1),
            "request timeout": CannedAnswer(status: 408, message: "Late.", times: 1),
            "conflict": CannedAnswer(status: 409, message: "Busy.", times: 1),
            "locked": CannedAnswer(status: 423, message: "Locked.", times: 1),
            "server trouble": CannedAnswer(status: 503, message: "Trouble.", times: 1),
            "not HTTP": CannedAnswer(status: 799, message: "?", times: 1),
        ]
        var scene = AnswerScene()
        if let answer = once[row] {
            scene.answer(answer)
            return scene
        }
        switch row {
        case "cut", "timeout":
            scene.run.sandbox.faults = [FaultRule(row == "cut" ? .cut(applied: true) : .hang, .every(2))]
            scene.run.answerTime = .milliseconds(200)
            scene.rows = meetings(2)
            scene.outcomes = [.applied: 2]
        case "no token":
            scene.run.sandbox.faults = [FaultRule(.status(503, applied: false), .every(1), ofToken: true)]
            scene.run.credentials = .sandboxApp()
            scene.run.recovers = true
        default: return nil
        }
        return scene
    }

    // MARK: What stops the run, with nothing failed

    private static func stoppingScene(_ row: String) -> AnswerScene? {
        var scene = AnswerScene()
        scene.outcomes = [.pending: 3]
        scene.ending = .credentialsRefused
        switch row {
        case "scopes missing":
            scene.run.sandbox.seed = Seed(meetings: [SeedMeeting(id: meeting, refuse: .scopeMissing)])
        case "token empty": scene.run.sandbox.seed = Seed(meetings: [SeedMeeting(id: meeting, refuse: .emptyToken)])
        case "invalid key": scene.run.sandbox.seed = Seed(meetings: [SeedMeeting(id: meeting, refuse: .invalidKey)])
        case "token refused": scene.run.credentials = .token(Secret("stale"))
        case "unauthorized": scene.answer(CannedAnswer(status: 401, body: ""))
        case "credentials refused":
            scene.run.credentials = .sandboxApp(secret: "wrong")
        case "forbidden": scene.answer(CannedAnswer(status: 403, message: "No."))
        case "not understood":
            scene.answer(CannedAnswer(status: 405, message: "No."))
            scene.ending = .unreachable
        case "redirect":
            scene.run.sandbox.faults = [FaultRule(.redirect, .every(1))]
            scene.ending = .unreachable
        case "TLS":
            scene.run.address = .secure
            scene.ending = .unreachable
        case "unreachable":
            // Enough meetings that the run gives up as a whole, before any batch has failed too often by itself.
            scene.rows = meetings(12)
            scene.run.address = .nobody
            (scene.ending, scene.outcomes) = (.unreachable, [.pending: 12])
        default: return nil
        }
        return scene
    }

    private mutating func answer(_ answer: CannedAnswer) {
        run.sandbox.seed = Seed(meetings: [SeedMeeting(id: Self.meeting, answer: answer, open: true)])
    }
}
