import Files
package import FoundationEssentials

/// An HTTP answer, reduced to what matters.
package struct Answer: Sendable, Hashable {
    /// The kind of body, which shows who answered.
    package enum Form: String, Sendable, Hashable, CaseIterable {
        /// No body at all.
        case empty
        /// A JSON object: Zoom's own form.
        case json
        /// Plain text, or JSON of another shape.
        case text
        /// HTML: from something between here and Zoom, or from a wrong address.
        case html
        /// More than Usher reads; the rest and the connection were dropped.
        case tooLarge
    }

    /// The HTTP status, for example 204.
    package var status: Int
    /// Zoom's own code from the body, for example 3001.
    package var code: Int?
    /// Zoom's message, word for word, shortened to 1,000 characters.
    package var message: String?
    /// Header `x-zm-trackingid`: Zoom's support asks for it.
    package var trackingID: String?
    /// Header `X-RateLimit-Type`: `QPS` or `Daily-limit`; often missing.
    package var rateLimitType: String?
    /// Header `Retry-After`, in any of its three forms.
    package var retryAfter: RetryAfter?
    /// Header `Date`: the server's clock.
    package var date: Date?
    /// What the body was.
    package var form: Form

    package init(
        status: Int,
        code: Int? = nil,
        message: String? = nil,
        trackingID: String? = nil,
        rateLimitType: String? = nil,
        retryAfter: RetryAfter? = nil,
        date: Date? = nil,
        form: Form? = nil
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.trackingID = trackingID
        self.rateLimitType = rateLimitType
        self.retryAfter = retryAfter
        self.date = date
        self.form = form ?? (code == nil && message == nil ? .empty : .json)
    }
}

extension SendResult {
    /// The reply with the status that its code deserves: an error code in the body of a 2xx is a refusal disguised as a
    /// success. Source: Zoom's older page of the webinars' endpoint; devforum 43655.
    var withoutDisguise: SendResult {
        guard case .answer(var answer) = self, (200...299).contains(answer.status), answer.status != 204,
            answer.form == .json, let code = answer.code
        else { return self }
        switch code {
        case 400...599: answer.status = code
        case 200 where answer.isAboutPermission: answer.status = 400
        // Like HTTP's own success statuses: not an error.
        case 0, 200...299: break
        default: answer.status = 400
        }
        return .answer(answer)
    }
}

extension Answer {
    /// Zoom also uses code 200 for what is not permitted.
    fileprivate var isAboutPermission: Bool {
        let words = message?.lowercased() ?? ""
        return ["permission", "plan", "api key", "secret"].contains(where: words.contains)
    }
}

/// What the body of an answer says, read leniently: Zoom's JSON, or anything else a server may send.
struct AnswerBody: Equatable {
    /// What kind of body it is.
    var form: Answer.Form
    /// Zoom's code, given as a number or as text.
    var code: Int?
    /// The message, followed by those of its `errors`.
    var message: String?

    /// Reads a body; `isWhole` is false if only part of it was read.
    ///
    /// - Parameter masked: Removes secrets from a text.
    init(_ bytes: [UInt8], contentType: String?, isWhole: Bool, masked: (String) -> String = { $0 }) {
        guard !bytes.isEmpty else {
            self.init(form: .empty, code: nil, message: nil)
            return
        }
        if isWhole, let said = try? JSONDecoder().decode(Said.self, from: Data(bytes)) {
            self.init(form: .json, code: said.code, message: masked(said.text).message())
            return
        }
        let text = String(decoding: bytes.prefix(4 * CleanText.messageLimit), as: UTF8.self).message()
        let looksLikeHTML = contentType?.lowercased().contains("html") == true || text?.hasPrefix("<") == true
        self.init(
            form: !isWhole ? .tooLarge : looksLikeHTML ? .html : text == nil ? .empty : .text,
            code: nil,
            message: text
        )
    }

    private init(form: Answer.Form, code: Int?, message: String?) {
        self.form = form
        self.code = code
        self.message = message
    }

    /// `{"code":300,"message":"Validation Failed.","errors":[{"field":"registrants","message":"Invalid field."}]}`,
    /// each part of which may be missing or of another type.
    private struct Said: Decodable {
        let code: Int?
        let text: String

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            code =
                (try? fields.decode(Int.self, forKey: .code))
                ?? (try? fields.decode(String.self, forKey: .code)).flatMap { Int($0) }
            // The token endpoint says `reason` and `error` where the API says `message`.
            let said = [Key.message, .reason, .error].lazy.compactMap { try? fields.decode(String.self, forKey: $0) }
            let errors = (try? fields.decode([FieldError].self, forKey: .errors)) ?? []
            text = ([said.first].compactMap(\.self) + errors.map(\.text)).joined(separator: " ")
        }

        enum Key: String, CodingKey { case code, message, reason, error, errors }
    }

    private struct FieldError: Decodable {
        let field: String?
        let message: String?

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            field = try? fields.decode(String.self, forKey: .field)
            message = try? fields.decode(String.self, forKey: .message)
        }

        enum Key: String, CodingKey { case field, message }

        var text: String {
            switch (field, message) {
            case (let field?, let message?): "[\(field): \(message)]"
            case (let text?, nil), (nil, let text?): "[\(text)]"
            case (nil, nil): ""
            }
        }
    }
}

/// The result of a request: an HTTP answer, or why there is none.
package enum SendResult: Sendable, Hashable {
    /// Zoom (or something in front of it) answered.
    case answer(Answer)
    /// No answer: whether the request was applied is unknown, unless ``RequestFailure/neverSent``.
    case noAnswer(RequestFailure)
}
