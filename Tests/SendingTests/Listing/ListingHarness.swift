import Decisions
import Journal
import Synchronization
import Zoom

@testable import Sending

/// Zoom's lists as a test tells them, and what became of them. Each page takes a moment.
final class ListingHarness: RegistrantLister {
    struct Judged {
        let target: Target
        let directory: RegistrantDirectory
        let isSecond: Bool
        let at: Duration
    }

    private struct State {
        var asked: [(query: RegistrantQuery, at: Duration)] = []
        var underWay: [Target] = []
        var mostUnderWay = 0
        var mostOfAMeeting = 0
        var noted: [Attempt] = []
        var judged: [Judged] = []
        var closed: [BulkTransition] = []
    }

    let time = VirtualTime()
    let stop: StopSwitch
    /// How long a page takes.
    let latency: Duration
    private let answer: @Sendable (RegistrantQuery, Int) -> ListResult
    private let state = Mutex(State())

    /// - Parameter answer: Given the question, and how many came before it.
    init(
        latency: Duration = .milliseconds(10),
        stop: StopSwitch = StopSwitch(),
        _ answer: @escaping @Sendable (RegistrantQuery, Int) -> ListResult
    ) {
        self.latency = latency
        self.stop = stop
        self.answer = answer
    }

    var asked: [RegistrantQuery] { state.withLock { $0.asked.map(\.query) } }
    var askedAt: [Duration] { state.withLock { $0.asked.map(\.at) } }
    var mostUnderWay: Int { state.withLock { $0.mostUnderWay } }
    var mostOfAMeeting: Int { state.withLock { $0.mostOfAMeeting } }
    var noted: [Attempt] { state.withLock { $0.noted } }
    var judged: [Judged] { state.withLock { $0.judged } }
    var closed: [BulkTransition] { state.withLock { $0.closed } }

    func list(_ query: RegistrantQuery) async -> ListResult {
        let number = state.withLock { state in
            state.asked.append((query, time.elapsed()))
            state.underWay.append(query.target.whole)
            state.mostUnderWay = max(state.mostUnderWay, state.underWay.count)
            state.mostOfAMeeting = max(state.mostOfAMeeting, state.underWay.count { $0 == query.target.whole })
            return state.asked.count - 1
        }
        let answer = answer(query, number)
        try? await time.sleep(until: time.elapsed() + latency)
        state.withLock { state in
            if let place = state.underWay.firstIndex(of: query.target.whole) { state.underWay.remove(at: place) }
        }
        return answer
    }

    /// Reads the lists of targets.
    ///
    /// - Parameters:
    ///   - search: Whom to find; nil reads whole lists.
    ///   - spent: Requests of today.
    ///   - judge: Whether lists must be read again, or why the journal failed.
    func read(
        _ targets: [Target],
        _ options: DispatchOptions = DispatchOptions(pace: .perSecond(20), days: DayLimits()),
        search: RegistrantSearch? = nil,
        spent: Int = 0,
        rereadDelay: Duration = .zero,
        judge: @escaping @Sendable (Judged) throws(JournalError) -> Bool = { _ in false }
    ) async -> RegistrantListing.Result {
        var today = DayUsage()
        today.byAccount[nil] = spent
        let listing = RegistrantListing(
            lister: self,
            options: options,
            throttle: Throttle(options, seed: 1),
            days: DailyBudget(options.days, spent: [UTCDay(Some.date): today], by: nil),
            clock: time,
            stop: stop,
            rereadDelay: rereadDelay,
            search: search,
            note: { attempt, _ in self.state.withLock { $0.noted.append(attempt) } },
            judge: { target, directory, isSecond throws(JournalError) in
                let judged = Judged(target: target, directory: directory, isSecond: isSecond, at: self.time.elapsed())
                self.state.withLock { $0.judged.append(judged) }
                return try judge(judged)
            },
            close: { closing in self.state.withLock { $0.closed.append(closing) } }
        )
        return await withTaskExecutorPreference(time) { await listing(targets) }
    }
}
