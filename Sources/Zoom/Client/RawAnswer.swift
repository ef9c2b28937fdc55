import NIOHTTP1

/// An HTTP answer as it came, with no more of its body than was asked for.
struct RawAnswer: Sendable {
    let status: Int
    private(set) var headers: HTTPHeaders
    var body: [UInt8]
    /// Whether `body` is the whole of it.
    var isWhole: Bool

    init(status: Int, headers: HTTPHeaders, body: [UInt8], isWhole: Bool) {
        self.status = status
        self.headers = headers
        self.body = body
        self.isWhole = isWhole
    }

    /// The answer without a secret that a server repeats: its words go to the journal, the results and the log.
    func masking(_ secret: Secret) -> RawAnswer {
        guard !secret.isEmpty else { return self }
        var masked = self
        masked.body = body.replacing(Array(secret.value.utf8), with: Array("(secret)".utf8))
        masked.headers = HTTPHeaders(headers.map { ($0.name, $0.value.replacing(secret.value, with: "(secret)")) })
        return masked
    }
}

extension Answer {
    /// What of an HTTP answer matters.
    init(_ raw: RawAnswer) {
        let body = AnswerBody(raw.body, contentType: raw.headers.first(name: "content-type"), isWhole: raw.isWhole)
        func text(_ name: String) -> String? {
            raw.headers.first(name: name).flatMap { MessageText.clean($0.prefix(256)) }
        }
        self.init(
            status: raw.status,
            code: body.code,
            message: body.message,
            trackingID: text("x-zm-trackingid"),
            rateLimitType: text("X-RateLimit-Type"),
            retryAfter: text("Retry-After").flatMap { RetryAfter($0) },
            date: text("Date").flatMap { HTTPDate($0)?.date },
            form: body.form
        )
    }
}
