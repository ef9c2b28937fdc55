package import Decisions

/// What Zoom's answers mean, one row per answer: the only place where Usher interprets them.
///
/// The first matching row applies. The last rows of each status are its default, so every reply has a row.
package enum AnswerTable {
    /// All rows, in the order in which they are tried.
    package static let rows: [AnswerRow] =
        success + credentials + limits + meetings + registrants + elsewhere + server + silence + unknown

    /// What a reply to a status update means.
    package static func disposition(for reply: SendResult, to update: StatusUpdate) -> Disposition {
        let row = row(for: reply, to: update)
        let explanation = Explanation(row: row, reply: reply, kind: update.target.kind)
        return Disposition(
            subject: row.subject,
            nextStep: nextStep(of: row, for: reply, to: update),
            explanation: explanation.text,
            ofAll: row.nextStep == .split ? explanation.ofAll : nil
        )
    }

    /// What the refusal of a listing means. A listing is about one meeting or webinar, so a refusal fails that; there
    /// is no batch to split. Asked about one registrant, what may be a registrant's fault is that one's.
    package static func disposition(for reply: SendResult, to query: RegistrantQuery) -> Disposition {
        let row = row(for: reply, to: nil, at: query.target.kind)
        let explanation = Explanation(row: row, reply: reply, kind: query.target.kind).text
        let nextStep: Disposition.NextStep =
            switch row.nextStep {
            case .split where query.registrant != nil: .failRegistrant
            case .split, .halve, .failAction: .failTarget
            // A listing is never answered with 204.
            case .applied: .retry(nil)
            default: nextStep(of: row, for: reply, to: nil)
            }
        let isRegistrants = row.subject == .registrant && query.registrant == nil
        let subject: Disposition.Subject = isRegistrants ? .meeting : row.subject
        return Disposition(subject: subject, nextStep: nextStep, explanation: explanation)
    }

    /// What the refusal of a host's list means: it is about that host, whose meetings are no batch to split.
    package static func disposition(for reply: SendResult, to query: HostQuery) -> Disposition {
        let row = row(for: reply, to: nil, at: query.kind)
        let nextStep: Disposition.NextStep =
            switch row.nextStep {
            case .split, .halve, .failAction: .failTarget
            // A listing is never answered with 204.
            case .applied: .retry(nil)
            default: nextStep(of: row, for: reply, to: nil)
            }
        return Disposition(
            subject: row.subject == .registrant ? .meeting : row.subject,
            nextStep: nextStep,
            explanation: Explanation(row: row, reply: reply, kind: query.kind).ofHost
        )
    }

    /// The row that applies to a reply.
    ///
    /// - Parameters:
    ///   - reply: What came back.
    ///   - update: The request; nil for a listing.
    ///   - kind: What a listing is about.
    package static func row(for reply: SendResult, to update: StatusUpdate?, at kind: Target.Kind? = nil) -> AnswerRow {
        let judged = reply.withoutDisguise
        return rows.first { $0.pattern.matches(judged, to: update, at: update?.target.kind ?? kind) } ?? anything
    }

    /// The row's next step, with the details of the answer.
    private static func nextStep(of row: AnswerRow, for reply: SendResult, to update: StatusUpdate?)
        -> Disposition.NextStep
    {
        let alone = update.map { $0.registrants.count <= 1 } ?? true
        guard case .answer(let answer) = reply else { return row.nextStep == .stop ? .stop : .retry(nil) }
        switch row.nextStep {
        case .split, .halve: return alone ? .failRegistrant : row.nextStep
        case .failAction where update?.action != .approve: return alone ? .failRegistrant : .split
        case .hold: return .hold(answer.retryAfter)
        case .slowDown: return .slowDown(answer.retryAfter)
        case .retry: return .retry(answer.retryAfter)
        case .deferUntil(.registrant, _):
            let scope = RateLimitNotice(answer, to: update).registrant.map(Disposition.Scope.registrant)
            return .deferUntil(scope ?? .target, answer.retryAfter)
        case .deferUntil(let scope, _): return .deferUntil(scope, answer.retryAfter)
        case .applied, .failRegistrant, .failTarget, .failAction, .doubtCredentials, .refreshToken, .stop:
            return row.nextStep
        }
    }
}

/// One row of the ``AnswerTable``: an answer, what it is about, and what Usher does.
package struct AnswerRow: Sendable {
    /// The row's unique name.
    package let name: String
    /// The HTTP status and Zoom's code as a person would look them up, for example `400` and `3003`.
    package let documented: (status: String, code: String)
    /// The replies to which this row applies.
    package let pattern: AnswerPattern
    /// What the answer is about.
    package let subject: Disposition.Subject
    /// What Usher does with a batch of several, before the details of an answer are known.
    package let nextStep: Disposition.NextStep
    /// What it means, in a few words, for the guide.
    package let meaning: String
    /// What happened and what a person can do, for the results file. `{kind}` stands for "meeting" or "webinar".
    package let advice: String
    /// The advice if every registrant of a target is refused this way; nil if it is the same.
    let adviceOfAll: String?
    /// The advice if a host's list is refused this way; nil if it is the same.
    let adviceOfHost: String?

    init(
        _ name: String,
        _ status: String,
        _ code: String = "",
        when pattern: AnswerPattern,
        about subject: Disposition.Subject,
        do nextStep: Disposition.NextStep,
        meaning: String,
        advice: String,
        ofAll: String? = nil,
        ofHost: String? = nil
    ) {
        self.name = name
        self.documented = (status, code)
        self.pattern = pattern
        self.subject = subject
        self.nextStep = nextStep
        self.meaning = meaning
        self.advice = advice
        adviceOfAll = ofAll
        adviceOfHost = ofHost
    }
}

