import Decisions
import FoundationEssentials
import Journal
package import Zoom

/// Reads Zoom's lists of registrants, page by page: many meetings side by side, one request per meeting at a time. Where
/// only some registrants are wanted, it reads no further than to the last of them, or asks for each alone, whichever
/// takes fewer requests. It may also find out what to list: which meetings a host has, and what each of them is.
///
/// The lists carry the same rate label as status changes, so they use the same kind of throttle, and its limiter is
/// passed on to the next sender. Single registrants and meetings themselves have a label of their own.
struct RegistrantListing: Sendable {
    /// Zoom's page tokens last 15 minutes; one that is about to expire is not worth a request.
    static let tokenLife = Duration.seconds(14 * 60)
    /// The most pages of a list: 300,000 registrants are more than Zoom admits anywhere.
    static let mostPages = 1_000
    /// How often one list may be restarted because its page token expired.
    static let mostRestarts = 3

    let lister: any RegistrantLister
    let options: DispatchOptions
    let throttle: Throttle
    /// What was sent before.
    let days: DailyBudget
    let clock: any RunClock
    let stop: StopSwitch
    /// How long to wait before reading a target's lists again because somebody is missing.
    var rereadDelay = Duration.zero
    /// Called for every page requested.
    var onAnswer: (@Sendable (AnsweredListing) -> Void)?
    /// The registrants to find; nil reads the lists whole.
    var search: RegistrantSearch?
    /// Which lists to read, in this order.
    var statuses = RegistrantQuery.Status.allCases
    /// Takes every page instead of the directory, which then stays empty: memory does not grow with the lists.
    var onPage: (@Sendable (RegistrantPage, RegistrantQuery) throws -> Void)?
    /// Where to find out what to list; nil reads the lists of the given targets.
    var discovery: Discovery?
    /// Journals a request before its answer is used.
    let note: @Sendable (Attempt, RegistrantQuery) async throws(JournalError) -> Void
    /// Uses the lists of a target. Returns whether they must be read again, because somebody is missing.
    let judge: @Sendable (Target, RegistrantDirectory, _ isSecond: Bool) async throws(JournalError) -> Bool
    /// Journals that Zoom refused or deferred a target.
    let close: @Sendable (BulkTransition) async throws(JournalError) -> Void

    struct Result {
        let ending: Ending
        let limiter: RateLimiter
        /// Targets whose lists could not be read.
        let unread: Set<Target>
        /// Whether every list was read, refused or given up, so that nothing is left to request.
        let isOver: Bool
        /// Why registrants were not looked for, by what they registered for, where no way to them is open.
        let closed: [Target.Kind: RegistrantSearch.Refusal]
    }

    /// Reads the lists of targets, each named once, until all are read, nothing more can be requested, or the journal
    /// fails.
    ///
    /// - Parameter hosts: Whose meetings to list as well; needs `discovery`.
    func callAsFunction(_ targets: [Target], hosts: [HostQuery] = []) async -> Result {
        var loop = ListingLoop(self, targets, hosts)
        let ending = await loop.run()
        return Result(
            ending: ending,
            limiter: loop.throttle.limiter,
            unread: loop.unread,
            isOver: loop.isOver,
            closed: loop.closed
        )
    }
}

/// Which registrants to find by id, and how they may be asked for.
///
/// A refusal that is about a target, or about what the token may read, ends no more than the search there: whoever is
/// not found is not judged.
struct RegistrantSearch: Sendable {
    /// How a registrant is found.
    enum Way: Sendable, CaseIterable {
        /// In the lists.
        case lists
        /// Alone, by id.
        case single
    }

    /// Why a way is closed; nil where the token's scopes say so.
    typealias Refusal = Disposition?

    /// The ways that are not closed.
    var ways: [Target.Kind: Set<Way>] = [.meeting: Set(Way.allCases), .webinar: Set(Way.allCases)]
    /// The ids to find of a target's registrants.
    let ids: @Sendable (Target) async throws(JournalError) -> Set<String>

    /// The ways that the scopes of a token leave; all of them if those are unknown.
    mutating func close(beyond scopes: Scopes?) {
        guard let scopes else { return }
        for kind in [Target.Kind.meeting, .webinar] {
            if !scopes.allow(.lists(kind)) { ways[kind]?.remove(.lists) }
            if !scopes.allow(.registrants(kind)) { ways[kind]?.remove(.single) }
        }
    }

