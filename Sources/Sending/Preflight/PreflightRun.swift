import Decisions
import Journal
import Zoom

/// Looks at Zoom's lists before a run sends anything: for each meeting with something to send, its lists are read, and the
/// journal learns what they say.
struct PreflightRun: Sendable {
    let run: Run
    let jobs: [JobID]

    /// What came of it for one account.
    struct Result: Sendable {
        /// Nil where sending may go on; otherwise why nothing can be sent.
        var obstacle: Ending?
        /// What to say in the end though sending went on.
        var remark: Ending?
        /// The limiter as the lists left it, for the dispatcher to go on with.
        var limiter: RateLimiter
        /// Targets whose lists could not be read, and to which nothing is sent therefore.
        var unread: Set<Target>
    }

    /// Reads the lists for one account and notes the findings.
    func callAsFunction(
        _ account: RunAccount,
        lister: any RegistrantLister,
        seed: UInt64
    ) async throws -> Result {
        let now = run.clock.now
        let batches = try await run.journal.openBatches(of: jobs)
        var seen: Set<Target> = []
        let targets = batches.filter { $0.target.account == account.name && $0.dueAt.map { $0 <= now.date } ?? true }
            .map(\.target).filter { seen.insert($0).inserted }
        let spending = try await run.journal.spending(around: UTCDay(now.date))
        let survey = Survey(
            account.options,
            targets: targets,
            spent: spending,
            by: account.name,
            seed: seed,
            at: now
        )
        let journal = run.journal
        let jobs = jobs
        let clock = run.clock
        let driver = SurveyRun(
            journal: journal,
            lister: lister,
            clock: clock,
            stop: run.stop,
            onAnswer: run.onListing,
            judge: { target, roll, isSecond throws(JournalError) in
                let date = clock.date()
                let decisions = try await journal.openDecisions(for: target, of: jobs, at: date)
                let preflight = Preflight(roll, of: target.kind)
                if !isSecond, preflight.misses(anyOf: decisions) { return true }
                try await journal.note(preflight.findings(about: decisions), at: date)
                return false
            },
            close: { closing throws(JournalError) in
                _ = try await Effect.close(closing).perform(on: journal, of: jobs, at: clock.date())
            }
        )
        let (end, ending) = await driver.drive(survey)
        var result = Result(limiter: end.line.limiter, unread: end.unread)
        switch ending {
        case .done: break
        case .workRemains where !end.unread.isEmpty && end.isOver: result.remark = ending
        default: result.obstacle = ending
        }
        return result
    }
}
