internal import Decisions
public import Journal
internal import Synchronization
internal import Zoom

/// Compares what a job claims with what Zoom's lists say now. Changes nothing in Zoom; the requests are journaled and count
/// against the same limits as all others.
public struct VerificationRun: Sendable {
    /// Where the claims are.
    public var journal: Journal
    /// Whose claims.
    public var job: JobID
    /// The accounts whose lists can be read.
    public var accounts: [RunAccount]
    /// The clocks.
    public var clock: any RunClock
    /// Ends it early.
    public var stop: StopSwitch
    /// Where chance starts.
    public var seed: UInt64
    /// Told of every page of a list. Must return soon.
    public var onListing: (@Sendable (AnsweredListing) -> Void)?

    /// Prepares it; nothing happens before `callAsFunction()`.
    public init(
        journal: Journal,
        job: JobID,
        accounts: [RunAccount],
        clock: any RunClock = SystemRunClock(),
        stop: StopSwitch = StopSwitch(),
        seed: UInt64 = .random(in: 0 ... .max)
    ) {
        self.journal = journal
        self.job = job
        self.accounts = accounts
        self.clock = clock
        self.stop = stop
        self.seed = seed
    }

    /// Reads the lists of every target about which the job claims something, and compares.
    ///
    /// - Returns: What was compared, and why each account's part ended: `.done` only where everything was compared.
    public func callAsFunction() async -> (verification: Verification, endings: [String?: Ending]) {
        let board = Board()
        var endings: [String?: Ending] = [:]
        do {
            let groups = try await journal.claimingRows(of: job)
            for name in Set(groups.map(\.target.account)) where !accounts.contains(where: { $0.name == name }) {
                endings[name] = .workRemains(reason: Reasons.unknownAccount(name), due: nil)
            }
            for (number, account) in accounts.enumerated() {
                let own = groups.filter { $0.target.account == account.name }
                guard let lister = account.lister, !own.isEmpty else { continue }
                endings[account.name] = try await compare(
                    own,
                    account,
                    lister: lister,
                    seed: seed &+ UInt64(number),
                    board: board
                )
                if endings[account.name]?.isJournalFailed == true { break }
            }
        } catch {
            endings[nil] = .journalFailed(String(describing: error))
        }
        var verification = board.verification
        verification.sort()
        return (verification, endings)
    }

    private func compare(
        _ groups: [ClaimingRows],
        _ account: RunAccount,
        lister: any RegistrantLister,
        seed: UInt64,
        board: Board
    ) async throws -> Ending {
        let now = clock.now
        let spending = try await journal.spending(around: UTCDay(now.date))
        let survey = Survey(
            account.options,
            targets: groups.map(\.target),
            spent: spending,
            by: account.name,
            seed: seed,
            at: now
        )
        let byTarget = Dictionary(uniqueKeysWithValues: groups.map { ($0.target, $0) })
        let (journal, job) = (journal, job)
        let claims = { @Sendable (target: Target) async throws(JournalError) -> [Claim] in
            guard let rows = byTarget[target] else { return [] }
            return try await journal.claims(of: rows, in: job)
        }
        let driver = SurveyRun(
            journal: journal,
            lister: lister,
            clock: clock,
            stop: stop,
            onAnswer: onListing,
            judge: { target, roll, isSecond throws(JournalError) in
                let claims = try await claims(target)
                if !isSecond, Verification.isInDoubt(claims, roll: roll) { return true }
                board.change { $0.compare(claims, of: target, with: roll) }
                return false
            },
            close: { closing throws(JournalError) in
                switch closing.outcome {
                case .failed(_, let reason):
                    let claims = try await claims(closing.target)
                    board.change { $0.refuse(claims, of: closing.target, because: reason) }
                case .deferred(let until, let reason):
                    // Nothing is deferred in the journal by looking; it is only not known yet.
                    board.remain(.workRemains(reason: reason, due: until), of: account.name)
                }
            }
        )
        let (_, ending) = await driver.drive(survey)
        return ending == .done ? board.remaining(of: account.name) ?? .done : ending
    }

    /// What has been compared so far, for all that read lists at once.
    private final class Board: Sendable {
        private let state = Mutex((verification: Verification(), remaining: [String?: Ending]()))

        var verification: Verification { state.withLock { $0.verification } }

        func remaining(of account: String?) -> Ending? { state.withLock { $0.remaining[account] } }

        func change(_ body: (inout Verification) -> Void) {
            state.withLock { body(&$0.verification) }
        }

        func remain(_ ending: Ending, of account: String?) {
            state.withLock { $0.remaining[account] = ending }
        }
    }
}
