import Decisions

/// The sentence for the results file: the row's advice, and Zoom's own words where there are any.
struct Explanation {
    let row: AnswerRow
    let reply: Reply
    let kind: Target.Kind

    /// The sentence.
    var text: String {
        let advice = row.advice.replacing("{kind}", with: kind.rawValue)
        switch reply {
        case .noAnswer(let failure):
            return "\(advice) (\(failure.detail))"
        case .answer(let answer):
            guard row.response != .apply else { return advice }
            var origin = "HTTP \(answer.status)"
            if let code = answer.code { origin += ", code \(code)" }
            guard let message = answer.message else { return "\(advice) (\(origin))" }
            return "\(advice) (\(origin): \(message))"
        }
    }
}
