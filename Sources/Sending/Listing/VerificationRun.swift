import Decisions
package import Journal
import Synchronization
import Zoom

/// Compares what jobs claim, or what a run has just applied of it, with Zoom's lists now. Changes nothing in Zoom; its
/// requests are journaled and count against the same limits as all others.
package struct VerificationRun: Sendable {
    /// The journal with the claims.
    package var journal: Journal
    /// The jobs whose claims to compare.
    package var jobs: [JobID]
    /// The accounts whose lists it can read.
    package var accounts: [RunAccount]
    package var clock: any RunClock
    /// Ends the comparison early.
    package var stop: StopSwitch
    /// The seed of the random generators.
    package var seed: UInt64
    /// Receives every page of a list. Must return quickly.
    package var onListing: (@Sendable (AnsweredListing) -> Void)?
    /// Compares only these claims; nil compares all.
    private var changes: AppliedChanges?
    private var limiters: [String?: RateLimiter] = [:]
    private var rereadDelay = Duration.zero

    /// How long Zoom's lists may take to show a recent change, which is undocumented. Registrants who differ are
    /// checked again afterwards.
    private static let settling = Duration.seconds(3)

    /// Prepares a comparison; nothing happens before `callAsFunction()`.
    package init(
        journal: Journal,
        job: JobID,
        accounts: [RunAccount],
        clock: any RunClock = SystemRunClock(),
        stop: StopSwitch = StopSwitch(),
        seed: UInt64 = .random(in: 0 ... .max)
    ) {
        self.journal = journal
        jobs = [job]
        self.accounts = accounts
        self.clock = clock
        self.stop = stop
        self.seed = seed
    }

    /// Prepares to compare what a run has applied, on its clock and within its rate, for accounts that could send to
    /// the end. Nil if there is nothing to compare.
    package init?(after run: Run, _ summary: RunSummary, of jobs: [JobID]) {
        guard let changes = summary.applied, !changes.isEmpty else { return nil }
        journal = run.journal
        self.jobs = jobs
        accounts = run.accounts.filter { account in
            switch summary.endings[account.name] {
            case .done, .workRemains, .tooManyRefused: true
            default: false
            }
        }
        clock = run.clock
        stop = run.stop
        seed = run.seed &* 31
        onListing = run.onListing
        self.changes = changes
        limiters = summary.limiters
        rereadDelay = Self.settling
    }

    /// A job's claims about a target.
    private struct Group {
        let job: JobID
        let rows: ClaimingRows
    }

    /// Reads the lists of every target with claims, each once, and compares them.
    ///
    /// - Returns: The comparisons, by job, and why each account's part ended: `.done` only if everything was compared.
    package func callAsFunction() async -> (verifications: [JobID: Verification], endings: [String?: Ending]) {
        let board = Board()
        var endings: [String?: Ending] = [:]
        do {
            var groups: [Group] = []
            for job in jobs {
                for rows in try await journal.claimingRows(of: job) where changes?.contains(rows.target) ?? true {
                    groups.append(Group(job: job, rows: rows))
                }
            }
            for name in Set(groups.map(\.rows.target.account)) where !accounts.contains(where: { $0.name == name }) {
                // A run has already reported why it did not get through for an account.
                if changes == nil { endings[name] = .workRemains(reason: Reasons.unknownAccount(name), due: nil) }
            }
            for (number, account) in accounts.enumerated() {
                let own = groups.filter { $0.rows.target.account == account.name }
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
        return (board.verifications, endings)
    }

    private func compare(
        _ groups: [Group],
        _ account: RunAccount,
        lister: any RegistrantLister,
        seed: UInt64,
        board: Board
    ) async throws -> Ending {
        let spending = try await journal.spending(around: UTCDay(clock.date()))
        let byTarget = Dictionary(grouping: groups, by: \.rows.target)
        let (journal, changes) = (journal, changes)
        let claims = {
            @Sendable (target: Target) async throws(JournalError) -> [(job: JobID, claims: [AppliedDecision])] in
            var all: [(JobID, [AppliedDecision])] = []
            for group in byTarget[target] ?? [] {
                let claims = try await journal.claims(of: group.rows, in: group.job)
                all.append((group.job, claims.filter { changes?.contains($0, of: target) ?? true }))
            }
            return all
        }
        let listing = RegistrantListing(
            lister: lister,
            options: account.options,
            throttle: Throttle(account.options, limiter: limiters[account.name], seed: seed),
            days: DailyBudget(account.options.days, spent: spending, by: account.name),
            clock: clock,
            stop: stop,
            rereadDelay: rereadDelay,
            onAnswer: onListing,
            note: { attempt, query throws(JournalError) in try await journal.note(attempt, of: query) },
            judge: { target, directory, isSecond throws(JournalError) in
                let all = try await claims(target)
                if !isSecond, all.contains(where: { Verification.isInDoubt($0.claims, roll: directory) }) {
                    return true
                }
                for (job, claims) in all { board.change(job) { $0.compare(claims, of: target, with: directory) } }
                return false
            },
            close: { closing throws(JournalError) in
                switch closing.outcome {
                case .failed(_, let reason):
                    for (job, claims) in try await claims(closing.target) {
                        board.change(job) { $0.refuse(claims, of: closing.target, because: reason) }
                    }
                case .deferred(let until, let reason):
                    // Reading lists defers nothing in the journal; the result is only not known yet.
                    board.remain(.workRemains(reason: reason, due: until), of: account.name)
                }
            }
        )
        var seen: Set<Target> = []
        let ending = await listing(groups.map(\.rows.target).filter { seen.insert($0).inserted }).ending
        return ending == .done ? board.remaining(of: account.name) ?? .done : ending
    }

    /// What has been compared so far, shared by all accounts.
    private final class Board: Sendable {
        private let state = Mutex((verifications: [JobID: Verification](), remaining: [String?: Ending]()))

        var verifications: [JobID: Verification] {
            state.withLock { state in
                state.verifications.mapValues { verification in
                    var sorted = verification
                    sorted.sort()
                    return sorted
                }
            }
        }

        func remaining(of account: String?) -> Ending? { state.withLock { $0.remaining[account] } }

        func change(_ job: JobID, _ body: (inout Verification) -> Void) {
            state.withLock { body(&$0.verifications[job, default: Verification()]) }
        }

        func remain(_ ending: Ending, of account: String?) {
            state.withLock { $0.remaining[account] = ending }
        }
    }
}
