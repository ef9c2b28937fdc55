package import FoundationEssentials

/// An HTTP answer, reduced to what is known to matter.
package struct Answer: Sendable, Hashable {
    /// What the body was, as far as it says who spoke.
    package enum Form: String, Sendable, Hashable, CaseIterable {
        /// No body at all.
        case empty
        /// A JSON object: Zoom's own way to answer.
        case json
        /// Plain text, or JSON of another shape.
        case text
        /// HTML: something between here and Zoom, or a wrong address.
        case html
        /// More than Usher reads; the rest was dropped, and the connection with it.
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

extension Reply {
    /// The reply with the status that its code deserves: an error code in the body of a 2xx is a refusal in the dress of a
    /// success. Source: Zoom's older page of the webinars' endpoint; devforum 43655.
    var withoutDisguise: Reply {
        guard case .answer(var answer) = self, (200...299).contains(answer.status), answer.status != 204,
            answer.form == .json, let code = answer.code
        else { return self }
        switch code {
        case 400...599: answer.status = code
        case 200 where answer.isAboutPermission: answer.status = 400
        // Like HTTP's own: no error.
        case 0, 200...299: break
        default: answer.status = 400
        }
        return .answer(answer)
    }
}

extension Answer {
    /// Code 200 is also Zoom's for what nobody may do.
    fileprivate var isAboutPermission: Bool {
        let words = message?.lowercased() ?? ""
        return ["permission", "plan", "api key", "secret"].contains(where: words.contains)
    }
}
