extension Ruling.Subject {
    /// The subject as the README says it.
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

extension AnswerRow.Response {
    /// The response as the README says it.
    package var words: String {
        switch self {
        case .apply: "applied"
        case .blame:
            "splits the batch until the one registrant stands alone, fails that one; of a meeting where everybody is refused "
                + "alike, asks twelve alone, fails the rest"
        case .halve: "sends smaller batches"
        case .failTarget: "fails the meeting's rows, sends no more to it"
        case .failApprovals: "fails the webinar's approvals, sends its denials and cancels"
        case .doubtCredentials:
            "fails the meeting's rows; stops the run, nothing failed, where several answer so and none succeeds"
        case .refreshToken: "gets a new token and sends again, once"
        case .stop: "stops the run, nothing failed"
        case .hold: "holds the meeting for a moment, sends again; the others go on"
        case .slowDown: "slows down and sends again"
        case .deferAccount: "defers all rows"
        case .deferTarget: "defers the meeting's rows"
        case .deferRegistrant: "defers that registrant, sends the rest"
        case .retry: "sends again later"
        }
    }
}
