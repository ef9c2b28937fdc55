import ZoomModel

/// A sandbox that gives one answer of the table, a spreadsheet that meets it, and how the run must end.
struct AnswerScene: Sendable {
    var sandbox: [String] = ["--open"]
    var seed: Seed?
    var sheet = Spreadsheet.one(meeting: meeting, registrants: 3)
    var arguments: [String] = []
    var environment: [String: String?] = [:]
    /// What stands in place of the sandbox's address.
    var address: Address = .sandbox
    /// Whether the faults end after the sandbox's first request.
    var recovers = false

    /// The exit code.
    var code: Int32 = 0
    /// Rows by outcome.
    var outcomes: [String: Int] = ["applied": 3]
    /// What the reason of some row must hold.
    var reason: String?

    /// Where `usher` sends to.
    enum Address: Sendable {
        case sandbox
        /// Nobody listens.
        case nobody
        /// The sandbox, but with TLS, which it does not speak.
        case secure
    }

    static let meeting = "84512093377"

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
        scene.seed = Seed(meetings: [SeedMeeting(id: meeting, refuse: refusal)])
        // More than one batch: the others are failed without being sent.
        scene.sheet = .one(meeting: meeting, registrants: 70)
        (scene.code, scene.outcomes, scene.reason) = (1, ["failed": 70], reason)
        return scene
    }

    // MARK: What is about registrants

    private static func registrantScene(_ row: String) -> AnswerScene? {
        var scene = AnswerScene()
        switch row {
        case "updated": break
        case "too many registrants":
            scene.seed = Seed(meetings: [SeedMeeting(id: meeting, mostRegistrants: 2, open: true)])
            scene.sheet = .one(meeting: meeting, registrants: 9)
            scene.outcomes = ["applied": 9]
        case "too large": scene.answer(CannedAnswer(status: 413, message: "Too large", times: 1))
        case "validation failed", "registrant missing", "the host's own address":
            let refusals: [String: (PersonRefusal, String)] = [
                "validation failed": (.invalid, "Validation Failed."),
                "registrant missing": (.missing, "HTTP 400, code 3000"),
                "the host's own address": (.host, "HTTP 400, code 3027"),
            ]
            guard let (refusal, reason) = refusals[row] else { return nil }
            let bad = SeedRegistrant(id: "r1", refuse: refusal)
            scene.seed = Seed(meetings: [SeedMeeting(id: meeting, registrants: [bad], open: true)])
            (scene.code, scene.outcomes, scene.reason) = (1, ["applied": 2, "failed": 1], reason)
        case "not found":
            let people = [SeedRegistrant(id: "r0"), SeedRegistrant(id: "r2")]
            scene.seed = Seed(meetings: [SeedMeeting(id: meeting, registrants: people)])
            scene.sandbox = []
            (scene.code, scene.outcomes, scene.reason) = (1, ["applied": 2, "failed": 1], "HTTP 404")
        case "bad request":
            scene.answer(CannedAnswer(status: 400, code: 9_999, message: "Word for word."))
            scene.sheet = .one(meeting: meeting, registrants: 1)
            (scene.code, scene.outcomes, scene.reason) = (1, ["failed": 1], "HTTP 400, code 9999: Word for word.")
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
            scene.seed = Seed(meetings: [SeedMeeting(id: meeting, registrants: [spent], open: true)])
            (scene.code, scene.outcomes) = (75, ["applied": 2, "deferred": 1])
        case "meeting's day limit":
            scene.seed = Seed(webinars: [SeedMeeting(id: meeting, requestsToday: 10, open: true)])
            scene.arguments = ["--webinars"]
            (scene.code, scene.outcomes) = (75, ["deferred": 3])
        case "account's day limit":
            scene.sandbox += ["--daily", "0"]
            (scene.code, scene.outcomes) = (75, ["deferred": 3])
        case "too many at once":
            scene.answer(CannedAnswer(status: 429, message: "Too many concurrent requests.", times: 1))
        case "too fast":
            scene.sandbox += ["--plan", "free"]
            scene.sheet.rows = (0..<6).map { Spreadsheet.Row(meeting: "8451209337\($0)", registrant: "r\($0)") }
            scene.outcomes = ["applied": 6]
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
            scene.sandbox += ["--fail", row == "cut" ? "cut-after:every=2" : "hang:every=2"]
            scene.sheet.rows = (0..<2).map { Spreadsheet.Row(meeting: "8451209337\($0)", registrant: "r\($0)") }
            scene.outcomes = ["applied": 2]
        case "no token":
            scene.sandbox += ["--fail", "token-503:1"]
            scene.environment = Sandbox.credentialsOnly
            scene.recovers = true
        default: return nil
        }
        return scene
    }

    // MARK: What stops the run, with nothing failed

    private static func stoppingScene(_ row: String) -> AnswerScene? {
        var scene = AnswerScene()
        scene.outcomes = ["pending": 3]
        scene.code = 77
        switch row {
        case "scopes missing": scene.seed = Seed(meetings: [SeedMeeting(id: meeting, refuse: .scopeMissing)])
        case "token empty": scene.seed = Seed(meetings: [SeedMeeting(id: meeting, refuse: .emptyToken)])
        case "invalid key": scene.seed = Seed(meetings: [SeedMeeting(id: meeting, refuse: .invalidKey)])
        case "token refused": scene.environment = ["ZOOM_ACCESS_TOKEN": "stale"]
        case "unauthorized": scene.answer(CannedAnswer(status: 401, body: ""))
        case "credentials refused":
            scene.environment = Sandbox.credentialsOnly
            scene.environment["ZOOM_CLIENT_SECRET"] = "wrong"
        case "forbidden": scene.answer(CannedAnswer(status: 403, message: "No."))
        case "not understood":
            scene.answer(CannedAnswer(status: 405, message: "No."))
            scene.code = 69
        case "redirect":
            scene.sandbox += ["--fail", "redirect:1"]
            scene.code = 69
        case "TLS":
            scene.address = .secure
            scene.code = 69
        case "unreachable":
            // Enough meetings that the run gives up as a whole, before any batch has failed too often by itself.
            scene.sheet.rows = (0..<12).map { Spreadsheet.Row(meeting: "845120933\(10 + $0)", registrant: "r\($0)") }
            scene.address = .nobody
            (scene.code, scene.outcomes) = (69, ["pending": 12])
        default: return nil
        }
        return scene
    }

    private mutating func answer(_ answer: CannedAnswer) {
        seed = Seed(meetings: [SeedMeeting(id: Self.meeting, answer: answer, open: true)])
    }
}
