import Decisions
import FoundationEssentials
import Journal
import Synchronization
import Zoom

/// Whether Zoom is asked who is registered before anything is sent.
package enum PreflightMode: String, Sendable, Hashable, CaseIterable {
    /// Rows that hold an id and an email are compared with Zoom, as far as the token may read registrants.
    ///
    /// All other rows are sent as they are. What Zoom's lists say of their status takes three requests at least, one for
    /// each list, where their batch takes one: looking would save nothing that is known beforehand.
    case auto
    /// All three lists are read for every meeting with something to send, and decide what is sent.
    case on
    /// Nothing is asked.
    case off
}

/// Compares decisions with Zoom's lists before sending, so that nothing is sent that Zoom would refuse or that would
/// change nothing.
///
/// It never guesses:
/// - A row is looked up by its id, or by email if it gives no id. If id and email belong to two registrants, or Zoom
///   knows the email under another id, the row is failed with a sentence: Zoom goes by the id, and it is unknown which
///   of the two is right.
/// - An email that several registrants share is sent as it is.
/// - A status counts only if Zoom's lists agree about it.
/// - A registrant listed as denied counts as already cancelled: that is how Zoom lists a registration that its host
///   cancelled.
/// - A registrant in none of the lists is not registered or was cancelled; the lists don't tell which. The row is
///   failed without being sent, even if it asks to cancel: a misspelled address must not be taken for a cancelled
///   registrant, who would then come. Only if the journal knows that the registrant was registered there does a missing
///   one whom the row wants cancelled count as already cancelled.
struct Preflight: Sendable {
    private let roll: RegistrantDirectory
    private let kind: Target.Kind

    /// - Parameters:
    ///   - roll: The registrants on Zoom's lists.
    ///   - kind: Whether they registered for a meeting or a webinar.
    init(_ roll: RegistrantDirectory, of kind: Target.Kind = .meeting) {
        self.roll = roll
        self.kind = kind
    }

    /// The listed registrant that matches a row's registrant.
    private enum Match {
        case found(RegistrantDirectory.Entry)
        case several([RegistrantDirectory.Entry])
        case mismatched(String)
        case missing
    }

    /// Whether somebody is missing, so that the lists should be read again before that counts.
    func misses(anyOf decisions: [OpenDecision]) -> Bool {
        decisions.contains { decision in
            switch match(decision.registrant) {
            case .missing: true
            // The registrant of the row's id or email may only have slipped between two pages.
            case .mismatched: true
            case .found, .several: false
            }
        }
    }

    /// What the lists say about decisions of one target; decisions about which they say nothing are left out.
    ///
    /// - Parameter decisions: In journal order, in which later jobs come later.
    func findings(about decisions: [OpenDecision]) -> [PreflightFinding] {
        let overruled = sharing(decisions)
        return decisions.compactMap { decision in
            let kind = overruled[decision.id] ?? finding(about: decision)
            return kind.map { PreflightFinding(decision.id, $0) }
        }
    }

    /// The rows whose id is known to be another's than their email says: Zoom has it under another address. Whoever is
    /// not known, or without an address, is left out, and so is whatever the lists say of a status.
    func mismatches(among decisions: [OpenDecision]) -> [PreflightFinding] {
        decisions.compactMap { decision in
            guard let entry = decision.registrant.id.flatMap(roll.entry(id:)), entry.isOther(than: decision.registrant)
            else { return nil }
            return PreflightFinding(decision.id, .mismatched(reason: Self.otherEmail))
        }
    }