    /// The way with the fewest requests.
    ///
    /// Each registrant alone is one request, with the label Light, of which more are allowed; the lists are as many as
    /// they have pages left. Where a day is limited, pages spend what the updates need, and a third of what single
    /// registrants may.
    ///
    /// - Parameters:
    ///   - count: Registrants to find.
    ///   - pagesLeft: The fewest pages to the end of all lists.
    ///   - isDayLimited: Whether the account has a day's limit.
    ///   - open: The ways that are open.
    /// - Returns: Nil if none is open or nobody is left to find.
    static func way(toFind count: Int, pagesLeft: Int, isDayLimited: Bool = false, open: Set<Way>) -> Way? {
        guard count > 0 else { return nil }
        let wanted: Way = count > pagesLeft * (isDayLimited ? 3 : 1) ? .lists : .single
        // Without a choice, even a long list is read: the wrong person decided is worse.
        return open.contains(wanted) ? wanted : open.first
    }
}

/// How a listing finds out what to list. Each meeting is asked for before its lists, while the lists of others are read.
struct Discovery: Sendable {
    let reader: any MeetingReader
    /// Takes a page of a host's meetings. Returns those to look at, each once in all.
    let hosts: @Sendable (HostPage, HostQuery) -> [Target]
    /// Takes what a meeting is. Returns the targets whose lists to read: itself, its occurrences, or none.
    let found: @Sendable (Target, MeetingDetails) -> [Target]
    /// Zoom refused or deferred a host's list.
    let close: @Sendable (HostQuery, BulkTransition.Outcome) -> Void
}

/// A request for a page of a list and its answer, for logs and metrics.
package struct AnsweredListing: Sendable {
    /// The request.
    package let query: RegistrantQuery
    /// The answer. A page holds email addresses: do not log it as it is.
    package let reply: ListResult
    /// From sending to the end of the answer.
    package let duration: Duration
}

/// What Zoom is asked for.
private enum ListingQuery {
    case registrants(RegistrantQuery)
    case details(Target)
    case host(HostQuery)

    /// The label of its rate.
    var label: RateLabel {
        switch self {
        case .registrants(let query): query.registrant == nil ? .medium : .light
        case .details: .light
        case .host: .medium
        }
    }

    var kind: Target.Kind {
        switch self {
        case .registrants(let query): query.target.kind
        case .details(let target): target.kind
        case .host(let query): query.kind
        }
    }

    /// Nil for a host's list.
    var target: Target? {
        switch self {
        case .registrants(let query): query.target
        case .details(let target): target
        case .host: nil
        }
    }

    var pageToken: String? {
        switch self {
        case .registrants(let query): query.pageToken
        case .details: nil
        case .host(let query): query.pageToken
        }
    }

    /// The id of the only registrant it asks for.
    var registrant: String? { if case .registrants(let query) = self { query.registrant } else { nil } }

    /// Whether everything else is worth listing without it: a host's webinars need a licence and scopes of their own.
    var isDispensable: Bool { if case .host(let query) = self { query.kind == .webinar } else { false } }

    func disposition(for reply: SendResult) -> Disposition {
        switch self {
        case .registrants(let query): AnswerTable.disposition(for: reply, to: query)
        // Refusals mean the same as those of a list of the same target.
        case .details(let target):
            AnswerTable.disposition(for: reply, to: RegistrantQuery(target: target, status: .pending))
        case .host(let query): AnswerTable.disposition(for: reply, to: query)
        }
    }
}

private struct ListingLoop {
    /// A meeting or webinar with its unread targets, which are read one after the other; or a host's list.
    private struct Meeting {
        var targets: ArraySlice<Target> = []
        var reading: Reading?
    }

    private enum Reply {
        case page(RegistrantPage, of: RegistrantQuery)
        case details(MeetingDetails, of: Target)
        case hosts(HostPage, of: HostQuery)
        case refused(SendResult)
    }

    private struct Request {
        let meeting: Int
        let query: ListingQuery
        let ticket: RateLimiter.Ticket
        let sentAt: ClockReading
    }

