import Decisions
import Journal
package import Zoom

/// Acts for one survey: drives it, and asks for the pages that it wants. Every page that is asked for is journaled before
/// its answer is used.
struct SurveyRun: Sendable {
    let journal: Journal
    let lister: any RegistrantLister
    let clock: any RunClock
    let stop: StopSwitch
    var onAnswer: (@Sendable (AnsweredListing) -> Void)?
    /// Uses a roll. Returns whether it must be read again, because somebody is missing.
    let judge: @Sendable (Target, RegistrantDirectory, _ isSecond: Bool) async throws(JournalError) -> Bool
    /// Notes that Zoom refused a target, or put it off.
    let close: @Sendable (BulkTransition) async throws(JournalError) -> Void

    /// Runs until the survey says that it is over, or the journal fails. Returns the survey as it stands then.
    func drive(_ start: Survey) async -> (survey: Survey, ending: Ending) {
        var survey = start
        let loop = MachineLoop<Survey>(clock: clock, stop: stop) { step throws(JournalError) in try await perform(step)
        }
        let ending = await loop.drive(&survey)
        return (survey, ending)
    }

    private func perform(_ step: Survey.Step) async throws(JournalError) -> Survey.Event {
        switch step {
        case .list(let query): return try await list(query)
        case .judge(let target, let roll, let isSecond):
            return .judged(target, readAgain: try await judge(target, roll, isSecond))
        case .close(let closing):
            try await close(closing)
            return .closed
        case .wait, .finish: preconditionFailure("nothing to be done")
        }
    }

    private func list(_ query: RegistrantQuery) async throws(JournalError) -> Survey.Event {
        let start = clock.now
        let reply = await lister.list(query)
        let duration = clock.elapsed() - start.elapsed
        let answer: SendResult
        var disposition: Disposition?
        switch reply {
        case .page(_, let page): answer = .answer(page)
        case .refused(let refused):
            answer = refused
            disposition = AnswerTable.disposition(for: refused, to: query)
        }
        let attempt = Attempt(answer, startedAt: start.date, duration: duration)
        try await journal.note(listing: attempt, of: query.target)
        onAnswer?(AnsweredListing(query: query, reply: reply, disposition: disposition, duration: duration))
        return .answered(query, reply, disposition)
    }
}

/// A request for a page of a list and what came back, for logs and metrics.
package struct AnsweredListing: Sendable {
    /// What was asked for.
    package let query: RegistrantQuery
    /// What came back. A page holds email addresses: not for logs as it is.
    package let reply: ListResult
    /// What a refusal means; nil for a page.
    package let disposition: Disposition?
    /// From sending to the end of the answer.
    package let duration: Duration
}
