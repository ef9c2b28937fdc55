import NIOHTTP1

/// An HTTP answer as it came, with no more of its body than was asked for.
struct RawAnswer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]
    /// Whether `body` is the whole of it.
    let isWhole: Bool
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
