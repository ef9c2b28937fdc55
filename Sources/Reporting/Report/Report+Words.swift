package import Decisions
import Files
import Journal

/// A report's wording, in every format.
extension Report {
    /// The answer to the first question, in one sentence.
    var headline: String {
        guard counts.rows > 0 else { return emptyHeadline }
        if needingPerson > 0 {
            return needingPerson == 1 ? "One row needs you." : "\(Phrases.number(needingPerson)) rows need you."
        }
        if counts.open > 0 {
            return counts.open == 1
                ? "One row is not sent yet." : "\(Phrases.number(counts.open)) rows are not sent yet."
        }
        return counts.rows == 1 ? "The one row is done." : "All \(Phrases.number(counts.rows)) rows are done."
    }

    /// What follows from it, in a sentence or two.
    var summary: String {
        var parts: [String] = []
        if needingPerson > 0 {
            parts.append("Each is listed below, with its reason and the row of the spreadsheet to look at.")
        }
        if counts.open > 0 {
            let due = jobs.first.compactMap(\.job.nextDue).min()
            let when = due.map { ", those that must wait from \(ReadableTime($0, in: zone)) on" } ?? ""
            parts.append("What is not sent yet is sent by the next run\(when).")
        }
        if let trouble { parts.append(trouble) }
        if let rest { parts.append(rest) }
        if parts.isEmpty { parts.append("Nobody needs to do anything.") }
        return parts.joined(separator: " ")
    }

    /// What the counts cover; nil if there are none. A run's report shows the jobs as they are, whichever run did the
    /// work.
    var standing: String? {
        switch matter {
        case .job: "About \(subject.namingUnseen): \(counts.words)."
        case .runs where jobs.count == 0: nil
        case .runs: "What was worked on in \(subject.namingUnseen) stands at: \(counts.words)."
        }
    }

    /// The headline if no row was touched.
    private var emptyHeadline: String {
        switch matter {
        case .runs(last: nil) where isUnderWay: "A run is under way, and has sent nothing yet."
        case .runs(last: .cutOff): "The last run was cut off before it had sent anything."
        case .runs(last: .noted(ExitStatus.workRemains.code)): "Nothing was sent."
        case .runs where trouble != nil: "The last run could not do what it was asked."
        case .runs, .job: "Nothing had to be sent."
        }
    }

    /// Trouble in a run that no row shows: the journal does not contain a spreadsheet that was refused as a whole.
    private var trouble: String? {
        guard case .runs(let last?) = matter else { return nil }
        switch last {
        case .cutOff:
            return """
                The last run ended early, without a word: it was killed, or the machine went down. Nothing is lost; run the \
                same command again to go on.
                """
        case .noted(ExitStatus.done.code): return nil
        // The counts show them, or those of earlier runs.
        case .noted(ExitStatus.someRefused.code) where needingPerson > 0 || elsewhere?.needingPerson ?? 0 > 0:
            return nil
        case .noted(ExitStatus.someRefused.code):
            return """
                The last run met something that no row here shows, such as a list to decide that it could not renew: its \
                messages, or the log of the night, say what.
                """
        case .noted(ExitStatus.workRemains.code) where counts.open > 0: return nil
        case .noted(ExitStatus.workRemains.code):
            return """
                The last run left something to be done: `usher explain \(ExitStatus.workRemains.code)` says what that means.
                """
        case .noted(let code):
            return """
                The last run ended early, with exit code \(code): not all that it was given is done or counted here. \
                `usher explain \(code)` says what that means.
                """
        }
    }

    /// The rest of the journal's content, if the report itself is empty.
    private var rest: String? {
        guard let elsewhere else { return nil }
        var parts: [String] = []
        if elsewhere.needingPerson > 0 {
            let verb = elsewhere.needingPerson == 1 ? "needs" : "need"
            parts.append("\(Phrases.amount(elsewhere.needingPerson, "row")) \(verb) a person")
        }
        if elsewhere.open > 0 {
            parts.append("\(Phrases.amount(elsewhere.open, "row")) \(elsewhere.open == 1 ? "is" : "are") not sent yet")
        }
        guard !parts.isEmpty else { return nil }
        return "From earlier runs, \(Phrases.list(parts)): `usher status` shows the jobs."
    }
}

