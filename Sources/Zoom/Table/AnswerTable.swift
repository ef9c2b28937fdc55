package import Decisions

/// What Zoom's answers mean, one row per answer: the only place where Usher decides about them.
///
/// The first row that matches rules. The last rows of each status are its default, so every reply has a row.
package enum AnswerTable {
    /// All rows, in the order in which they are tried.
    package static let rows: [AnswerRow] =
        success + credentials + limits + meetings + registrants + elsewhere + server + silence + unknown

    /// What a reply to a status update means.
    package static func ruling(for reply: Reply, to update: StatusUpdate) -> Ruling {
        let row = row(for: reply, to: update)
        let explanation = Explanation(row: row, reply: reply, kind: update.target.kind)
        return Ruling(
            subject: row.subject,
            remedy: remedy(of: row, for: reply, to: update),
            explanation: explanation.text,
            ofAll: row.response == .blame ? explanation.ofAll : nil
        )
    }

    /// What the refusal of a listing means. A listing is about one meeting or webinar, so that is what a refusal
    /// fails; there is no batch to split.
    package static func ruling(for reply: Reply, to query: RegistrantQuery) -> Ruling {
        let row = row(for: reply, to: nil, at: query.target.kind)
        let explanation = Explanation(row: row, reply: reply, kind: query.target.kind).text
        let remedy: Ruling.Remedy =
            switch row.response {
            case .blame, .halve, .failApprovals: .failTarget
            // A listing is never answered with 204.
            case .apply: .retry(nil)
            default: remedy(of: row, for: reply, to: nil)
            }
        let subject: Ruling.Subject = row.subject == .registrant ? .meeting : row.subject
        return Ruling(subject: subject, remedy: remedy, explanation: explanation)
    }

    /// The row that rules on a reply.
    ///
    /// - Parameters:
    ///   - reply: What came back.
    ///   - update: The request; nil for a listing.
    ///   - kind: What a listing is about.
    package static func row(for reply: Reply, to update: StatusUpdate?, at kind: Target.Kind? = nil) -> AnswerRow {
        let judged = reply.withoutDisguise
        return rows.first { $0.pattern.matches(judged, to: update, at: update?.target.kind ?? kind) } ?? anything
    }

    private static func remedy(of row: AnswerRow, for reply: Reply, to update: StatusUpdate?) -> Ruling.Remedy {
        let alone = update.map { $0.registrants.count <= 1 } ?? true
        guard case .answer(let answer) = reply else { return row.response == .stop ? .stop : .retry(nil) }
        switch row.response {
        case .apply: return .applied
        case .blame: return alone ? .failRegistrant : .split
        case .halve: return alone ? .failRegistrant : .halve
        case .failTarget: return .failTarget
        case .failApprovals: return update?.action == .approve ? .failAction : alone ? .failRegistrant : .split
        case .doubtCredentials: return .doubtCredentials
        case .refreshToken: return .refreshToken
        case .stop: return .stop
        case .hold: return .hold(answer.retryAfter)
        case .slowDown: return .slowDown(answer.retryAfter)
        case .deferAccount: return .deferUntil(.account, answer.retryAfter)
        case .deferTarget: return .deferUntil(.target, answer.retryAfter)
        case .deferRegistrant:
            let scope = RateLimitNotice(answer, to: update).registrant.map(Ruling.Scope.registrant)
            return .deferUntil(scope ?? .target, answer.retryAfter)
        case .retry: return .retry(answer.retryAfter)
        }
    }
}