    private func finding(about decision: OpenDecision) -> PreflightFinding.Kind? {
        switch match(decision.registrant) {
        case .found(let entry):
            if entry.status == decision.action.wanted { return .alreadySo(reason: Self.already(decision)) }
            guard decision.registrant.id == nil, let id = entry.id else { return nil }
            return .learned(id: id)
        case .several(let entries):
            guard entries.allSatisfy({ $0.status == decision.action.wanted }) else { return nil }
            return .alreadySo(reason: Self.already(decision))
        case .mismatched(let reason):
            return .mismatched(reason: reason)
        case .missing:
            guard decision.action == .cancel else { return .notRegistered(reason: missing) }
            // A registrant who was registered and is no longer in any list was cancelled.
            if decision.wasKnown { return .alreadySo(reason: Self.already(decision, isListed: false)) }
            return .notRegistered(reason: missingToCancel)
        }
    }

    private func match(_ registrant: Registrant) -> Match {
        let byEmail = registrant.email.map(roll.entries(email:)) ?? []
        guard let id = registrant.id else {
            guard let first = byEmail.first else { return .missing }
            return byEmail.count == 1 ? .found(first) : .several(byEmail)
        }
        guard let entry = roll.entry(id: id) else {
            return byEmail.isEmpty ? .missing : .mismatched(Self.otherID)
        }
        return entry.isOther(than: registrant) ? .mismatched(Self.otherEmail) : .found(entry)
    }

    /// Finds rows that name one registrant in two ways, by id and by email, which only the lists reveal. If rows of one
    /// job contradict each other, none of them is sent; if they agree, or a later job decides, only the last one is.
    private func sharing(_ decisions: [OpenDecision]) -> [DecisionID: PreflightFinding.Kind] {
        var byID: [String: [OpenDecision]] = [:]
        for decision in decisions {
            if case .found(let entry) = match(decision.registrant), let id = entry.id {
                byID[id, default: []].append(decision)
            }
        }
        var kinds: [DecisionID: PreflightFinding.Kind] = [:]
        for group in byID.values where group.count > 1 {
            guard let last = group.last else { continue }
            for decision in group where decision.job != last.job {
                kinds[decision.id] = .superseded(by: last.id)
            }
            let rivals = group.filter { $0.job == last.job }
            for decision in rivals {
                if let other = rivals.first(where: { $0.action != decision.action }) {
                    kinds[decision.id] = .contradicted(by: other.id)
                } else if decision.id != last.id {
                    kinds[decision.id] = .superseded(by: last.id)
                }
            }
        }
        return kinds
    }

    // MARK: Sentences

    private var missing: String {
        """
        Zoom's lists hold nobody of this id or email for this \(kind.rawValue), so nothing was sent. Check the row, or whether \
        the registration was cancelled.
        """
    }
    private var missingToCancel: String {
        """
        Zoom's lists hold nobody of this id or email for this \(kind.rawValue): it was cancelled already, or the row is wrong. \
        Nothing was sent. Check the row.
        """
    }
    private static let otherID = """
        The registrant id is not one of Zoom's for this registration: Zoom knows this email under another registrant id, so \
        nothing was sent. Correct the id, or leave it out; `--ignore-ids` goes by email alone.
        """
    private static let otherEmail = """
        The id and the email are two different people's: Zoom knows this registrant id under another email, so nothing was \
        sent. See whether a column of the spreadsheet has moved by a row or was sorted alone, and correct the one that is \
        wrong; `--ignore-ids` goes by email alone.
        """

    private static func already(_ decision: OpenDecision, isListed: Bool = true) -> String {
        let state =
            switch (decision.action, isListed) {
            case (.cancel, true): "denied already, as it does after a cancellation"
            case (.cancel, false): "cancelled already"
            case (let action, _): "\(action.wanted.rawValue) already"
            }
        let own = decision.wasSent ? ", perhaps by a request whose answer was lost" : ""
        return "Zoom shows this registrant as \(state)\(own). Nothing was sent."
    }
}

extension RegistrantDirectory.Entry {
    /// Whether Zoom has another address for it than a row that names it by id.
    func isOther(than registrant: Registrant) -> Bool {
        guard let listed = email, let email = registrant.email else { return false }
        return email.lowercased() != listed.lowercased()
    }
}

