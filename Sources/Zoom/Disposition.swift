import Decisions

/// What an answer means: what it is about, and what Usher does next.
package struct Disposition: Sendable, Hashable {
    /// What an answer is about.
    package enum Subject: String, Sendable, Hashable, CaseIterable {
        /// The registrants of the batch, or one of them.
        case registrant
        /// The meeting or webinar: all its batches would get the same answer.
        case meeting
        /// The token, its scopes, or the app's credentials.
        case credentials
        /// Too many requests in this second.
        case requestRate
        /// Too many requests today.
        case dayLimit
        /// Zoom's servers, or the way to them.
        case server
    }

    /// What Usher does about it.
    package enum NextStep: Sendable, Hashable {
        /// Done: every registrant of the batch has the new status.
        case applied
        /// One of several registrants may be at fault: halve the batch until that one is alone. Only for n > 1.
        case split
        /// The only registrant is refused for good: fail this decision. Only for n = 1.
        case failRegistrant
        /// The batch is larger than Zoom accepts: halve it; no registrant is at fault. Only for n > 1.
        case halve
        /// Every decision for this target would be refused alike: fail them without sending more.
        case failTarget
        /// Every decision for this target with the same action would be refused alike: fail them without sending more.
        case failAction
        /// Either the target or the credentials are at fault, which other targets' answers show: if one succeeds, or
        /// there is no other, fail the target; if several answer this way and none succeeds, stop the run.
        case doubtCredentials
        /// The token is stale: send once more, with the new token that the client then fetches by itself;
        /// a second refusal stops the run.
        case refreshToken
        /// Nothing can be sent until a person fixes it: stop the run with nothing failed.
        case stop
        /// Another request changes the same meeting: send the same request again after a moment, while other meetings
        /// go on.
        case hold(RetryAfter?)
        /// Slow down; holds the wait that Zoom asked for, if any.
        case slowDown(RetryAfter?)
        /// Not today: the scope, and the moment from which it may be sent (nil: the next 00:00 UTC).
        case deferUntil(Scope, RetryAfter?)
        /// Temporary trouble: send the same request again after a back-off.
        case retry(RetryAfter?)
    }

    /// What a daily limit covers.
    package enum Scope: Sendable, Hashable {
        /// All requests of the account.
        case account
        /// All requests to this meeting or webinar.
        case target
        /// One registrant in this meeting or webinar: its id or email, spelled as in the batch.
        case registrant(String)
    }

    /// What the answer is about.
    package let subject: Subject
    /// What Usher does about it.
    package let nextStep: NextStep
    /// One sentence or two in plain words for the results file: what happened and what a person can do.
    ///
    /// May repeat Zoom's own words, which may name a registrant: not for the log.
    package let explanation: String

    /// The explanation if every registrant of a target is refused this way: the most likely cause, and how to send each
    /// one.
    package let ofAll: String

    package init(subject: Subject, nextStep: NextStep, explanation: String, ofAll: String? = nil) {
        self.subject = subject
        self.nextStep = nextStep
        self.explanation = explanation
        self.ofAll = ofAll ?? explanation
    }
}

/// The sentence for the results file: the row's advice, and Zoom's own words if any.
struct Explanation {
    let row: AnswerRow
    let reply: SendResult
    let kind: Target.Kind

    /// The sentence.
    var text: String { text(row.advice) }

    /// The sentence if every registrant of a target is refused this way.
    var ofAll: String {
        text((row.adviceOfAll ?? row.advice) + " To have each one asked all the same, run it with `--ask-everyone`.")
    }

    /// The sentence if a host's list is refused this way.
    var ofHost: String { text(row.adviceOfHost ?? row.advice) }

    private func text(_ advice: String) -> String {
        let advice = advice.replacing("{kind}", with: kind.rawValue)
        switch reply {
        case .noAnswer(let failure):
            return "\(advice) (\(failure.detail))"
        case .answer(let answer):
            guard row.nextStep != .applied else { return advice }
            return Reason(advice, status: answer.status, code: answer.code, message: answer.message).description
        }
    }
}