extension JobReport {
    /// The spreadsheet's name, safe to show.
    var name: String { job.name.namingUnseen }
}

extension ActionItem {
    /// Why, for staff.
    var sentence: String { reason.shownSentence }

    /// Where it is, if that is one meeting; else in how many meetings, as far as they are known.
    var place: String? {
        if let target { return target.words }
        return targets.isEmpty ? nil : Phrases.amount(targets.count, "meeting")
    }

    /// The kind of trouble, in a word.
    var kind: String {
        if outcome == .applied { return "Zoom showed otherwise" }
        return wasSent ? "Zoom refused" : "Not sent"
    }
}

extension WaitingItem {
    /// Why, for staff.
    var sentence: String { (reason ?? "The next run sends it.").shownSentence }

    /// Where it is: up to three meetings by name.
    var place: String {
        targets.count <= 3 ? Phrases.list(targets.map(\.words)) : Phrases.amount(targets.count, "meeting")
    }
}

extension ListedRow {
    /// The meeting or webinar: as it was read, else as the cell says.
    var meeting: String? {
        if let target = row.target { return target.shortWords }
        guard let cell = row.text.cells[.meeting] ?? row.text.cells[.webinar] else { return nil }
        return MeetingID(cell).map { Target(id: $0).shortWords } ?? cell
    }
    /// The address, else the id.
    var address: String? { row.text.cells[.email] ?? row.text.cells[.registrant].map { "id \($0)" } }
    /// The action: as it was read, else as the cell says.
    var action: String? { row.action?.rawValue ?? row.text.cells[.action] }
    var number: Int { row.place.row ?? row.place.line }
}

extension Counts {
    /// `8,988 applied, 12 failed`.
    var words: String {
        let parts = Outcome.allCases.filter { self[$0] > 0 }.map { "\(Phrases.number(self[$0])) \($0.rawValue)" }
        return parts.isEmpty ? "no rows" : parts.joined(separator: ", ")
    }
}

extension Target {
    /// `meeting 845 1209 3377`, as Zoom shows it.
    package var words: String { "\(kind.rawValue) \(shortWords)" }

    /// The same without saying that it is a meeting.
    var shortWords: String {
        var text = SafeCell.meeting(id)
        if let occurrence { text += ", occurrence \(occurrence.description.namingUnseen)" }
        if let account { text += " (account \(account.namingUnseen))" }
        return text
    }

    /// The same for the beginning of a sentence.
    var title: String { words.prefix(1).uppercased() + words.dropFirst() }
}

extension MeetingTally {
    /// `12 approved, 3 denied`; nil if nothing was done.
    var done: String? {
        let parts = Action.allCases.compactMap { action in
            applied[action].flatMap { $0 > 0 ? "\(Phrases.number($0)) \(action.done)" : nil }
        }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}

extension AnswerTally {
    /// `204`, `400, code 3003`, `no answer (timeout)`.
    var words: String { Phrases.answer(status: status, code: code, cause: cause) }
}

extension RefusedRequest {
    /// The same for one request.
    var words: String { Phrases.answer(status: status, code: code, cause: cause) }
}

extension RequestTimeline {
    /// `Requests were sent from 02:00:05 to 02:04:10 UTC …`: the drawing's content, for those who can't see it.
    func words(allowedRate: Double?, in zone: ReaderZone) -> String {
        let total = steps.reduce(0) { $0 + $1.requests }
        let refusals = steps.reduce(0) { $0 + $1.refusals }
        let troubles = steps.reduce(0) { $0 + $1.troubles }
        var text = """
            \(Phrases.amount(total, "request")) between \(ReadableTime(start, seconds: true, in: zone)) and \
            \(ReadableTime(end, seconds: true, in: zone)), at most \(Phrases.rate(highestRate)) a second
            """
        if let allowedRate { text += " where \(Phrases.rate(allowedRate)) were allowed" }
        text +=
            refusals == 0 ? "; none was refused as too many" : "; \(Phrases.number(refusals)) refused as too many (429)"
        if troubles > 0 { text += ", \(Phrases.number(troubles)) refused for another reason or not answered" }
        return text + "."
    }
}

extension String {
    /// A reason as a report shows it: a sentence, or several.
    var shownSentence: String { namingUnseen.asSentence }
}