extension Disposition.Subject {
    /// The subject, in the words of the guide.
    package var words: String {
        switch self {
        case .registrant: "registrant"
        case .meeting: "meeting"
        case .credentials: "credentials"
        case .requestRate: "request rate"
        case .dayLimit: "day limit"
        case .server: "server"
        }
    }
}

extension Disposition.NextStep {
    /// What a row of the table does, in the words of the guide.
    package var words: String {
        switch self {
        case .applied: "applied"
        case .split, .failRegistrant:
            "splits the batch until the one registrant stands alone, fails that one; of a meeting where everybody is refused "
                + "alike, asks twelve alone, fails the rest"
        case .halve: "sends smaller batches"
        case .failTarget: "fails the meeting's rows, sends no more to it"
        case .failAction: "fails the webinar's approvals, sends its denials and cancels"
        case .doubtCredentials:
            "fails the meeting's rows; stops the run, nothing failed, where several answer so and none succeeds"
        case .refreshToken: "gets a new token and sends again, once"
        case .stop: "stops the run, nothing failed"
        case .hold: "holds the meeting for a moment, sends again; the others go on"
        case .slowDown: "slows down and sends again"
        case .deferUntil(.account, _): "defers all rows"
        case .deferUntil(.target, _): "defers the meeting's rows"
        case .deferUntil(.registrant, _): "defers that registrant, sends the rest"
        case .retry: "sends again later"
        }
    }
}

/// Which replies a row of the ``AnswerTable`` applies to.
package struct AnswerPattern: Sendable {
    /// The HTTP statuses, or nil for a reply without an answer.
    let statuses: ClosedRange<Int>?
    /// The answer must have one of these codes; if empty, any code or none.
    let codes: [Int]
    /// The answer's body must have one of these forms; if empty, any form.
    let forms: [Answer.Form]
    /// The limit that a 429 must be about; nil for any.
    let limit: RateLimitNotice.Kind?
    /// Groups of words, in any case. The message must contain all words of at least one group.
    let words: [[String]]
    /// Words that the message must not contain, in any case.
    let unless: String?
    /// Whether the request must have named several registrants.
    let isAboutSeveral: Bool
    /// Whether the request must have gone to a meeting's or a webinar's address; nil for either.
    let kind: Target.Kind?
    /// The accepted causes of a missing answer.
    let causes: [RequestFailure.Cause]

    static func answer(
        _ statuses: ClosedRange<Int>,
        codes: [Int] = [],
        forms: [Answer.Form] = [],
        limit: RateLimitNotice.Kind? = nil,
        words: [[String]] = [],
        unless: String? = nil,
        isAboutSeveral: Bool = false,
        at kind: Target.Kind? = nil
    ) -> Self {
        Self(
            statuses: statuses,
            codes: codes,
            forms: forms,
            limit: limit,
            words: words,
            unless: unless,
            isAboutSeveral: isAboutSeveral,
            kind: kind,
            causes: []
        )
    }

    static func answer(_ status: Int, forms: [Answer.Form] = [], words: [[String]] = []) -> Self {
        answer(status...status, forms: forms, words: words)
    }

    static func none(_ causes: RequestFailure.Cause...) -> Self {
        Self(
            statuses: nil,
            codes: [],
            forms: [],
            limit: nil,
            words: [],
            unless: nil,
            isAboutSeveral: false,
            kind: nil,
            causes: causes
        )
    }

    /// Whether a reply matches this pattern.
    func matches(_ reply: SendResult, to update: StatusUpdate?, at kind: Target.Kind?) -> Bool {
        switch reply {
        case .noAnswer(let failure):
            return causes.contains(failure.cause)
        case .answer(let answer):
            guard let statuses, statuses.contains(answer.status) else { return false }
            if !codes.isEmpty, !(answer.code.map(codes.contains) ?? false) { return false }
            if !forms.isEmpty, !forms.contains(answer.form) { return false }
            if let wanted = self.kind, wanted != kind { return false }
            if isAboutSeveral, update.map({ $0.registrants.count < 2 }) ?? true { return false }
            if let limit, RateLimitNotice(answer, to: update).kind != limit { return false }
            guard !words.isEmpty || unless != nil else { return true }
            let message = answer.message?.lowercased() ?? ""
            if let unless, message.contains(unless) { return false }
            guard !words.isEmpty else { return true }
            return words.contains { $0.allSatisfy(message.contains) }
        }
    }
}
