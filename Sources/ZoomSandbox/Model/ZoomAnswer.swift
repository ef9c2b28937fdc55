/// Zoom's answer, before it is put on the wire.
package struct ZoomAnswer: Error, Sendable {
    /// What is wrong with a field of the request.
    package struct FieldError: Sendable, Encodable {
        package let field: String
        package let message: String
    }

    /// An account limit that has been reached.
    package struct Limit: Sendable {
        /// `QPS` or `Daily-limit`.
        package let type: String
        package let most: Int
        /// When it ends, in seconds since 1970.
        package let end: Double
    }

    package var status: Int
    package var code: Int?
    package var message: String?
    package var errors: [FieldError] = []
    package var limit: Limit?
    /// The registrant whose limit it is, as the request names them.
    package var registrant: String?
    /// The seed's answer that replaces Zoom's.
    package var canned: CannedAnswer?

    package init(status: Int, code: Int? = nil, message: String? = nil) {
        self.status = status
        self.code = code
        self.message = message
    }
}

extension ZoomAnswer {
    static let updated = ZoomAnswer(status: 204)
    static let hostAddress = ZoomAnswer(status: 400, code: 3027, message: "Host can not register.")
    package static let invalidToken = ZoomAnswer(status: 401, code: 124, message: "Invalid access token.")
    package static let emptyToken = ZoomAnswer(status: 400, code: 4700, message: "Token cannot be empty.")
    package static let perSecond = ZoomAnswer(
        status: 429,
        code: 429,
        message: "You have reached the maximum per-second rate limit for this API. Try again later."
    )
    static let perDay = ZoomAnswer(
        status: 429,
        code: 429,
        message: "You have reached the maximum daily rate limit for this API."
    )

    package static func scopeMissing(_ scope: String) -> ZoomAnswer {
        ZoomAnswer(status: 400, code: 4711, message: "Invalid access token, does not contain scopes:[\(scope)].")
    }

    static let pageExpired = ZoomAnswer(status: 400, code: 300, message: "The next page token is invalid or expired.")

    static func registrantMissing(_ key: String) -> ZoomAnswer {
        ZoomAnswer(status: 400, code: 3000, message: "Registrant \(key) was not found.")
    }

    package static func invalid(_ field: String, _ message: String) -> ZoomAnswer {
        var answer = ZoomAnswer(status: 400, code: 300, message: "Validation Failed.")
        answer.errors = [FieldError(field: field, message: message)]
        return answer
    }

    static func registrantDay(_ limit: Int, kind: SandboxKind, registrant: String) -> ZoomAnswer {
        var answer = ZoomAnswer(
            status: 429,
            code: 429,
            message: """
                You have exceeded the daily rate limit of "\(limit)" for \(kind.rawValue) **Update registrant's status** \
                API requests for the registrant "\(registrant)". You can resume these API requests at GMT 00:00:00.
                """
        )
        answer.registrant = registrant
        return answer
    }
}