    private enum Happening {
        case answered(Reply, Request)
        case judged(meeting: Int, readAgain: Bool)
        case sought(meeting: Int, ids: Set<String>)
        case closed
        case stopped
        case woken(at: Duration)
        case journalFailed(String)
    }

    private enum Rest {
        case wait(until: Duration?)
        case finish(Ending)
    }

    private let listing: RegistrantListing
    private var now: ClockReading
    private(set) var throttle: Throttle
    private(set) var unread: Set<Target> = []
    /// The ways to find single registrants that are open.
    private var ways: [Target.Kind: Set<RegistrantSearch.Way>]
    private(set) var closed: [Target.Kind: RegistrantSearch.Refusal] = [:]
    private var days: DailyBudget
    private var doubt = CredentialDoubt()
    /// Closings that wait until the doubt about the credentials is settled.
    private var doubted: [BulkTransition] = []
    private var meetings: [Meeting] = []
    /// Meetings whose lists may be started.
    private var ready = Queue<Int>()
    /// Meetings whose lists are partly read. They come first: page tokens expire soon, and each half-read list takes
    /// memory.
    private var begun = Queue<Int>()
    /// Meetings to ask for themselves, which has another label than lists, so that neither waits for the other.
    private var unknown = Queue<Int>()
    private var held = Heap<(meeting: Int, until: Duration)> { $0.until < $1.until }
    private var requestsUnderWay = 0
    /// Uses of lists and closings that are not done yet.
    private var actionsUnderWay = 0
    private var toStart: [@Sendable () async throws -> Happening] = []
    /// The last reason why a list could not be read.
    private var gaveUp: String?
    /// Why nothing more is requested, and how long to wait for what is under way.
    private var stopping: (ending: Ending, until: Duration)?

    init(_ listing: RegistrantListing, _ targets: [Target], _ hosts: [HostQuery]) {
        self.listing = listing
        now = listing.clock.now
        throttle = listing.throttle
        days = listing.days
        ways = listing.search?.ways ?? [:]
        for host in hosts { begin(Reading(.host(host), listing.statuses)) }
        guard listing.discovery == nil else {
            for target in targets { begin(Reading(.details(target), listing.statuses)) }
            return
        }
        var numbers: [Target: Int] = [:]
        for target in targets {
            let number = numbers[target.whole, default: meetings.count]
            numbers[target.whole] = number
            if number == meetings.count { meetings.append(Meeting()) }
            meetings[number].targets.append(target)
        }
        for number in meetings.indices { startNext(number) }
    }

    var isOver: Bool { meetings.allSatisfy { $0.reading == nil } }

    /// Requests pages and uses the answers. Whatever is still under way at the end is cancelled.
    mutating func run() async -> Ending {
        await withTaskGroup(of: Happening.self) { group in
            group.addTask { [stop = listing.stop] in
                await stop.wait()
                return .stopped
            }
            defer { group.cancelAll() }
            var alarm: Duration?
            // Cancelled if another account's run could not write to the journal.
            while !Task.isCancelled {
                now = listing.clock.now
                let rest = proceed()
                for body in toStart {
                    group.addTask {
                        do { return try await body() } catch { return .journalFailed(String(describing: error)) }
                    }
                }
                toStart = []
                switch rest {
                case nil: continue
                case .finish(let ending): return ending
                case .wait(let until?) where alarm.map({ until < $0 }) ?? true:
                    alarm = until
                    group.addTask { [clock = listing.clock] in
                        try? await clock.sleep(until: until)
                        return .woken(at: until)
                    }
                case .wait: break
                }
                let happening = await group.next() ?? .stopped
                now = listing.clock.now
                switch happening {
                case .answered(let result, let request): answered(result, request)
                case .judged(let number, let readAgain): judged(number, readAgain: readAgain)
                case .sought(let number, let ids): sought(ids, in: number)
                case .closed: actionsUnderWay -= 1
                case .stopped: stop(.interrupted)
                case .woken(let moment): if alarm == moment { alarm = nil }
                case .journalFailed(let reason): return .journalFailed(reason)
                }
            }
            return .interrupted
        }
    }

