/// An answer of the sandbox, before it is put on the wire.
struct SandboxAnswer: Sendable {
    var status: Int
    var code: Int?
    var headers: [(name: String, value: String)] = []
    var contentType = "application/json;charset=UTF-8"
    var body: [UInt8] = []

    /// An answer without a body.
    init(status: Int) {
        self.status = status
    }

    /// An answer with a body of any kind.
    init(status: Int, contentType: String, body: String) {
        self.status = status
        self.contentType = contentType
        self.body = Array(body.utf8)
    }

    /// An answer with a body of JSON.
    init(status: Int, json: [UInt8]) {
        self.status = status
        body = json
    }

    /// What a fault answers in Zoom's place.
    static func fault(_ status: Int) -> SandboxAnswer {
        status == 401 ? .invalidToken : SandboxAnswer(status: status, code: nil, message: "A fault of the sandbox.")
    }

    /// Zoom's form of a refusal.
    init(status: Int, code: Int?, message: String, errors: [(field: String, message: String)] = []) {
        self.status = status
        self.code = code
        var json = JSONText()
        json.object { json in
            if let code { json.field("code", code) }
            json.field("message", message)
            guard !errors.isEmpty else { return }
            json.array("errors", errors) { json, error in
                json.object {
                    $0.field("field", error.field)
                    $0.field("message", error.message)
                }
            }
        }
        body = json.bytes
    }
}

/// Zoom's answers, word for word where they are documented.
extension SandboxAnswer {
    static let updated = SandboxAnswer(status: 204)

    static func registrationNotRequired(_ id: String) -> SandboxAnswer {
        SandboxAnswer(status: 300, code: 300, message: "This meeting has not set registration as required:\(id).")
    }

    static func registrationNotRequiredNewer(_ id: String) -> SandboxAnswer {
        SandboxAnswer(status: 400, code: 300, message: "This meeting has not set registration as required: \(id).")
    }

    static func otherAccount(_ account: String) -> SandboxAnswer {
        SandboxAnswer(status: 400, code: 1010, message: "User does not belong to this account: \(account).")
    }

    static let noAccess = SandboxAnswer(status: 400, code: 3000, message: "Cannot access meeting information.")
    static let webinarsNumber = SandboxAnswer(status: 400, code: 3000, message: "Cannot access webinar information.")
    static let occurrenceMissing = SandboxAnswer(status: 400, code: 3000, message: "Invalid occurrence_id.")
    static let hostAddress = SandboxAnswer(status: 400, code: 3027, message: "Host can not register.")
    static let full = SandboxAnswer(
        status: 400,
        code: 3035,
        message: "Webinar has reached maximum attendee capacity."
    )
    static let over = SandboxAnswer(status: 400, code: 3038, message: "Webinar is over, you can not register now.")
    static let mayNotHost = SandboxAnswer(
        status: 400,
        code: 3161,
        message: "Meeting hosting and scheduling capabilities are not allowed for your user account."
    )

    static func registrantMissing(_ key: String) -> SandboxAnswer {
        SandboxAnswer(status: 400, code: 3000, message: "Registrant \(key) was not found.")
    }

    static func expired(_ id: String, kind: SandboxKind) -> SandboxAnswer {
        SandboxAnswer(status: 400, code: 300, message: "\(kind.title) \(id) is not found or has expired.")
    }

    static func invalidNumber(_ status: Int, kind: SandboxKind) -> SandboxAnswer {
        SandboxAnswer(status: status, code: 300, message: "Invalid \(kind.rawValue) ID.")
    }

    static let notHost = SandboxAnswer(status: 400, code: 3003, message: "You're not the meeting host.")

    static func userMissing(_ user: String) -> SandboxAnswer {
        SandboxAnswer(status: 404, code: 1001, message: "User does not exist: \(user).")
    }

    static func meetingMissing(_ id: String, kind: SandboxKind) -> SandboxAnswer {
        SandboxAnswer(status: 404, code: 3001, message: "\(kind.title) does not exist: \(id).")
    }

    static let notFound = SandboxAnswer(status: 404, code: nil, message: "Meeting or registrant not found.")
    static let invalidToken = SandboxAnswer(status: 401, code: 124, message: "Invalid access token.")
    static let emptyToken = SandboxAnswer(status: 400, code: 4700, message: "Token cannot be empty.")
    static let noPermission = SandboxAnswer(status: 400, code: 200, message: "No permission.")

    static let webinarPlan = SandboxAnswer(
        status: 400,
        code: 200,
        message: "Webinar plan is missing. Cannot use webinar API, You need to subscribe webinar plan and then enable "
            + "webinar for this user."
    )
    static let invalidKey = SandboxAnswer(status: 400, code: 200, message: "Invalid api key or secret.")

    static func scopeMissing(_ scope: String) -> SandboxAnswer {
        SandboxAnswer(status: 400, code: 4711, message: "Invalid access token, does not contain scopes:[\(scope)].")
    }

    static func invalid(_ field: String, _ message: String) -> SandboxAnswer {
        SandboxAnswer(status: 400, code: 300, message: "Validation Failed.", errors: [(field, message)])
    }

    static func tooManyRegistrants(_ most: Int) -> SandboxAnswer {
        invalid("registrants", "Too many registrants: at most \(most) in one request.")
    }

    static let perSecond = SandboxAnswer(
        status: 429,
        code: 429,
        message: "You have reached the maximum per-second rate limit for this API. Try again later."
    )

    static let perDay = SandboxAnswer(
        status: 429,
        code: 429,
        message: "You have reached the maximum daily rate limit for this API."
    )

    static func registrantDay(_ limit: Int, kind: SandboxKind, registrant: String) -> SandboxAnswer {
        SandboxAnswer(
            status: 429,
            code: 429,
            message:
                "You have exceeded the daily rate limit of \"\(limit)\" for \(kind.rawValue) **Update registrant's "
                + "status** API requests for the registrant \"\(registrant)\". You can resume these API requests at "
                + "GMT 00:00:00."
        )
    }
}

/// How the sandbox writes `Retry-After`. Zoom documents ISO 8601; HTTP knows the other two.
package enum RetryAfterForm: String, Sendable, Hashable, CaseIterable {
    /// A number of seconds.
    case seconds
    /// An HTTP date.
    case date
    /// `2020-05-31T00:00:00Z`.
    case iso
    /// Not at all.
    case none
}
