import Decisions
import Journal
import Zoom

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
        if let email = registrant.email, let listed = entry.email, email.lowercased() != listed.lowercased() {
            return .mismatched(Self.otherEmail)
        }
        return .found(entry)
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
        Zoom knows this registrant id under another email, so nothing was sent. Correct the one that is wrong.
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

/// Before a run sends anything, reads Zoom's lists for each meeting with something to send, and records in the journal
/// what they say.
struct PreflightRun: Sendable {
    let run: Run
    let jobs: [JobID]

    /// The result for one account.
    struct Result: Sendable {
        /// Why nothing can be sent; nil if sending may go on.
        var obstacle: Ending?
        /// What to report at the end although sending went on.
        var remark: Ending?
        /// The limiter after reading the lists, for the dispatcher to continue with.
        var limiter: RateLimiter
        /// Targets whose lists could not be read, so nothing is sent to them.
        var unread: Set<Target>
    }

    /// Reads the lists for one account and records the findings.
    func callAsFunction(
        _ account: RunAccount,
        lister: any RegistrantLister,
        seed: UInt64
    ) async throws -> Result {
        let now = run.clock.now
        let batches = try await run.journal.openBatches(of: jobs, in: account.name)
        var seen: Set<Target> = []
        let targets = batches.filter { $0.dueAt.map { $0 <= now.date } ?? true }
            .map(\.target).filter { seen.insert($0).inserted }
        let spending = try await run.journal.spending(around: UTCDay(now.date))
        let (journal, jobs, clock) = (run.journal, jobs, run.clock)
        let listing = RegistrantListing(
            lister: lister,
            options: account.options,
            throttle: Throttle(account.options, seed: seed),
            days: DailyBudget(account.options.days, spent: spending, by: account.name),
            clock: clock,
            stop: run.stop,
            onAnswer: run.onListing,
            note: { attempt, target throws(JournalError) in try await journal.note(listing: attempt, of: target) },
            judge: { target, directory, isSecond throws(JournalError) in
                let date = clock.date()
                let decisions = try await journal.openDecisions(for: target, of: jobs, at: date)
                let preflight = Preflight(directory, of: target.kind)
                if !isSecond, preflight.misses(anyOf: decisions) { return true }
                try await journal.note(preflight.findings(about: decisions), at: date)
                return false
            },
            close: { closing throws(JournalError) in
                _ = try await Effect.close(closing).perform(on: journal, of: jobs, at: clock.date())
            }
        )
        let listed = await listing(targets)
        var result = Result(limiter: listed.limiter, unread: listed.unread)
        switch listed.ending {
        case .done: break
        case .workRemains where !listed.unread.isEmpty && listed.isOver: result.remark = listed.ending
        default: result.obstacle = listed.ending
        }
        return result
    }
}