    /// Requests the next page if it may. Nil if there may be more to do at once.
    private mutating func proceed() -> Rest? {
        if let (ending, until) = stopping {
            let isBusy = requestsUnderWay + actionsUnderWay > 0
            return isBusy && now.elapsed < until ? .wait(until: until) : .finish(ending)
        }
        while let first = held.first, first.until <= now.elapsed {
            held.pop()
            goOn(first.meeting)
        }
        let next = begun.first ?? ready.first
        switch throttle.breaker.permission {
        case .granted: break
        case .denied: return stop(throttle.ending)
        case .probe where requestsUnderWay > 0: return .wait(until: nil)
        case .probe(let moment):
            if moment > now.elapsed, next != nil || unknown.first != nil { return .wait(until: moment) }
        }
        guard requestsUnderWay < listing.options.width else { return .wait(until: nil) }
        let isLast =
            next == nil && unknown.first == nil && requestsUnderWay + actionsUnderWay == 0 && held.isEmpty
        switch doubt.verdict(isLast: isLast) {
        case .open: break
        case .targets:
            // These refusals looked like the credentials' fault but were the targets' own.
            for closing in doubted { close(closing) }
            doubted = []
            doubt.settle()
            return nil
        case .credentials:
            guard requestsUnderWay == 0, let disposition = doubt.disposition else { return .wait(until: nil) }
            return stop(.refused(disposition))
        }
        var alarm: Duration?
        if let number = unknown.first {
            guard let query = meetings[number].reading?.query(at: now.elapsed, isDayLimited: false, open: []) else {
                unknown.popFirst()
                return nil
            }
            switch proceed(with: query, of: number) {
            case .wait(let until)?: alarm = until
            case let rest: return rest
            }
        }
        guard let next else {
            if let alarm { return .wait(until: alarm) }
            guard isLast else { return .wait(until: held.first?.until) }
            return .finish(gaveUp.map { .workRemains(reason: $0, due: nil) } ?? .done)
        }
        let rest = proceedToList(next)
        guard let alarm, case .wait(let until)? = rest else { return rest }
        return .wait(until: min(until ?? alarm, alarm))
    }

    /// Requests the next page of a list.
    private mutating func proceedToList(_ next: Int) -> Rest? {
        if let search = listing.search, meetings[next].reading?.isSearching == false {
            guard actionsUnderWay < listing.options.width else { return .wait(until: nil) }
            seek(by: search, in: next)
            return nil
        }
        let isDayLimited = days.limits.account != nil
        let open = meetings[next].reading?.target.flatMap { ways[$0.kind] } ?? []
        guard let query = meetings[next].reading?.query(at: now.elapsed, isDayLimited: isDayLimited, open: open) else {
            unqueueList()
            finish(next)
            return nil
        }
        return proceed(with: query, of: next)
    }

    // Apart from the above, because Swift 6.3's optimizer fails on both in one function.
    private mutating func proceed(with query: ListingQuery, of next: Int) -> Rest? {
        guard query.label == .light || days.accountHasRoom(at: now.date) else {
            let reason = Reasons.accountSpent(days.limits.account ?? 0)
            return putOffTheRest(until: UTCDay(now.date).end, reason: reason)
        }
        let earliest = throttle.with(query.label) { $0.earliest(at: now.elapsed) }
        guard earliest <= now.elapsed else {
            let wait = earliest - now.elapsed
            guard wait <= listing.options.patience else {
                let due = now.date.addingTimeInterval(wait.inSeconds)
                return stop(.workRemains(reason: Reasons.longPause, due: due))
            }
            return .wait(until: min(earliest, held.first?.until ?? earliest))
        }
        if case .details = query { unknown.popFirst() } else { unqueueList() }
        ask(query, of: next)
        return nil
    }

    /// Takes the next meeting with lists to read from its queue.
    private mutating func unqueueList() {
        if begun.popFirst() == nil { ready.popFirst() }
    }

    /// Has the next request of a meeting wait for its turn.
    private mutating func goOn(_ number: Int) {
        if case .details? = meetings[number].reading?.subject { unknown.append(number) } else { begun.append(number) }
    }

    private mutating func begin(_ reading: Reading) {
        meetings.append(Meeting(reading: reading))
        goOn(meetings.count - 1)
    }

    // MARK: Work beside the loop

