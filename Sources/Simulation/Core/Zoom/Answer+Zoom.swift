import Zoom

/// Zoom's answers, word for word where they are documented.
extension Answer {
    static let notFound = Answer(status: 404, message: "Meeting or registrant not found.")
    static let invalidToken = Answer(status: 401, code: 124, message: "Invalid access token.")
    static let badGateway = Answer(status: 502, message: "<html><body>Bad Gateway</body></html>", form: .html)
    static let serverError = Answer(status: 500, code: 500, message: "Internal error.")
    static let busy = Answer(status: 503)
    static let blocked = Answer(status: 403, message: "<html>Blocked by policy</html>", form: .html)

    static let meetingMissing = Answer(status: 404, code: 3001, message: "Meeting does not exist.")
    static let notHost = Answer(status: 400, code: 3003, message: "You're not the meeting host.")
    static let mayNotHost = Answer(status: 400, code: 3161, message: "Meeting hosting is not allowed for your account.")
    static let over = Answer(status: 400, code: 3038, message: "Webinar is over.")
    static let expired = Answer(status: 400, code: 300, message: "Meeting 1 is not found or has expired.")
    static let disguised = Answer(status: 200, code: 3003, message: "You're not the meeting host.")
    static let full = Answer(status: 400, code: 3035, message: "Webinar has reached maximum attendee capacity.")
    static let unheardOf = Answer(status: 400, code: 9_999, message: "Something is wrong.")
    static let noPermission = Answer(status: 400, code: 200, message: "No permission.")
    static let noWebinarPlan = Answer(status: 400, code: 200, message: "Webinar plan is missing.")
    static let noRegistration = Answer(
        status: 300,
        code: 300,
        message: "This meeting has not set registration as required: 1."
    )

    static let tooFast = Answer(
        status: 429,
        code: 429,
        message: "You have reached the maximum per-second rate limit for this API. Try again later.",
        rateLimitType: "QPS"
    )
    static let tooManyAtOnce = Answer(status: 429, code: 429, message: "Too many concurrent requests.")
    static let accountDay = Answer(
        status: 429,
        code: 429,
        message:
            "You have reached the maximum daily rate limit for this API. Refer to the response header for details.",
        rateLimitType: "Daily-limit"
    )

    /// One who is not registered, named.
    static func registrantMissing(_ name: String) -> Answer {
        Answer(status: 400, code: 3000, message: "Registrant \(name) was not found.")
    }

    /// The eleventh request to a webinar, naming somebody who may have had no change at all.
    static func webinarDay(_ name: String) -> Answer {
        var answer = registrantDay(10, name)
        answer.message?.replace("for meeting", with: "for webinar")
        return answer
    }

    static func tooMany(_ most: Int) -> Answer {
        Answer(status: 400, code: 300, message: "Too many registrants: at most \(most) in one request.")
    }

    static func registrantDay(_ limit: Int, _ name: String) -> Answer {
        Answer(
            status: 429,
            code: 429,
            message: """
                You have exceeded the daily rate limit of "\(limit)" for meeting **Update registrant's status** API \
                requests for the registrant "\(name)". You can resume these API requests at GMT 00:00:00.
                """
        )
    }
}
