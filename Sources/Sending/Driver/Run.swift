public import Journal
public import Zoom

/// Sends what is open in a journal: the one place where the decisions of `Dispatcher` are acted on.
///
/// Accounts are served side by side, each by its own dispatcher, client and limiter.
public struct Run: Sendable {
    /// Where the state lives.
    public var journal: Journal
    /// The jobs to work on; nil for all.
    public var jobs: [JobID]?
    /// The accounts to send to.
    public var accounts: [RunAccount]
    /// What a reply means.
    public var rule: @Sendable (Reply, StatusUpdate) -> Ruling
    /// The clocks.
    public var clock: any RunClock
    /// Ends the run early.
    public var stop: StopSwitch
    /// Where chance starts.
    public var seed: UInt64
    /// Told how far the run is, a few times a second. Must return soon.
    public var onProgress: (@Sendable (RunProgress) -> Void)?
    /// Told of every answer. Must return soon.
    public var onAnswer: (@Sendable (AnsweredRequest) -> Void)?

    /// Prepares a run; nothing happens before `callAsFunction()`.
    public init(
        journal: Journal,
        jobs: [JobID]? = nil,
        accounts: [RunAccount],
        clock: any RunClock = SystemRunClock(),
        stop: StopSwitch = StopSwitch(),
        seed: UInt64 = .random(in: 0 ... .max),
        rule: @escaping @Sendable (Reply, StatusUpdate) -> Ruling
    ) {
        self.journal = journal
        self.jobs = jobs
        self.accounts = accounts
        self.clock = clock
        self.stop = stop
        self.seed = seed
        self.rule = rule
    }

    /// Sends until nothing is left to do, or nothing more can be done, in this run. Never throws: what went wrong is in the
    /// summary's ending, and the journal is right in any case.
    public func callAsFunction() async -> RunSummary {
        var summary = RunSummary()
        do {
            summary.recovered = try await journal.recover(at: clock.date())
            let jobs = if let jobs { jobs } else { try await journal.openJobs() }
            let batches = try await journal.openBatches(of: jobs)
            let spending = try await journal.spending(aroundDayOf: clock.date())
            let board = ProgressBoard(clock: clock, report: onProgress)
            for name in Set(batches.map(\.target.account)) where !accounts.contains(where: { $0.name == name }) {
                summary.endings[name] = .workRemains(reason: Reasons.unknownAccount(name), due: nil)
            }
            await withTaskGroup(of: (String?, Ending).self) { group in
                for (number, account) in accounts.enumerated() {
                    let dispatcher = Dispatcher(
                        account.options,
                        account: account.name,
                        batches: batches,
                        spending: spending,
                        seed: seed &+ UInt64(number),
                        at: clock.now
                    )
                    let lane = AccountRun(run: self, jobs: jobs, account: account, board: board)
                    group.addTask { (account.name, await lane.drive(dispatcher)) }
                }
                for await (name, ending) in group { summary.endings[name] = ending }
            }
            summary.progress = board.progress
        } catch {
            summary.endings[nil] = .journalFailed(String(describing: error))
        }
        return summary
    }
}