    private mutating func ask(_ query: ListingQuery, of number: Int) {
        let ticket = throttle.with(query.label) { $0.depart(at: now.elapsed) }
        if query.label == .medium { days.spendOnList(at: now.date) }
        requestsUnderWay += 1
        let request = Request(meeting: number, query: query, ticket: ticket, sentAt: now)
        toStart.append { [listing] in .answered(try await Self.send(query, listing), request) }
    }

    private static func send(_ query: ListingQuery, _ listing: RegistrantListing) async throws -> Reply {
        let start = listing.clock.now
        func attempted(_ reply: SendResult) -> Attempt {
            Attempt(reply, startedAt: start.date, duration: listing.clock.elapsed() - start.elapsed)
        }
        switch query {
        case .registrants(let query):
            let result = await listing.lister.list(query)
            let attempt =
                switch result {
                case .page(_, let answer): attempted(.answer(answer))
                case .refused(let reply): attempted(reply)
                }
            try await listing.note(attempt, query)
            listing.onAnswer?(AnsweredListing(query: query, reply: result, duration: attempt.duration))
            guard case .page(let page, _) = result else {
                if case .refused(let reply) = result { return .refused(reply) }
                break
            }
            try listing.onPage?(page, query)
            return .page(page, of: query)
        case .details(let target):
            switch await listing.discovery?.reader.details(of: target) {
            case .details(let details, _)?: return .details(details, of: target)
            case .refused(let reply)?: return .refused(reply)
            case nil: break
            }
        case .host(let query):
            switch await listing.discovery?.reader.meetings(of: query) {
            case .page(let page, let answer)?:
                // The journal counts requests by meeting; the first stands for the page.
                if let first = page.targets.first {
                    try await listing.note(attempted(.answer(answer)), RegistrantQuery(target: first, status: .pending))
                }
                return .hosts(page, of: query)
            case .refused(let reply)?: return .refused(reply)
            case nil: break
            }
        }
        preconditionFailure("Nothing is discovered without a way to ask.")
    }

    private mutating func judge(_ reading: Reading, of number: Int) {
        guard let target = reading.target else { return startNext(number) }
        actionsUnderWay += 1
        toStart.append { [judge = listing.judge] in
            let readAgain = try await judge(target, reading.directory, reading.isSecond)
            return .judged(meeting: number, readAgain: readAgain)
        }
    }

    private mutating func seek(by search: RegistrantSearch, in number: Int) {
        unqueueList()
        guard let target = meetings[number].reading?.target else { return }
        actionsUnderWay += 1
        toStart.append { [ids = search.ids] in .sought(meeting: number, ids: try await ids(target)) }
    }

    /// Closes what a request asked for.
    private mutating func close(_ query: ListingQuery, _ outcome: BulkTransition.Outcome) {
        switch query {
        case .registrants(let query): close(BulkTransition(target: query.target, outcome: outcome))
        case .details(let target): close(BulkTransition(target: target, outcome: outcome))
        case .host(let query): listing.discovery?.close(query, outcome)
        }
    }

    private mutating func close(_ closing: BulkTransition) {
        actionsUnderWay += 1
        toStart.append { [close = listing.close] in
            try await close(closing)
            return .closed
        }
    }

    // MARK: Handling answers

    private mutating func answered(_ reply: Reply, _ request: Request) {
        requestsUnderWay -= 1
        if case .refused(let reply) = reply { return refused(reply, request) }
        throttle.succeeded(request.ticket, label: request.query.label, sentAt: request.sentAt, at: now)
        let number = request.meeting
        guard var reading = meetings[number].reading else { return }
        let progress: Reading.Progress
        switch reply {
        case .page(let page, let query):
            doubt.succeeded()
            progress = reading.took(page, of: query, at: now.elapsed, keeps: listing.onPage == nil)
        case .details(let details, let target):
            doubt.succeeded()
            meetings[number].targets = (listing.discovery?.found(target, details) ?? [])[...]
            return startNext(number)
        case .hosts(let page, let query):
            for target in listing.discovery?.hosts(page, query) ?? [] {
                begin(Reading(.details(target), listing.statuses))
            }
            progress = reading.turn(to: page.nextPageToken, at: now.elapsed)
        case .refused: return
        }
        meetings[number].reading = reading
        switch progress {
        case .more: goOn(number)
        case .complete: finish(number)
        case .endless: giveUp(request, because: Reasons.endlessList)
        }
    }

