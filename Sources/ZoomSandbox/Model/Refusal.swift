/// Why Zoom refuses every request to a meeting, as a seed names it.
package enum Refusal: String, Sendable, Hashable, CaseIterable, Codable {
    /// HTTP 300, code 300: registration is not required.
    case registration = "300"
    /// HTTP 400, code 300: the same in its newer form.
    case registrationNewer = "400/300"
    /// HTTP 400, code 1010: the user belongs to another account.
    case otherAccount = "1010"
    /// HTTP 400, code 3000: cannot access meeting information.
    case noAccess = "3000"
    /// HTTP 400, code 3000: cannot access webinar information, at a meeting's address.
    case webinarsNumber = "3000/webinar"
    /// HTTP 400, code 3000: no such occurrence.
    case occurrenceMissing = "3000/occurrence"
    /// HTTP 400, code 3161: the host may not host.
    case mayNotHost = "3161"
    /// HTTP 400, code 3035: the webinar is full, so that approvals are refused.
    case full = "3035"
    /// HTTP 400, code 3038: the webinar is over.
    case over = "3038"
    /// HTTP 400, code 300: "is not found or has expired".
    case expired = "expired"
    /// HTTP 400, code 300: "Invalid webinar ID".
    case invalidNumber = "invalid-id"
    /// HTTP 300: the same.
    case invalidNumber300 = "300/invalid-id"
    /// HTTP 400, code 3003: not the host.
    case notHost = "3003"
    /// HTTP 200, code 3003: the same, disguised as a success.
    case disguised = "200/3003"
    /// HTTP 404, code 1001: the user does not exist.
    case userMissing = "1001"
    /// HTTP 404, code 3001: the meeting does not exist.
    case missing = "3001"
    /// HTTP 404 without a code.
    case notFound = "404"
    /// HTTP 400, code 300: "Validation Failed."
    case invalid = "validation"
    /// HTTP 400, code 4711: a scope is missing.
    case scopeMissing = "4711"
    /// HTTP 400, code 4700: no token.
    case emptyToken = "4700"
    /// HTTP 400, code 200: no permission.
    case noPermission = "200"
    /// HTTP 400, code 200: the host has no webinar plan.
    case webinarPlan = "webinar-plan"
    /// HTTP 400, code 200: an invalid key.
    case invalidKey = "api-key"
    /// HTTP 400, code 9999: an undocumented code.
    case unheardOf = "9999"

    /// Zoom's answer, word for word if it is documented.
    package func answer(id: String, kind: SandboxKind) -> ZoomAnswer {
        if self == .invalid { return .invalid("registrants", "Invalid field.") }
        let (status, code, message): (Int, Int?, String) =
            switch self {
            case .registration: (300, 300, "This meeting has not set registration as required:\(id).")
            case .registrationNewer: (400, 300, "This meeting has not set registration as required: \(id).")
            case .otherAccount: (400, 1010, "User does not belong to this account: sandbox-account.")
            case .noAccess: (400, 3000, "Cannot access meeting information.")
            case .webinarsNumber: (400, 3000, "Cannot access webinar information.")
            case .occurrenceMissing: (400, 3000, "Invalid occurrence_id.")
            case .mayNotHost:
                (400, 3161, "Meeting hosting and scheduling capabilities are not allowed for your user account.")
            case .full: (400, 3035, "Webinar has reached maximum attendee capacity.")
            case .over: (400, 3038, "Webinar is over, you can not register now.")
            case .expired: (400, 300, "\(kind.title) \(id) is not found or has expired.")
            case .invalidNumber: (400, 300, "Invalid \(kind.rawValue) ID.")
            case .invalidNumber300: (300, 300, "Invalid \(kind.rawValue) ID.")
            case .notHost: (400, 3003, "You're not the meeting host.")
            case .disguised: (200, 3003, "You're not the meeting host.")
            case .userMissing: (404, 1001, "User does not exist: sandbox-host.")
            case .missing: (404, 3001, "\(kind.title) does not exist: \(id).")
            case .notFound: (404, nil, "Meeting or registrant not found.")
            case .invalid: (400, 300, "Validation Failed.")
            case .scopeMissing: (400, 4711, "Invalid access token, does not contain scopes:[meeting:write].")
            case .emptyToken: (400, 4700, "Token cannot be empty.")
            case .noPermission: (400, 200, "No permission.")
            case .webinarPlan:
                (
                    400, 200,
                    "Webinar plan is missing. Cannot use webinar API, You need to subscribe webinar plan and then "
                        + "enable webinar for this user."
                )
            case .invalidKey: (400, 200, "Invalid api key or secret.")
            case .unheardOf: (400, 9_999, "Something is wrong.")
            }
        return ZoomAnswer(status: status, code: code, message: message)
    }
}

/// An answer that a seed prescribes for a meeting, for anything a test wants Zoom to say.
package struct CannedAnswer: Sendable, Codable {
    /// The HTTP status.
    package var status: Int
    /// Zoom's code.
    package var code: Int?
    /// Zoom's message; with it the body is Zoom's JSON.
    package var message: String?
    /// The body as it is; used when there is no message.
    package var body: String?
    /// The body's type; without it, JSON.
    package var contentType: String?
    /// More headers.
    package var headers: [String: String]?
    /// How many requests get it before the meeting answers as usual; without it, all.
    package var times: Int?

    package init(
        status: Int,
        code: Int? = nil,
        message: String? = nil,
        body: String? = nil,
        contentType: String? = nil,
        headers: [String: String]? = nil,
        times: Int? = nil
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.body = body
        self.contentType = contentType
        self.headers = headers
        self.times = times
    }

    var answer: ZoomAnswer {
        var answer = ZoomAnswer(status: status, code: code, message: message)
        answer.canned = self
        return answer
    }
}
