/// Which cells make up a target, and how they are read together.
struct TargetRule {
    let header: Header
    let options: SheetOptions

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
        if !meeting.isBlank, !webinar.isBlank {
            problems.append(
                Problem(
                    .twoTargets,
                    column: nil,
                    found: nil,
                    advice: "The row names both a meeting and a webinar. Leave one of the two cells empty."
                )
            )
        } else if meeting.isBlank, webinar.isBlank {
            problems.append(
                Problem(
                    .emptyMeeting,
                    column: header.title(of: header.places[.meeting] == nil ? .webinar : .meeting),
                    found: nil,
                    advice: "the cell is empty. Write the number of the meeting or webinar."
                )
            )
        } else {
            let column: Column = webinar.isBlank ? .meeting : .webinar
            let subject: Problem.Subject = column == .webinar || kind == .webinar ? .webinar : .meeting
            id = value(NumberRule.meeting(cell(column), subject: subject, column: header.title(of: column)))
        }
        var occurrence: OccurrenceID?
        let occurrenceCell = cell(.occurrence)
        if !occurrenceCell.isBlank {
            occurrence = value(NumberRule.occurrence(occurrenceCell, column: header.title(of: .occurrence)))
        }
        let account = value(account(cell)) ?? nil
        guard problems.isEmpty, let kind, let id else { return .failure(Problems(all: problems)) }
        return .success(Target(account: account, kind: kind, id: id, occurrence: occurrence))
    }

    /// What was taken off the numbers of a target that was read; nil where nothing was.
    func dressing(_ cell: (Column) -> Cell) -> String? {
        [Column.meeting, .webinar, .occurrence].compactMap { column in
            let cell = cell(column)
            guard !cell.isEmpty else { return nil }
            return Dressing.notice(cell.visibleText).map { "\(header.title(of: column)): \($0)" }
        }.joined(separator: "; ").nilIfEmpty
    }

    /// The profile as it is written in the configuration; for an empty cell the one that was chosen.
    private func account(_ cell: (Column) -> Cell) -> Result<String?, Problem> {
        let name = cell(.account).visibleText
        if name.isEmpty { return .success(options.account) }
        if let known = options.accounts.first(where: { $0.lowercased() == name.lowercased() }) {
            return .success(known)
        }
        let advice =
            options.accounts.isEmpty
            ? """
            names a Zoom account, but no profiles are configured. Empty or rename the column if it is not meant for Usher; or add \
            the profile to the configuration file.
            """
            : "is no profile. Write one of \(options.accounts.joined(separator: ", ")), or leave the cell empty."
        return .failure(
            Problem(
                .unknownAccount,
                column: header.title(of: .account),
                found: Excerpt(name).description,
                advice: advice
            )
        )
    }

    /// Whether a word of a cell was probably meant for "meeting" or "webinar" ("Webniar", "Zoom webinars"). Two slips are
    /// allowed only behind the same first letter: a "Seminar" is none.
    private static func resemblesKind(_ type: String) -> Bool {
        type.split { !$0.isLetter }.contains { word in
            Target.Kind.allCases.contains { kind in
                if word.hasPrefix(kind.rawValue) { return true }
                // What is much longer or shorter is far away, and need not be measured.
                guard abs(word.count - kind.rawValue.count) <= 2 else { return false }
                let distance = EditDistance.between(word, kind.rawValue)
                return distance <= (word.first == kind.rawValue.first ? 2 : 1)
            }
        }
    }

    private func kind(_ cell: (Column) -> Cell) -> Result<Target.Kind, Problem> {
        let type = cell(.type).visibleText
        let standard: Target.Kind = cell(.webinar).isBlank ? (options.webinars ? .webinar : .meeting) : .webinar
        if type.isEmpty { return .success(standard) }
        guard let kind = Target.Kind(rawValue: type.lowercased()) else {
            // A column that is merely called Type may be about anything, but a slip of the keyboard is none of that.
            if header.hasLooseType, !Self.resemblesKind(type.lowercased()) { return .success(standard) }
            return .failure(
                Problem(
                    .unknownType,
                    column: header.title(of: .type),
                    found: Excerpt(type).description,
                    advice: header.hasLooseType
                        ? """
                        is neither "meeting" nor "webinar", but close to it. Write one of the two, or leave the cell empty; if the \
                        column is about something else, give it another name.
                        """
                        : "is neither \"meeting\" nor \"webinar\". Write one of the two, or leave the cell empty."
                )
            )
        }
        guard kind == .webinar || cell(.webinar).isBlank else {
            return .failure(
                Problem(
                    .twoTargets,
                    column: header.title(of: .type),
                    found: Excerpt(type).description,
                    advice: """
                        contradicts the number, which stands in the column "\(header.title(of: .webinar))". Write "webinar", or \
                        move the number to the column of meetings.
                        """
                )
            )
        }
        return .success(kind)
    }
}
