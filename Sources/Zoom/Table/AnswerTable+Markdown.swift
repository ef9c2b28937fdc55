extension AnswerTable {
    /// The table as a section of the README, without heading.
    ///
    /// A test compares the README with it, so that the two can't drift.
    public static var markdown: String {
        let head = """
            | HTTP | Zoom's code | What it means | About | What Usher does |
            |---|---|---|---|---|

            """
        return rows.reduce(into: head) { text, row in
            text += "| \(row.documented.status) | \(row.documented.code) | \(row.meaning) "
            text += "| \(row.subject.words) | \(row.response.words) |\n"
        }
    }
}

extension Ruling.Subject {
    /// The subject as the README says it.
    public var words: String {
        switch self {
        case .registrant: "registrant"
        case .meeting: "meeting"
        case .account: "account"
        case .credentials: "credentials"
        case .requestRate: "request rate"
        case .dayLimit: "day limit"
        case .server: "server"
        }
    }
}

extension AnswerRow.Response {
    /// The response as the README says it.
    public var words: String {
        switch self {
        case .apply: "applied"
        case .blame: "splits the batch until the one registrant stands alone, fails that one"
        case .halve: "sends smaller batches"
        case .failTarget: "fails the meeting's rows, sends no more to it"
        case .refreshToken: "gets a new token and sends again, once"
        case .stop: "stops the run, nothing failed"
        case .slowDown: "slows down and sends again"
        case .deferAccount: "defers all rows"
        case .deferTarget: "defers the meeting's rows"
        case .deferRegistrant: "defers that registrant, sends the rest"
        case .retry: "sends again later"
        }
    }
}
