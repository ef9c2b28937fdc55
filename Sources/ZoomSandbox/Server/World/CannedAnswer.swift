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