extension Action {
    /// The list that holds a registrant afterwards. Reports differ about a registration that its host cancelled: most
    /// find it among the denied, an older one in no list at all. So after `cancel` both are right.
    var wanted: RegistrantQuery.Status {
        switch self {
        case .approve: .approved
        case .deny, .cancel: .denied
        }
    }
}

/// Before a run sends anything, reads Zoom's lists for each meeting with something to send, or looks for the registrants
/// whom rows name by id and email, and records in the journal what it finds.
struct PreflightRun: Sendable {
    let run: Run
    let jobs: [JobID]

    /// A row that was sent so recently, in seconds, is not compared again: it was before it was sent, and Zoom may have
    /// done it since.
    private static let night = 12.0 * 3_600

    /// The result for one account.
    struct Result: Sendable {
        /// Why nothing can be sent; nil if sending may go on.
        var obstacle: Ending?
        /// What to report at the end although sending went on.
        var remark: Ending?
        /// The limiter after reading the lists, for the dispatcher to continue with.
        var limiter: RateLimiter
        /// Targets whose lists could not be read, so nothing is sent to them.
        var unread: Set<Target> = []
        /// Why rows are sent without being compared; nil if none is.
        var notice: String?
        /// How many rows the lists answered, and how many of these they showed to be wrong.
        var listed = RefusalTally()
    }

    /// Reads the lists for one account and records the findings.
    func callAsFunction(
        _ account: RunAccount,
        lister: any RegistrantLister,
        seed: UInt64
    ) async throws -> Result {
        let now = run.clock.now
        let isWhole = run.preflight == .on
        let targets = try await isWhole ? dueTargets(of: account.name) : comparableTargets(of: account)
        var search =
            isWhole ? nil : RegistrantSearch { target throws(JournalError) in try await ids(of: target, account) }
        if !targets.isEmpty {
            if let failure = await account.client.prepare(until: run.stop) {
                return Result(obstacle: .unreachable(failure.detail), limiter: RateLimiter(account.options.pace))
            }
            // A stop must not wait for a token.
            if !run.stop.isOn { search?.close(beyond: await lister.scopes()) }
        }
        let spending = try await run.journal.spending(around: UTCDay(now.date))
        let (journal, jobs, clock) = (run.journal, jobs, run.clock)
        // Needed only where a meeting that is refused as a whole counts.
        let isLimited = account.options.failureLimit != nil
        let count = AnswerCount(try await isLimited ? journal.openBatches(of: jobs, in: account.name) : [])
        let listing = RegistrantListing(
            lister: lister,
            options: account.options,
            throttle: Throttle(account.options, seed: seed),
            days: DailyBudget(account.options.days, spent: spending, by: account.name),
            clock: clock,
            stop: run.stop,
            onAnswer: run.onListing,
            search: search,
            note: { attempt, query throws(JournalError) in try await journal.note(attempt, of: query) },
            judge: { target, directory, isSecond throws(JournalError) in
                let date = clock.date()
                let due = isWhole ? date : Self.horizon(account, date)
                let decisions = try await journal.openDecisions(for: target, of: jobs, at: due)
                let preflight = Preflight(directory, of: target.kind)
                if !isWhole {
                    let mismatches = preflight.mismatches(among: decisions)
                    let compared = decisions.count { $0.registrant.id != nil && $0.registrant.email != nil }
                    count.add(compared, mismatches)
                    if !mismatches.isEmpty { try await journal.note(mismatches, at: date) }
                    return false
                }
                if !isSecond, preflight.misses(anyOf: decisions) { return true }
                let findings = preflight.findings(about: decisions)
                count.add(decisions.count, findings)
                try await journal.note(findings, at: date)
                return false
            },
            close: { closing throws(JournalError) in
                count.add(closing)
                _ = try await Effect.close(closing).perform(on: journal, of: jobs, at: clock.date())
            }
        )
        let listed = await listing(targets)
        var result = Result(limiter: listed.limiter, unread: listed.unread, listed: count.tally)
        if !listed.closed.isEmpty { result.notice = Self.notice(listed.closed) }
        switch listed.ending {
        case .done: break
        case .workRemains where !listed.unread.isEmpty && listed.isOver: result.remark = listed.ending
        default: result.obstacle = listed.ending
        }
        return result
    }

