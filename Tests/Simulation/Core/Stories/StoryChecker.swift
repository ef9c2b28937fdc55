import Decisions
import Journal

/// Checks what must hold in a story, based on the lists as read and on Zoom's requests and answers. Of the journal it
/// only uses the results.
struct StoryChecker {
    var lists = StoryLists()
    var requests = StoryRequests()

    /// A request is about to be sent: each registrant's change must be wanted, and not already known to be done.
    func check(_ shipment: ClaimedBatch) throws {
        for registrant in shipment.registrants {
            let (person, naming) = try registrant.named()
            let subject = lists.subject(person, by: naming, at: shipment.target)
            let what = "\(shipment.action) \(person.letter) by \(naming.rawValue) at \(shipment.target.short) is sent"
            switch lists.wish(subject) {
            case .unclear: continue
            case .nothing: throw StateChecker.Broken(rule: "\(what), though nothing is wanted any more")
            case .action(let action, let number):
                let reading = lists.readings[number]
                try demand(action == shipment.action, "\(what), though job \(reading.job) wants \(action)")
                let known = requests.known(subject)
                guard known.action == action, known.isBeyondDoubt else { continue }
                let isReapplied =
                    reading.reapplies && !requests.wasDone(action, subject, since: reading.eventsBefore)
                // Two rows of one list may name one person differently; each may be sent once.
                let isSecondName =
                    (reading.reapplies || !known.namings.contains(naming))
                    && lists.namings(of: subject, in: number).count > 1
                try demand(isReapplied || isSecondName, "\(what), though it is known to be so")
            }
        }
    }

    /// An answer came.
    mutating func note(_ shipment: ClaimedBatch, _ answer: StoryZoom.Answer) throws {
        switch answer {
        case .done: try requests.note(shipment, as: .done)
        case .personNotFound:
            try requests.note(shipment, as: shipment.registrants.count > 1 ? .maybeInPart : .refused)
        case .meetingNotFound: requests.noteRefusal(of: shipment.target)
        case .dayLimit, .targetDayLimit: break
        }
    }

    // MARK: Results

    /// Checks the outcome of each row after a run.
    ///
    /// - Parameters:
    ///   - files: The current content of each file name.
    ///   - zoom: Zoom's actual state, if this is the end and everything must be settled.
    func check(_ reader: JournalReader, files: [String: [StoryRow]], end zoom: StoryZoom?) throws {
        let jobs = try reader.jobs()
        try demand(
            jobs.map(\.id) == lists.readings.map(\.job),
            "the journal has other jobs than the \(lists.readings.count) lists that were read"
        )
        for (job, reading) in zip(jobs, lists.readings) {
            var outcomes: [Outcome] = []
            try reader.forEachRow(of: job) { outcomes.append($0.outcome) }
            try demand(outcomes.count == reading.content.count, "job \(job.id) has \(outcomes.count) rows")
            for (place, outcome) in outcomes.enumerated() {
                let what = "job \(job.id), row \(place + 1) (\(reading.content[place])), is \(outcome)"
                try check(outcome, of: place, in: reading, what)
                try demand(zoom == nil || ![.pending, .deferred].contains(outcome), "\(what) in the end")
            }
        }
        if let zoom { try checkEnd(files: files, zoom: zoom) }
    }

    private func check(_ outcome: Outcome, of place: Int, in reading: StoryLists.Reading, _ what: String) throws {
        switch reading.verdicts[place] {
        case .rejected where reading.stands: try demand(outcome == .rejected, "\(what), though it is wrong")
        case .rejected: try demand(outcome == .skipped, "\(what), though a newer version of the list was read")
        case .undecided: try demand(outcome == .skipped, "\(what), though it decides nothing")
        case .decision(let action):
            guard let subject = lists.subject(reading.content[place]) else { return }
            switch lists.wish(subject) {
            case .unclear: break
            case .action(_, reading.number):
                try demand(outcome != .rejected, "\(what), though nothing is wrong with it")
                if outcome == .failed {
                    try demand(
                        requests.wasRefused(subject, since: reading.eventsBefore),
                        "\(what), but was not refused"
                    )
                } else if outcome == .applied || outcome == .skipped {
                    let known = requests.known(subject)
                    try demand(
                        known.action == action && known.isCertain,
                        "\(what), though Zoom is not known to have it so"
                    )
                }
            case let wish:
                let wasDone = requests.wasDone(action, subject, since: reading.eventsBefore)
                let isOver = outcome == .skipped || outcome == .applied && wasDone
                if case .action(let other, let newer) = wish {
                    try demand(isOver, "\(what), though job \(lists.readings[newer].job) decides: \(other)")
                } else {
                    try demand(isOver, "\(what), though nothing is wanted any more")
                }
            }
        }
    }

    /// Everything wanted must be so, in Zoom and as far as is known; except refusals of a deleted list, which can't be
    /// named again.
    private func checkEnd(files: [String: [StoryRow]], zoom: StoryZoom) throws {
        for reading in lists.readings where reading.stands {
            for row in reading.content {
                guard let subject = lists.subject(row), case .action(let action, reading.number) = lists.wish(subject)
                else { continue }
                let known = requests.known(subject)
                let isSo = known.action == action && known.isCertain
                if !isSo, requests.wasRefused(subject, since: reading.eventsBefore),
                    !files.values.contains(reading.content)
                {
                    continue
                }
                let what = "job \(reading.job) wants \(row)"
                try demand(isSo, "\(what), but in the end Zoom is not known to have it so")
                let status = zoom.action(of: Registration(target: subject.target, person: subject.person))
                try demand(
                    status == action || requests.hasOtherName(subject, not: action),
                    "\(what), but in the end Zoom has \(status?.rawValue ?? "nothing")"
                )
            }
        }
    }

    private func demand(_ condition: Bool, _ rule: @autoclosure () -> String) throws {
        guard condition else { throw StateChecker.Broken(rule: rule()) }
    }
}
