internal import Decisions
internal import Journal
internal import Zoom

/// Acts for one survey: asks it for the next step, does it, and tells what happened. Every page that is asked for is
/// journaled before its answer is used.
struct SurveyRun: Sendable {
    let journal: Journal
    let lister: any RegistrantLister
    let clock: any RunClock
    let stop: StopSwitch
    var onAnswer: (@Sendable (AnsweredListing) -> Void)?
    /// Uses a roll. Returns whether it must be read again, because somebody is missing.
    let judge: @Sendable (Target, Roll, _ isSecond: Bool) async throws(JournalError) -> Bool
    /// Notes that Zoom refused a target, or put it off.
    let close: @Sendable (Closing) async throws(JournalError) -> Void

    private enum Happening: Sendable {
        case event(Survey.Event)
        case time(Duration)
        case journalFailed(String)
    }

    /// Runs until the survey says that it is over, or the journal fails. Returns the survey as it stands then.
    func drive(_ start: Survey) async -> (survey: Survey, ending: Ending) {
        var survey = start
        var timer: Duration?
        return await withTaskGroup(of: Happening.self) { group in
            group.addTask {
                await stop.wait()
                return .event(.stop)
            }
            defer { group.cancelAll() }
            while true {
                let now = clock.now
                let step = survey.next(at: now)
                switch step {
                case .finish(let ending):
                    return (survey, ending)
                case .wait(let until):
                    if let until, timer.map({ $0 > until }) ?? true {
                        timer = until
                        group.addTask {
                            try? await clock.sleep(until: until)
                            return .time(until)
                        }
                    }
                default:
                    group.addTask { await perform(step) }
                    continue
                }
                switch await group.next() {
                case .event(let event): survey.handle(event, at: clock.now)
                case .time(let moment): if timer == moment { timer = nil }
                case .journalFailed(let reason): return (survey, .journalFailed(reason))
                case nil: return (survey, .interrupted)
                }
            }
        }
    }

    private func perform(_ step: Survey.Step) async -> Happening {
        do {
            switch step {
            case .list(let query): return .event(try await list(query))
            case .judge(let target, let roll, let isSecond):
                return .event(.judged(target, readAgain: try await judge(target, roll, isSecond)))
            case .close(let closing):
                try await close(closing)
                return .event(.closed)
            case .wait, .finish: preconditionFailure("not something to be performed")
            }
        } catch {
            return .journalFailed(String(describing: error))
        }
    }

    private func list(_ query: RegistrantQuery) async throws(JournalError) -> Survey.Event {
        let start = clock.now
        let reply = await lister.list(query)
        let duration = clock.elapsed() - start.elapsed
        let answer: Reply
        var ruling: Ruling?
        switch reply {
        case .page(_, let page): answer = .answer(page)
        case .refused(let refused):
            answer = refused
            ruling = AnswerTable.ruling(for: refused, to: query)
        }
        let attempt = Attempt(answer, startedAt: start.date, duration: duration)
        try await journal.note(listing: attempt, of: query.target)
        onAnswer?(AnsweredListing(query: query, reply: reply, ruling: ruling, duration: duration))
        return .answered(query, reply, ruling)
    }
}
