package import Journal
import Synchronization
package import Zoom

/// Sends what is open in a journal: the only place that acts on the decisions of `Dispatcher`. Call `Journal.recover`
/// first, for what an earlier run left in flight.
///
/// Accounts run side by side, each with its own dispatcher, client and limiter.
package struct Run: Sendable {
    /// Where the state lives.
    package var journal: Journal
    /// The jobs to work on; nil for all.
    package var jobs: [JobID]?
    /// The accounts to send to.
    package var accounts: [RunAccount]
    /// What to ask Zoom first, for accounts with a `lister`.
    package var preflight = PreflightMode.off
    /// The most registrants in one request, after a preflight has taken some away.
    package var batchSize = 30
    /// Whether to note what Zoom confirms, to compare it with Zoom's lists afterwards.
    package var notesApplied = false
    package var clock: any RunClock
    /// Ends the run early.
    package var stop: StopSwitch
    /// The seed of the random generators.
    package var seed: UInt64
    /// Receives the run's progress a few times a second. Must return quickly.
    package var onProgress: (@Sendable (RunProgress) -> Void)?
    /// Receives every page of a list. Must return quickly.
    package var onListing: (@Sendable (AnsweredListing) -> Void)?
    /// Receives every answer. Must return quickly.
    package var onAnswer: (@Sendable (AnsweredRequest) -> Void)?

    /// Prepares a run; nothing happens before `callAsFunction()`.
    package init(
        journal: Journal,
        jobs: [JobID]? = nil,
        accounts: [RunAccount],
        clock: any RunClock = SystemRunClock(),
        stop: StopSwitch = StopSwitch(),
        seed: UInt64 = .random(in: 0 ... .max)
    ) {
        self.journal = journal
        self.jobs = jobs
        self.accounts = accounts
        self.clock = clock
        self.stop = stop
        self.seed = seed
    }

    /// Sends until nothing is left to do, or nothing more can be done, in this run. Never throws: the summary's endings
    /// say what went wrong, and the journal is correct in any case.
    package func callAsFunction() async -> RunSummary {
        var summary = RunSummary()
        do {
            let jobs = if let jobs { jobs } else { try await journal.openJobs() }
            let preflights = try await preflight(jobs)
            let spending = try await journal.spending(around: UTCDay(clock.date()))
            let board = ProgressBoard(clock: clock, report: onProgress)
            for name in Set(try await journal.openWork(of: jobs).map(\.account))
            where !accounts.contains(where: { $0.name == name }) {
                summary.endings[name] = .workRemains(reason: Reasons.unknownAccount(name), due: nil)
            }
            let applied = notesApplied ? AppliedChanges() : nil
            summary.applied = applied
            await withTaskGroup(of: (String?, Ending, RateLimiter?).self) { group in
                for (number, account) in accounts.enumerated() {
                    let preflight = preflights[number]
                    if let obstacle = preflight?.obstacle {
                        summary.endings[account.name] = obstacle
                        continue
                    }
                    let own = AccountRun(run: self, jobs: jobs, account: account, board: board, applied: applied)
                    group.addTask {
                        let (ending, limiter) = await own.drive(
                            spending,
                            seed: seed &+ UInt64(number),
                            after: preflight
                        )
                        return (account.name, ending, limiter)
                    }
                }
                for await (name, ending, limiter) in group {
                    summary.endings[name] = ending
                    summary.limiters[name] = limiter
                    // Without a journal no account may send, whichever account's batch could not be recorded.
                    if ending.isJournalFailed { group.cancelAll() }
                }
            }
            summary.progress = board.progress
            for (name, ending) in summary.endings {
                guard case .tooManyRefused(let reason) = ending else { continue }
                try await journal.note(unsent: reason, of: jobs, in: name)
            }
            for (number, result) in preflights {
                if let notice = result.notice { summary.notices[accounts[number].name] = notice }
            }
            if let failure = summary.endings.values.first(where: \.isJournalFailed) { summary.endings = [nil: failure] }
            for (number, result) in preflights where summary.endings[accounts[number].name] == .done {
                summary.endings[accounts[number].name] = result.remark ?? .done
            }
        } catch {
            summary.endings[nil] = .journalFailed(String(describing: error))
        }
        return summary
    }

    /// Asks Zoom as before sending, and sends nothing. Returns why each account's part ended.
    package func look() async -> [String?: Ending] {
        do {
            var endings: [String?: Ending] = [:]
            let jobs = if let jobs { jobs } else { try await journal.openJobs() }
            for (number, result) in try await preflight(jobs) {
                endings[accounts[number].name] = result.obstacle ?? result.remark ?? .done
            }
            return endings
        } catch {
            return [nil: .journalFailed(String(describing: error))]
        }
    }

    /// Reads Zoom's lists for each account, side by side, if wanted. Returns the results by account number.
    private func preflight(_ jobs: [JobID]) async throws -> [Int: PreflightRun.Result] {
        guard self.preflight != .off else { return [:] }
        let preflight = PreflightRun(run: self, jobs: jobs)
        let results = try await withThrowingTaskGroup(of: (Int, PreflightRun.Result).self) { group in
            for (number, account) in accounts.enumerated() {
                guard let lister = account.lister else { continue }
                group.addTask {
                    (number, try await preflight(account, lister: lister, seed: ~seed &+ UInt64(number)))
                }
            }
            var results: [Int: PreflightRun.Result] = [:]
            for try await (number, result) in group {
                results[number] = result
                if result.obstacle?.isJournalFailed == true { group.cancelAll() }
            }
            return results
        }
        // Withdrawn decisions left gaps; full batches need the fewest requests.
        for job in jobs { try await journal.regroup(job, size: batchSize, at: clock.date()) }
        return results
    }
}

