package import Decisions
package import Journal
import Synchronization
package import Zoom

/// Lists who is registered for meetings and webinars of one account, page by page: those that are named, and those that
/// hosts have coming up. Changes nothing in Zoom; its requests for lists are journaled, and all count against the same
/// limits as any others.
package struct ListRun: Sendable {
    package var journal: Journal
    package var options: DispatchOptions
    /// The lists to read, in this order.
    package var statuses: [RegistrantQuery.Status]
    package var clock: any RunClock
    /// Ends the listing early.
    package var stop: StopSwitch
    package var seed: UInt64
    /// Receives every page of a list. Must return quickly.
    package var onListing: (@Sendable (AnsweredListing) -> Void)?
    private let zoom: any RegistrantLister & MeetingReader

    package init(
        journal: Journal,
        zoom: any RegistrantLister & MeetingReader,
        options: DispatchOptions,
        statuses: [RegistrantQuery.Status],
        clock: any RunClock = SystemRunClock(),
        stop: StopSwitch = StopSwitch(),
        seed: UInt64 = .random(in: 0 ... .max)
    ) {
        self.journal = journal
        self.zoom = zoom
        self.options = options
        self.statuses = statuses
        self.clock = clock
        self.stop = stop
        self.seed = seed
    }

    /// What came of it.
    package struct Result: Sendable {
        /// `.done` only if every list was read to its end, or refused.
        package var ending: Ending
        /// What Zoom refused to list, in the order in which it was named, and why.
        package var refused: [Refused] = []
        /// Hosts whose webinars can't be listed though their meetings can, and why.
        package var withoutWebinars: [(host: String, reason: String)] = []
        /// How many of the hosts' meetings and webinars people join without registering.
        package var withoutRegistration = 0
    }

    package struct Refused: Sendable {
        package enum Subject: Sendable, Hashable {
            case target(Target)
            /// A host, by email address.
            case host(String)
        }

        package let subject: Subject
        package let reason: String
    }

    /// Lists meetings and webinars.
    ///
    /// - Parameters:
    ///   - targets: Each once, without occurrences, all of one account.
    ///   - hosts: Whose upcoming meetings and webinars to list as well, as far as people register for them: a query for
    ///     each kind. One that is also a target is listed once.
    ///   - announce: Gets what each is, before any page of it, and its place in the order of asking.
    ///   - take: Gets every page, from several tasks at once.
    package func callAsFunction(
        _ targets: [Target],
        hosts: [HostQuery] = [],
        announce: @escaping @Sendable (Target, MeetingDetails, Int) -> Void,
        take: @escaping @Sendable (RegistrantPage, RegistrantQuery) throws -> Void
    ) async -> Result {
        do {
            let spending = try await journal.spending(around: UTCDay(clock.date()))
            return await read(
                targets,
                hosts,
                DailyBudget(options.days, spent: spending, by: (targets.first?.account ?? hosts.first?.account)),
                note: { [journal] attempt, query throws(JournalError) in try await journal.note(attempt, of: query) },
                announce: announce,
                take: take
            )
        } catch {
            return Result(ending: .journalFailed(String(describing: error)))
        }
    }

    /// The same with any journal.
    func read(
        _ targets: [Target],
        _ hosts: [HostQuery],
        _ days: DailyBudget,
        note: @escaping @Sendable (Attempt, RegistrantQuery) async throws(JournalError) -> Void,
        announce: @escaping @Sendable (Target, MeetingDetails, Int) -> Void,
        take: @escaping @Sendable (RegistrantPage, RegistrantQuery) throws -> Void
    ) async -> Result {
        // Before anything is sent, not even for a token.
        guard !stop.isOn else { return Result(ending: .interrupted) }
        let board = Board(targets)
        let listing = RegistrantListing(
            lister: zoom,
            options: options,
            throttle: Throttle(options, seed: seed),
            days: days,
            clock: clock,
            stop: stop,
            onAnswer: onListing,
            statuses: statuses,
            onPage: take,
            discovery: Discovery(
                reader: zoom,
                hosts: { page, _ in board.add(page.targets) },
                found: { target, details in
                    guard let place = board.place(of: target, details) else { return [] }
                    announce(target, details, place)
                    guard details.isRegisteredByOccurrence, !details.occurrences.isEmpty else { return [target] }
                    return details.occurrences.map {
                        Target(account: target.account, kind: target.kind, id: target.id, occurrence: $0.id)
                    }
                },
                close: board.close
            ),
            note: note,
            judge: { _, _, _ throws(JournalError) in false },
            close: { closing throws(JournalError) in board.close(closing) }
        )
        return board.result(await listing(targets, hosts: hosts).ending, hosts)
    }
}

/// What is known of the meetings, and what was refused.
private final class Board: Sendable {
    private struct State {
        /// All meetings and webinars, in the order of asking.
        var places: [Target: Int] = [:]
        let named: Int
        var refused: [(target: Target, reason: String)] = []
        var refusedHosts: [HostQuery: String] = [:]
        var deferred: Ending?
        var withoutRegistration = 0
    }

    private let state: Mutex<State>

    init(_ targets: [Target]) {
        let places = Dictionary(targets.enumerated().map { ($1, $0) }) { first, _ in first }
        state = Mutex(State(places: places, named: places.count))
    }

    /// Takes a host's meetings. Returns those that are new: a series is listed once for each occurrence.
    func add(_ targets: [Target]) -> [Target] {
        state.withLock { state in
            targets.filter { target in
                guard state.places[target] == nil else { return false }
                state.places[target] = state.places.count
                return true
            }
        }
    }

    /// The place of a meeting; nil if it is a host's, and nobody registers for it.
    func place(of target: Target, _ details: MeetingDetails) -> Int? {
        state.withLock { state in
            let place = state.places[target] ?? 0
            // Zoom says of one that was named why it has no list.
            guard place >= state.named, !details.hasRegistration else { return place }
            state.withoutRegistration += 1
            return nil
        }
    }

    func close(_ closing: BulkTransition) {
        state.withLock { state in
            switch closing.outcome {
            case .failed(_, let reason): state.refused.append((closing.target, reason))
            case .deferred(let until, let reason): state.deferred = .workRemains(reason: reason, due: until)
            }
        }
    }

    func close(_ query: HostQuery, _ outcome: BulkTransition.Outcome) {
        var query = query
        query.pageToken = nil
        state.withLock { [query] state in
            switch outcome {
            case .failed(_, let reason): state.refusedHosts[query] = reason
            case .deferred(let until, let reason): state.deferred = .workRemains(reason: reason, due: until)
            }
        }
    }

    func result(_ ending: Ending, _ hosts: [HostQuery]) -> ListRun.Result {
        state.withLock { state in
            var result = ListRun.Result(ending: ending == .done ? state.deferred ?? .done : ending)
            result.withoutRegistration = state.withoutRegistration
            for query in hosts {
                guard let reason = state.refusedHosts[query] else { continue }
                let meetings = HostQuery(account: query.account, host: query.host, kind: .meeting)
                if query.kind == .meeting || !hosts.contains(meetings) {
                    result.refused.append(ListRun.Refused(subject: .host(query.host), reason: reason))
                } else if state.refusedHosts[meetings] == nil {
                    result.withoutWebinars.append((query.host, reason))
                }
            }
            let refused = state.refused.sorted { one, other in
                (state.places[one.target.whole] ?? 0, one.target.occurrence?.description ?? "")
                    < (state.places[other.target.whole] ?? 0, other.target.occurrence?.description ?? "")
            }
            result.refused += refused.map { ListRun.Refused(subject: .target($0.target), reason: $0.reason) }
            return result
        }
    }
}