    /// The targets with something that may be sent now, in journal order.
    private func dueTargets(of account: String?) async throws -> [Target] {
        let now = run.clock.date()
        var seen: Set<Target> = []
        return try await run.journal.openBatches(of: jobs, in: account)
            .filter { $0.dueAt.map { $0 <= now } ?? true }
            .map(\.target).filter { seen.insert($0).inserted }
    }

    /// The moment until which the run may wait for a row that may only be sent later.
    private static func horizon(_ account: RunAccount, _ now: Date) -> Date {
        now.addingTimeInterval(account.options.patience.inSeconds)
    }

    /// The targets with rows to compare.
    private func comparableTargets(of account: RunAccount) async throws -> [Target] {
        let now = run.clock.date()
        let all = try await run.journal.comparableTargets(
            of: jobs,
            at: Self.horizon(account, now),
            unlessSentSince: now.addingTimeInterval(-Self.night)
        )
        return all.filter { $0.account == account.name }
    }

    /// The ids of a target's rows to compare.
    private func ids(of target: Target, _ account: RunAccount) async throws(JournalError) -> Set<String> {
        let now = run.clock.date()
        return try await run.journal.comparableIDs(
            for: target,
            of: jobs,
            at: Self.horizon(account, now),
            unlessSentSince: now.addingTimeInterval(-Self.night)
        )
    }

    private static func notice(_ closed: [Target.Kind: RegistrantSearch.Refusal]) -> String {
        let scopes = closed.keys.sorted { $0.rawValue < $1.rawValue }.flatMap { kind in
            [Scopes.Use.registrants(kind), .lists(kind)].map { $0.sufficient[0] }
        }
        let reason = closed.values.compactMap { $0?.explanation }.first.map { " \($0)" } ?? ""
        return """
            Rows that hold an id and an email are sent without comparing the two with Zoom, because the app may not read who is \
            registered. To have them compared, add the scopes \(scopes.joined(separator: ", ")) to the app; --no-preflight \
            turns this off.\(reason)
            """
    }
}

/// Counts what lists answer.
private final class AnswerCount: Sendable {
    private let state = Mutex(RefusalTally())
    /// The rows of each target, where they matter.
    private let rows: [Target: Int]

    init(_ batches: [OpenBatch]) {
        rows = batches.reduce(into: [:]) { $0[$1.target, default: 0] += $1.rows }
    }

    var tally: RefusalTally { state.withLock { $0 } }

    func add(_ answered: Int, _ findings: [PreflightFinding]) {
        let refused = findings.count { $0.kind.isRefusal }
        state.withLock { tally in
            tally.answered += answered
            tally.refused += refused
        }
    }

    /// Adds a target that is refused as a whole.
    func add(_ closing: BulkTransition) {
        guard case .failed = closing.outcome else { return }
        let closed = rows.reduce(0) { $0 + (closing.covers($1.key, nil) ? $1.value : 0) }
        state.withLock { tally in
            tally.answered += closed
            tally.refused += closed
        }
    }
}

extension PreflightFinding.Kind {
    /// Whether the row fails.
    fileprivate var isRefusal: Bool {
        switch self {
        case .notRegistered, .mismatched, .contradicted: true
        case .learned, .alreadySo, .superseded: false
        }
    }
}

extension Journal {
    /// Journals a request for a page of a list, or for one registrant.
    func note(_ attempt: Attempt, of query: RegistrantQuery) async throws(JournalError) {
        try await note(listing: attempt, of: query.target, registrants: query.registrant == nil ? 0 : 1)
    }
}
