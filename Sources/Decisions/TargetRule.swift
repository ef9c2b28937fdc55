/// Problems as an error, for `Result`.
struct Problems: Error {
    let all: [Problem]
}

/// Which cells make up a target, and how they are read together.
struct TargetRule {
    let header: Header
    let webinars: Bool

    /// The columns that decide about a target.
    static let columns: [Column] = [.meeting, .webinar, .type, .occurrence, .account]

    func read(_ cell: (Column) -> Cell) -> Result<Target, Problems> {
        var problems: [Problem] = []
        func value<T>(_ result: Result<T, Problem>) -> T? {
            switch result {
            case .success(let value): return value
            case .failure(let problem):
                problems.append(problem)
                return nil
            }
        }
        let kind = value(kind(cell))
        let meeting = cell(.meeting)
        let webinar = cell(.webinar)
        var id: MeetingID?
        if !meeting.isEmpty, !webinar.isEmpty {
            problems.append(
                Problem(
                    .twoTargets,
                    column: nil,
                    found: nil,
                    advice: "The row names both a meeting and a webinar. Leave one of the two cells empty."
                )
            )
        } else if meeting.isEmpty, webinar.isEmpty {
            problems.append(
                Problem(
                    .emptyMeeting,
                    column: header.title(of: header.places[.meeting] == nil ? .webinar : .meeting),
                    found: nil,
                    advice: "is empty. Write the number of the meeting or webinar."
                )
            )
        } else {
            let column: Column = webinar.isEmpty ? .meeting : .webinar
            let subject: Problem.Subject = column == .webinar || kind == .webinar ? .webinar : .meeting
            id = value(NumberRule.meeting(cell(column), subject: subject, column: header.title(of: column)))
        }
        var occurrence: OccurrenceID?
        let occurrenceCell = cell(.occurrence)
        if !occurrenceCell.isEmpty, !occurrenceCell.visibleText.isEmpty {
            occurrence = value(NumberRule.occurrence(occurrenceCell, column: header.title(of: .occurrence)))
        }
        let account = cell(.account).visibleText
        guard problems.isEmpty, let kind, let id else { return .failure(Problems(all: problems)) }
        return .success(Target(account: account.isEmpty ? nil : account, kind: kind, id: id, occurrence: occurrence))
    }

    private func kind(_ cell: (Column) -> Cell) -> Result<Target.Kind, Problem> {
        let type = cell(.type).visibleText
        let standard: Target.Kind = cell(.webinar).isEmpty ? (webinars ? .webinar : .meeting) : .webinar
        if type.isEmpty { return .success(standard) }
        guard let kind = Target.Kind(rawValue: type.lowercased()) else {
            return .failure(
                Problem(
                    .unknownType,
                    column: header.title(of: .type),
                    found: Excerpt(type).description,
                    advice: "is neither \"meeting\" nor \"webinar\". Write one of the two, or leave the cell empty."
                )
            )
        }
        return .success(kind)
    }
}