    /// Uses what was read of a target.
    private mutating func finish(_ number: Int) {
        guard let reading = meetings[number].reading else { return }
        if case .host = reading.subject { return startNext(number) }
        // Of those who were not looked for, or not found, nothing is known.
        guard listing.search == nil || reading.directory.count > 0 else { return startNext(number) }
        judge(reading, of: number)
    }

    private mutating func sought(_ ids: Set<String>, in number: Int) {
        actionsUnderWay -= 1
        guard let target = meetings[number].reading?.target, !ids.isEmpty else { return startNext(number) }
        if ways[target.kind]?.isEmpty ?? true, closed[target.kind] == nil { closed[target.kind] = .some(nil) }
        meetings[number].reading?.search(for: ids)
        goOn(number)
    }

    private mutating func judged(_ number: Int, readAgain: Bool) {
        actionsUnderWay -= 1
        guard readAgain else { return startNext(number) }
        meetings[number].reading?.again()
        held.push((number, now.elapsed + listing.rereadDelay))
    }

    private mutating func refused(_ reply: SendResult, _ request: Request) {
        let disposition = request.query.disposition(for: reply)
        let label = request.query.label
        throttle.answered(request.ticket, reply, disposition, label: label, sentAt: request.sentAt, at: now)
        let number = request.meeting
        let reason = disposition.explanation
        let failed = BulkTransition.Outcome.failed(code: reply.shownCode, reason: reason)
        let isAnswer = if case .answer = reply { true } else { false }
        switch disposition.nextStep {
        case .retry, .refreshToken: break
        default: meetings[number].reading?.tokensRefused = 0
        }
        switch disposition.nextStep {
        case .failTarget where request.query.pageToken != nil:
            // The same request without a page token was answered before, so it is the token that is refused.
            guard meetings[number].reading?.restart() == true else { return giveUp(request, because: reason) }
            goOn(number)
        case .failRegistrant where request.query.registrant != nil:
            meetings[number].reading?.missed(request.query.registrant)
            goOn(number)
        case .failTarget where listing.search != nil, .doubtCredentials where listing.search != nil:
            finish(number)
        case .stop where isSearchRefused(reply):
            close(request, disposition)
        case .stop where request.query.isDispensable && isAnswer, .failTarget:
            close(request.query, failed)
            startNext(number)
        case .doubtCredentials:
            // What a role may see of users says nothing of meetings.
            if let target = request.query.target {
                doubt.refused(target, disposition)
                doubted.append(BulkTransition(target: target, outcome: failed))
            } else {
                close(request.query, failed)
            }
            startNext(number)
        case .refreshToken:
            goOn(number)
            meetings[number].reading?.tokensRefused += 1
            let isStubborn = meetings[number].reading.map { $0.tokensRefused > TokenState.mostOfOneRequest } ?? false
            let mayTryAgain = throttle.token.refused(sentAt: request.sentAt.elapsed, at: now.elapsed)
            guard isStubborn || !mayTryAgain else { return }
            // Users report that a token without the scope is refused like a stale one.
            guard !isSearchRefused(reply) else { return close(request, disposition, isQueued: true) }
            if request.query.isDispensable {
                close(request.query, failed)
                // Its place in the queue is skipped.
                return startNext(number)
            }
            stop(.refused(disposition))
        case .stop:
            stop(.refused(disposition))
        case .slowDown:
            goOn(number)
            if throttle.with(label, { $0.refusalsInARow }) >= listing.options.refusals {
                stop(.workRemains(reason: Reasons.rateRefused, due: nil))
            }
        case .deferUntil(let scope, let retryAfter):
            let end = retryAfter.flatMap { $0.date(after: now) } ?? UTCDay(now.date).end
            if scope == .account {
                putOffTheRest(until: end, reason: reason)
            } else {
                putOff(number, until: end, reason: reason)
            }
        case .retry(let retryAfter), .hold(let retryAfter):
            let asked = retryAfter?.wait(from: now) ?? .zero
            guard let failures = meetings[number].reading?.failed(sentAt: request.sentAt.elapsed) else { return }
            let elapsed = now.elapsed - failures.since
            guard asked <= listing.options.patience,
                let wait = throttle.wait(afterFailures: failures.count, over: elapsed, listing.options.retry)
            else { return giveUp(request, because: reason) }
            held.push((number, now.elapsed + max(wait, asked)))
        case .applied, .split, .halve, .failRegistrant, .failAction:
            // A list request applies nothing and has no batch.
            giveUp(request, because: reason)
        }
    }

