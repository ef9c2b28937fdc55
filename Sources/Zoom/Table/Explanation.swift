import Decisions

/// The sentence for the results file: the row's advice, and Zoom's own words where there are any.
struct Explanation {
    let row: AnswerRow
    let reply: Reply
    let kind: Target.Kind

    /// The sentence.
    var text: String { text(row.advice) }

    /// The sentence where everybody of a target is refused so.
    var ofAll: String {
        text((row.adviceOfAll ?? row.advice) + " To have each one asked all the same, run it with `--ask-everyone`.")
    }

    private func text(_ advice: String) -> String {
        let advice = advice.replacing("{kind}", with: kind.rawValue)
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
