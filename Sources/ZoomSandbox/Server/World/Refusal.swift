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
    /// HTTP 400, code 3035: the webinar is full.
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

    func answer(id: String, kind: SandboxKind) -> SandboxAnswer {
        switch self {
        case .registration: .registrationNotRequired(id)
        case .registrationNewer: .registrationNotRequiredNewer(id)
        case .otherAccount: .otherAccount("sandbox-account")
        case .noAccess: .noAccess
        case .webinarsNumber: .webinarsNumber
        case .occurrenceMissing: .occurrenceMissing
        case .mayNotHost: .mayNotHost
        case .full: .full
        case .over: .over
        case .expired: .expired(id, kind: kind)
        case .invalidNumber: .invalidNumber(400, kind: kind)
        case .invalidNumber300: .invalidNumber(300, kind: kind)
        case .notHost: .notHost
        case .userMissing: .userMissing("sandbox-host")
        case .missing: .meetingMissing(id, kind: kind)
        case .notFound: .notFound
        case .invalid: .invalid("registrants", "Invalid field.")
        case .scopeMissing: .scopeMissing("meeting:update:registrant_status:admin")
        case .emptyToken: .emptyToken
        case .noPermission: .noPermission
        case .webinarPlan: .webinarPlan
        case .invalidKey: .invalidKey
        }
    }
}

/// An answer that a seed prescribes for a meeting, for whatever a test wants Zoom to say.
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

    var answer: SandboxAnswer {
        var answer =
            if let message {
                SandboxAnswer(status: status, code: code, message: message)
            } else {
                SandboxAnswer(status: status, contentType: contentType ?? "application/json", body: body ?? "")
            }
        if let contentType { answer.contentType = contentType }
        answer.code = code
        answer.headers = (headers ?? [:]).map { ($0.key, $0.value) }
        return answer
    }
}
