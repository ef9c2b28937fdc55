package import Decisions
package import Journal
import Synchronization
package import Zoom

/// Lists who is registered for meetings and webinars of one account, page by page. Changes nothing in Zoom; its
/// requests for lists are journaled, and all count against the same limits as any others.
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
        /// What Zoom refused to list, in the order in which it was asked, and why.
        package var refused: [Refused] = []
    }

    package struct Refused: Sendable {
        package let target: Target
        package let reason: String
    }

    /// Lists meetings and webinars.
    ///
    /// - Parameters:
    ///   - targets: Each once, without occurrences.
    ///   - announce: Gets what each is, before any page of it, in the given order.
    ///   - take: Gets every page, from several tasks at once.
    package func callAsFunction(
        _ targets: [Target],
        announce: (Target, MeetingDetails) -> Void,
        take: @escaping @Sendable (RegistrantPage, RegistrantQuery) throws -> Void
    ) async -> Result {
        var known: [(target: Target, details: MeetingDetails)] = []
        var refused: [Refused] = []
        var doubt: Disposition?
        var throttle = Throttle(options, seed: seed)
        for target in targets {
            let (answer, next) = await untilStop(throttle) { throttle in await details(of: target, &throttle) }
            throttle = next
            switch answer {
            case .found(let details):
                known.append((target, details))
                announce(target, details)
            case .refused(let disposition):
                if disposition.nextStep == .doubtCredentials { doubt = disposition }
                refused.append(Refused(target: target, reason: disposition.explanation))
            case .ended(let ending): return Result(ending: ending, refused: refused)
            }
        }
        if known.isEmpty, targets.count > 1, let doubt { return Result(ending: .refused(doubt)) }
        let lists = known.flatMap { target, details in
            details.isRegisteredByOccurrence && !details.occurrences.isEmpty
                ? details.occurrences.map {
                    Target(account: target.account, kind: target.kind, id: target.id, occurrence: $0.id)
                } : [target]
        }
        var result = await read(lists, throttle, take)
        result.refused = refused + result.refused
        return result
    }

    private func read(
        _ lists: [Target],
        _ throttle: Throttle,
        _ take: @escaping @Sendable (RegistrantPage, RegistrantQuery) throws -> Void
    ) async -> Result {
        let board = Mutex((refused: [Refused](), deferred: Ending?.none))
        do {
            let spending = try await journal.spending(around: UTCDay(clock.date()))
            let listing = RegistrantListing(
                lister: zoom,
                options: options,
                throttle: throttle,
                days: DailyBudget(options.days, spent: spending, by: lists.first?.account),
                clock: clock,
                stop: stop,
                onAnswer: onListing,
                statuses: statuses,
                onPage: take,
                note: { [journal] attempt, query throws(JournalError) in try await journal.note(attempt, of: query) },
                judge: { _, _, _ throws(JournalError) in false },
                close: { closing throws(JournalError) in
                    board.withLock { board in
                        switch closing.outcome {
                        case .failed(_, let reason):
                            board.refused.append(Refused(target: closing.target, reason: reason))
                        case .deferred(let until, let reason):
                            board.deferred = .workRemains(reason: reason, due: until)
                        }
                    }
                }
            )
            let ending = await listing(lists).ending
            let places = Dictionary(uniqueKeysWithValues: lists.enumerated().map { ($1, $0) })
            return board.withLock { board in
                Result(
                    ending: ending == .done ? board.deferred ?? .done : ending,
                    refused: board.refused.sorted { places[$0.target] ?? 0 < places[$1.target] ?? 0 }
                )
            }
        } catch {
            return Result(ending: .journalFailed(String(describing: error)))
        }
    }

    // MARK: What a meeting is

    private enum Details: Sendable {
        case found(MeetingDetails)
        case refused(Disposition)
        case ended(Ending)
    }

    /// Asks until there is an answer, unless a stop is requested meanwhile.
    private func untilStop(
        _ throttle: Throttle,
        _ body: @escaping @Sendable (inout Throttle) async -> Details
    ) async -> (Details, Throttle) {
        await withTaskGroup(of: (Details, Throttle).self) { group in
            group.addTask {
                var throttle = throttle
                let details = await body(&throttle)
                return (details, throttle)
            }
            group.addTask { [stop] in
                await stop.wait()
                return (.ended(.interrupted), throttle)
            }
            defer { group.cancelAll() }
            return await group.next() ?? (.ended(.interrupted), throttle)
        }
    }

    private func details(of target: Target, _ throttle: inout Throttle) async -> Details {
        var failures = 0
        var tokensRefused = 0
        let began = clock.elapsed()
        // Its answers mean the same as those to a list of the same target.
        let query = RegistrantQuery(target: target, status: .pending)
        var pause = Duration.zero
        while !Task.isCancelled {
            if case .denied = throttle.breaker.permission { return .ended(throttle.ending) }
            var earliest = throttle.with(.light) { $0.earliest(at: clock.elapsed()) }
            if case .probe(let moment) = throttle.breaker.permission { earliest = max(earliest, moment) }
            earliest = max(earliest, pause)
            let wait = earliest - clock.elapsed()
            guard wait <= options.patience else {
                let due = clock.date().addingTimeInterval(wait.inSeconds)
                return .ended(.workRemains(reason: Reasons.longPause, due: due))
            }
            if wait > .zero { try? await clock.sleep(until: earliest) }
            guard !Task.isCancelled else { break }
            let sentAt = clock.now
            let ticket = throttle.with(.light) { $0.depart(at: sentAt.elapsed) }
            switch await zoom.details(of: target) {
            case .details(let details, _):
                throttle.succeeded(ticket, label: .light, sentAt: sentAt, at: clock.now)
                return .found(details)
            case .refused(let reply):
                let now = clock.now
                let disposition = AnswerTable.disposition(for: reply, to: query)
                throttle.answered(ticket, reply, disposition, label: .light, sentAt: sentAt, at: now)
                switch disposition.nextStep {
                case .retry(let retryAfter), .hold(let retryAfter):
                    failures += 1
                    let asked = retryAfter?.wait(from: now) ?? .zero
                    guard asked <= options.patience,
                        let wait = throttle.wait(afterFailures: failures, over: now.elapsed - began, options.retry)
                    else { return .ended(throttle.trouble == nil ? later(disposition) : throttle.ending) }
                    pause = now.elapsed + max(wait, asked)
                case .slowDown:
                    guard throttle.with(.light, { $0.refusalsInARow }) < options.refusals else {
                        return .ended(.workRemains(reason: Reasons.rateRefused, due: nil))
                    }
                case .refreshToken:
                    tokensRefused += 1
                    guard tokensRefused <= TokenState.mostOfOneRequest,
                        throttle.token.refused(sentAt: sentAt.elapsed, at: now.elapsed)
                    else { return .ended(.refused(disposition)) }
                case .stop: return .ended(.refused(disposition))
                case .deferUntil(_, let retryAfter):
                    let due = retryAfter.flatMap { $0.date(after: now) } ?? UTCDay(now.date).end
                    return .ended(.workRemains(reason: disposition.explanation, due: due))
                case .applied, .split, .halve, .failRegistrant, .failTarget, .failAction, .doubtCredentials:
                    return .refused(disposition)
                }
            }
        }
        return .ended(.interrupted)
    }

    private func later(_ disposition: Disposition) -> Ending {
        .workRemains(reason: disposition.explanation, due: nil)
    }
}
