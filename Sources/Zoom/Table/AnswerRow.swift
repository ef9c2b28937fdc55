/// One row of the ``AnswerTable``: an answer, what it is about, and what Usher does.
package struct AnswerRow: Sendable {
    /// What a row does, before the particulars of an answer are known.
    package enum Response: String, Sendable, Hashable, CaseIterable {
        /// ``Ruling/Remedy/applied``.
        case apply
        /// ``Ruling/Remedy/split`` for a batch of several, ``Ruling/Remedy/failRegistrant`` for one alone.
        case blame
        /// ``Ruling/Remedy/halve`` for a batch of several, ``Ruling/Remedy/failRegistrant`` for one alone.
        case halve
        /// ``Ruling/Remedy/failTarget``.
        case failTarget
        /// ``Ruling/Remedy/failAction`` for approvals; other actions as ``blame``.
        case failApprovals
        /// ``Ruling/Remedy/doubtCredentials``.
        case doubtCredentials
        /// ``Ruling/Remedy/refreshToken``.
        case refreshToken
        /// ``Ruling/Remedy/stop``.
        case stop
        /// ``Ruling/Remedy/hold(_:)``.
        case hold
        /// ``Ruling/Remedy/slowDown(_:)``.
        case slowDown
        /// ``Ruling/Remedy/deferUntil(_:_:)`` for the account.
        case deferAccount
        /// ``Ruling/Remedy/deferUntil(_:_:)`` for the meeting or webinar.
        case deferTarget
        /// ``Ruling/Remedy/deferUntil(_:_:)`` for the registrant that the message names.
        case deferRegistrant
        /// ``Ruling/Remedy/retry(_:)``.
        case retry
    }

    /// A name of its own.
    package let name: String
    /// HTTP statuses and Zoom's codes as a person would look them up, for example `400` and `3003`.
    package let documented: (status: String, code: String)
    /// What has come back when this row is the right one.
    package let pattern: AnswerPattern
    /// Whom or what it is about.
    package let subject: Ruling.Subject
    /// What Usher does.
    package let response: Response
    /// What it means, in a few words, for the README.
    package let meaning: String
    /// What happened and what a person can do, for the results file. `{kind}` stands for "meeting" or "webinar".
    package let advice: String
    /// The same where everybody of a target is refused so; nil where it is not another.
    let adviceOfAll: String?

    init(
        _ name: String,
        _ status: String,
        _ code: String = "",
        when pattern: AnswerPattern,
        about subject: Ruling.Subject,
        do response: Response,
        meaning: String,
        advice: String,
        ofAll: String? = nil
    ) {
        self.name = name
        self.documented = (status, code)
        self.pattern = pattern
        self.subject = subject
        self.response = response
        self.meaning = meaning
        self.advice = advice
        adviceOfAll = ofAll
    }
}
