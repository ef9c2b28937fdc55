import Decisions
import FoundationEssentials
import Journal
import Zoom

/// Zoom as the documents and its users describe it: who is registered where, what was decided about them, and limits.
///
/// Its clock is the true one. It is a judge too: it keeps count of everything that arrives, allowed or not.
struct SimulatedZoom {
    /// What an answer about a meeting as a whole says, always.
    typealias Refusals = [Target: Answer]

    let limits: ZoomLimits
    let refusals: Refusals
    /// Nobody of that name is registered anywhere.
    let strangers: Set<Person>
    /// Whether a refusal of one of them says the name.
    let namesStrangers: Bool
    /// Whether of a refused batch those before the one at fault are set all the same. No document says.
    let appliesInPart: Bool
    private var gauge: RateGauge

    /// The latest status that was set.
    private(set) var statuses: [Seat: Action] = [:]
    private var changes = DayTally<Seat>()
    private var requests = DayTally<Target>()
    private var account = DayTally<Bool>()

    init(
        _ limits: ZoomLimits,
        window: RateWindow,
        others: Double,
        refusals: Refusals,
        strangers: Set<Person>,
        namesStrangers: Bool,
        appliesInPart: Bool
    ) {
        self.appliesInPart = appliesInPart
        self.limits = limits
        self.refusals = refusals
        self.strangers = strangers
        self.namesStrangers = namesStrangers
        gauge = RateGauge(limit: limits.perSecond, window: window, others: others)
    }

    /// Another app, or a person in Zoom's web portal, changed somebody's status before.
    mutating func spendElsewhere(_ seat: Seat, _ count: Int, on day: UTCDay) {
        changes.add(seat.whole, on: day, count)
    }

    /// The other apps of the account fall silent.
    mutating func silenceOthers() {
        gauge = RateGauge(limit: gauge.limit, window: gauge.window)
    }

    /// A request arrives.
    mutating func answer(_ update: StatusUpdate, at moment: Duration, date: Date) -> Answer {
        guard gauge.admits(at: moment) else { return .tooFast }
        let day = UTCDay(date)
        let whole = update.target.whole
        guard account.count(true, on: day) < limits.accountADay ?? .max else { return .accountDay }
        account.add(true, on: day)
        if whole.kind == .webinar, requests.count(whole, on: day) >= limits.webinarADay ?? .max {
            return .webinarDay(update.registrants.last.flatMap { $0.id ?? $0.email } ?? "")
        }
        requests.add(whole, on: day)
        guard update.registrants.count <= limits.perRequest else { return .tooMany(limits.perRequest) }
        let seats = update.registrants.compactMap { registrant in
            Person(registrant).map { Seat(target: update.target, person: $0) }
        }
        for (seat, registrant) in zip(seats, update.registrants)
        where changes.count(seat.whole, on: day) >= limits.registrantADay {
            return .registrantDay(limits.registrantADay, registrant.id ?? registrant.email ?? "")
        }
        for seat in seats { changes.add(seat.whole, on: day) }
        if let refusal = refusals[whole], refusal != .full || update.action == .approve { return refusal }
        let known = seats.prefix { !strangers.contains($0.person) }
        if known.count == seats.count || appliesInPart {
            for seat in known { statuses[seat] = update.action }
        }
        guard known.count < seats.count else { return Answer(status: 204) }
        let stranger = update.registrants[known.count]
        return namesStrangers ? .registrantMissing(stranger.id ?? stranger.email ?? "") : .notFound
    }
}