/// One Zoom account that a run sends to, with its own connection, rate and limits.
package struct RunAccount: Sendable {
    /// The name that targets use for it; nil for the unnamed account.
    package let name: String?
    /// The way to Zoom with this account's credentials.
    package let client: any ZoomClient
    /// The way to Zoom's lists of registrants; only a preflight needs it.
    package let lister: (any RegistrantLister)?
    /// How fast to send, and how to handle trouble.
    package let options: DispatchOptions

    package init(
        name: String? = nil,
        client: any ZoomClient,
        lister: (any RegistrantLister)? = nil,
        options: DispatchOptions
    ) {
        self.name = name
        self.client = client
        self.lister = lister
        self.options = options
    }
}

/// The result of a run.
package struct RunSummary: Sendable {
    /// Why each account's part ended; the key nil is the unnamed account.
    package var endings: [String?: Ending] = [:]
    /// What else to say of an account's part: why its rows were not compared with Zoom.
    package var notices: [String?: String] = [:]
    /// The counts at the end.
    package var progress = RunProgress()
    /// What Zoom confirmed, if it was to be noted.
    var applied: AppliedChanges?
    /// Each account's limiter after sending, for more requests on the same clock.
    var limiters: [String?: RateLimiter] = [:]
}

/// Requests a run to stop, from anywhere: a signal handler's task, a test.
package final class StopSwitch: Sendable {
    private struct State {
        var isOn = false
        var number = 0
        var listeners: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Whether a stop was requested.
    package var isOn: Bool { state.withLock { $0.isOn } }

    /// Requests a stop. Once is enough.
    package func turnOn() {
        let listeners = state.withLock { state in
            state.isOn = true
            defer { state.listeners = [:] }
            return state.listeners.values.map(\.self)
        }
        for listener in listeners { listener.resume() }
    }

    /// Returns when a stop is requested, or when the task is cancelled.
    func wait() async {
        let number = state.withLock { state in
            state.number += 1
            return state.number
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isOn || Task.isCancelled { return true }
                    state.listeners[number] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.listeners.removeValue(forKey: number) }?.resume()
        }
    }
}
