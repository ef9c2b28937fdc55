import Decisions

/// Which replies a row of the ``AnswerTable`` is about.
package struct AnswerPattern: Sendable {
    /// The HTTP statuses, or nil for a reply without an answer.
    let statuses: ClosedRange<Int>?
    /// The codes of which the answer must have one, or none for any and for no code.
    let codes: [Int]
    /// The forms of body of which the answer must have one, or none for any.
    let forms: [Answer.Form]
    /// What must be true of the limit that a 429 speaks of.
    let limit: RateLimitNotice.Kind?
    /// Words of which the message must hold one group: all words of a group, in any case.
    let words: [[String]]
    /// Words that the message must not hold, in any case.
    let unless: String?
    /// Whether the request must have named several registrants.
    let isAboutSeveral: Bool
    /// At which of the twin addresses the request must have been, or nil for either.
    let kind: Target.Kind?
    /// The reasons for having no answer of which this must be one.
    let causes: [NoAnswer.Cause]

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

    static func none(_ causes: NoAnswer.Cause...) -> Self {
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

    /// Whether a reply is what this pattern describes.
    func matches(_ reply: Reply, to update: StatusUpdate?, at kind: Target.Kind?) -> Bool {
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
