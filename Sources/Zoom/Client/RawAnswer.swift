import NIOHTTP1

/// An HTTP answer as it came, with no more of its body than was asked for.
struct RawAnswer: Sendable {
    let status: Int
    private(set) var headers: HTTPHeaders
    var body: [UInt8]
    /// Whether `body` is the whole of it.
    var isWhole: Bool
    /// What a server must not bring into a message.
    private var secrets: [String] = []

    init(status: Int, headers: HTTPHeaders, body: [UInt8], isWhole: Bool) {
        self.status = status
        self.headers = headers
        self.body = body
        self.isWhole = isWhole
    }

    /// The answer without secrets that a server repeats: its words go to the journal, the results and the log.
    func masking(_ secrets: [Secret]) -> RawAnswer {
        var masked = self
        masked.secrets = secrets.map(\.value).filter { !$0.isEmpty }
        for secret in masked.secrets {
            masked.body = masked.body.replacing(Array(secret.utf8), with: Array(Self.mask.utf8))
        }
        masked.headers = HTTPHeaders(headers.map { ($0.name, masked.masked($0.value)) })
        return masked
    }

    /// A text of the answer without the secrets: JSON can write one so that only the decoded text shows it.
    func masked(_ text: String) -> String {
        secrets.reduce(text) { $0.replacing($1, with: Self.mask) }
    }

    private static let mask = "(secret)"
}

extension Answer {
    /// What of an HTTP answer matters.
    init(_ raw: RawAnswer) {
        let body = AnswerBody(
            raw.body,
            contentType: raw.headers.first(name: "content-type"),
            isWhole: raw.isWhole,
            masked: raw.masked
        )
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