    /// Whether an answer refuses to let registrants be looked for, which refuses nothing else.
    private func isSearchRefused(_ reply: SendResult) -> Bool {
        guard listing.search != nil, case .answer = reply else { return false }
        return true
    }

    /// Closes the way by which a request looked for registrants; the other one may be open.
    private mutating func close(_ request: Request, _ disposition: Disposition, isQueued: Bool = false) {
        let kind = request.query.kind
        ways[kind]?.remove(request.query.registrant == nil ? .lists : .single)
        if ways[kind]?.isEmpty ?? true { closed[kind] = disposition }
        meetings[request.meeting].reading?.tokensRefused = 0
        if !isQueued { goOn(request.meeting) }
    }

    private mutating func giveUp(_ request: Request, because reason: String) {
        if let target = request.query.target { unread.insert(target) }
        gaveUp = reason
        startNext(request.meeting)
    }

    /// Continues with the meeting's next target, if there is one.
    private mutating func startNext(_ number: Int) {
        let statuses = listing.statuses
        meetings[number].reading = meetings[number].targets.popFirst().map { Reading(.lists($0), statuses) }
        if meetings[number].reading != nil { ready.append(number) }
    }

    /// Defers the rest of a meeting.
    private mutating func putOff(_ number: Int, until due: Date, reason: String) {
        guard let subject = meetings[number].reading?.subject else { return }
        let outcome = BulkTransition.Outcome.deferred(until: due, reason: reason)
        // Midnight may come within the run, but nobody was looked for.
        if listing.search != nil, let target = subject.target { unread.formUnion([target] + meetings[number].targets) }
        meetings[number] = Meeting()
        switch subject {
        case .lists(let target), .details(let target): close(BulkTransition(target: target.whole, outcome: outcome))
        case .host(let query): listing.discovery?.close(query, outcome)
        }
    }

    /// Defers everything not read yet.
    @discardableResult
    private mutating func putOffTheRest(until due: Date, reason: String) -> Rest? {
        for number in meetings.indices { putOff(number, until: due, reason: reason) }
        (begun, ready, unknown) = (Queue(), Queue(), Queue())
        held = Heap { $0.until < $1.until }
        return nil
    }

    /// Requests nothing more, and waits for what is under way.
    @discardableResult
    private mutating func stop(_ ending: Ending) -> Rest? {
        if stopping == nil { stopping = (ending, now.elapsed + listing.options.grace) }
        return nil
    }
}

/// Progress in reading one target's lists, or in finding out what to list.
private struct Reading {
    enum Subject {
        case lists(Target)
        case details(Target)
        case host(HostQuery)

        var target: Target? {
            switch self {
            case .lists(let target), .details(let target): target
            case .host: nil
            }
        }
    }

    enum Progress {
        case more
        /// All lists are read to the end.
        case complete
        /// The pages repeat or never end.
        case endless
    }

    let subject: Subject
    private let statuses: [RegistrantQuery.Status]
    /// Whether this is the second reading, to be certain about those who were missing.
    private(set) var isSecond = false
    private(set) var directory = RegistrantDirectory()
    /// The registrants still to find; nil if the lists are read whole.
    private var wanted: Set<String>?
    /// Their ids, in the order of asking.
    private var ids: [String] = []
    /// Refusals in a row for the token of a request.
    var tokensRefused = 0
    private var earlier: RegistrantDirectory?
    private var list = 0
    private var pageToken: (text: String, since: Duration)?
    private var pages = 0
    /// The pages that the current list has in all, as far as known.
    private var pagesInAll = 1
    private var restarts = 0
    private var failures: (count: Int, since: Duration)?

    init(_ subject: Subject, _ statuses: [RegistrantQuery.Status]) {
        self.subject = subject
        self.statuses = statuses
    }

    var target: Target? { subject.target }

    private var status: RegistrantQuery.Status { statuses[list] }

    /// Whether it is known whom to find.
    var isSearching: Bool { wanted != nil }

    /// Looks for these registrants only.
    mutating func search(for ids: Set<String>) {
        wanted = ids
        self.ids = ids.sorted(by: >)
    }

    /// The fewest pages that are left of all lists.
    private var pagesLeft: Int {
        let lists = statuses.count - list
        return lists > 0 ? max(1, pagesInAll - pages) + lists - 1 : 0
    }

    /// The next request; nil if everybody was found, or no way leads to the others.
    mutating func query(
        at now: Duration,
        isDayLimited: Bool,
        open: Set<RegistrantSearch.Way>
    ) -> ListingQuery? {
        switch subject {
        case .details(let target): return .details(target)
        case .host(var query):
            query.pageToken = freshToken(at: now)
            return .host(query)
        case .lists(let target):
            guard let wanted else { return .registrants(page(of: target, at: now)) }
            let (count, pages) = (wanted.count, pagesLeft)
            switch RegistrantSearch.way(toFind: count, pagesLeft: pages, isDayLimited: isDayLimited, open: open) {
            case .lists: return pagesLeft > 0 ? .registrants(page(of: target, at: now)) : nil
            case .single: return single(of: target).map(ListingQuery.registrants)
            case nil: return nil
            }
        }
    }

    private mutating func single(of target: Target) -> RegistrantQuery? {
        while let id = ids.last {
            if wanted?.contains(id) == true {
                if let query = RegistrantQuery(target: target, registrant: id) { return query }
                wanted?.remove(id)
            }
            ids.removeLast()
        }
        return nil
    }

    /// Zoom knows nobody of an id.
    mutating func missed(_ id: String?) {
        failures = nil
        if let id { wanted?.remove(id) }
    }

    private mutating func page(of target: Target, at now: Duration) -> RegistrantQuery {
        RegistrantQuery(target: target, status: status, pageToken: freshToken(at: now))
    }

    /// The token of the next page, unless it has expired: then the list is restarted.
    private mutating func freshToken(at now: Duration) -> String? {
        if let pageToken, now - pageToken.since > RegistrantListing.tokenLife { _ = restart() }
        return pageToken?.text
    }

    mutating func took(
        _ page: RegistrantPage,
        of query: RegistrantQuery,
        at now: Duration,
        keeps: Bool = true
    ) -> Progress {
        for registrant in page.registrants where keeps && wanted?.contains(registrant.id) ?? true {
            directory.add(registrant, in: query.status)
            wanted?.remove(registrant.id)
        }
        guard query.registrant == nil else {
            (tokensRefused, failures) = (0, nil)
            missed(query.registrant)
            return .more
        }
        let progress = turn(to: page.nextPageToken, at: now)
        // A list that does not tell its length is taken for half read.
        pagesInAll = page.total.map { ($0 + query.pageSize - 1) / query.pageSize } ?? 2 * pages
        guard progress == .complete else { return progress }
        pagesInAll = 1
        list += 1
        guard list == statuses.count else { return .more }
        if let earlier { directory.keep(earlier) }
        return .complete
    }

    /// Goes on to the next page of a list; complete if there is none.
    mutating func turn(to next: String?, at now: Duration) -> Progress {
        (tokensRefused, failures) = (0, nil)
        pages += 1
        guard let next else {
            (pageToken, pages, restarts) = (nil, 0, 0)
            return .complete
        }
        guard next != pageToken?.text, pages < RegistrantListing.mostPages else { return .endless }
        pageToken = (next, now)
        return .more
    }

    /// Counts a failure of the server. Returns how many came in a row, and since when.
    mutating func failed(sentAt: Duration) -> (count: Int, since: Duration) {
        let failures = ((failures?.count ?? 0) + 1, failures?.since ?? sentAt)
        self.failures = failures
        return failures
    }

    /// Restarts the list because its page token was refused. False if there is no token, or after too many restarts.
    mutating func restart() -> Bool {
        guard pageToken != nil, restarts < RegistrantListing.mostRestarts else { return false }
        restarts += 1
        (pageToken, pages) = (nil, 0)
        return true
    }

    /// Reads all lists again; the first reading is kept for those whom the second does not find.
    mutating func again() {
        earlier = directory
        (directory, list) = (RegistrantDirectory(), 0)
        isSecond = true
    }
}
