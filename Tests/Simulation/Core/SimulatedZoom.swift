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
    private(set) var statuses: [Registration: Action] = [:]
    private var changes = DayTally<Registration>()
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
    mutating func spendElsewhere(_ seat: Registration, _ count: Int, on day: UTCDay) {
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
            Person(registrant).map { Registration(target: update.target, person: $0) }
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

/// Zoom's answers, word for word where they are documented.
extension Answer {
    static let notFound = Answer(status: 404, message: "Meeting or registrant not found.")
    static let invalidToken = Answer(status: 401, code: 124, message: "Invalid access token.")
    static let badGateway = Answer(status: 502, message: "<html><body>Bad Gateway</body></html>", form: .html)
    static let serverError = Answer(status: 500, code: 500, message: "Internal error.")
    static let busy = Answer(status: 503)
    static let blocked = Answer(status: 403, message: "<html>Blocked by policy</html>", form: .html)

    static let meetingMissing = Answer(status: 404, code: 3001, message: "Meeting does not exist.")
    static let notHost = Answer(status: 400, code: 3003, message: "You're not the meeting host.")
    static let mayNotHost = Answer(status: 400, code: 3161, message: "Meeting hosting is not allowed for your account.")
    static let over = Answer(status: 400, code: 3038, message: "Webinar is over.")
    static let expired = Answer(status: 400, code: 300, message: "Meeting 1 is not found or has expired.")
    static let disguised = Answer(status: 200, code: 3003, message: "You're not the meeting host.")
    static let full = Answer(status: 400, code: 3035, message: "Webinar has reached maximum attendee capacity.")
    static let unheardOf = Answer(status: 400, code: 9_999, message: "Something is wrong.")
    static let noPermission = Answer(status: 400, code: 200, message: "No permission.")
    static let noWebinarPlan = Answer(status: 400, code: 200, message: "Webinar plan is missing.")
    static let noRegistration = Answer(
        status: 300,
        code: 300,
        message: "This meeting has not set registration as required: 1."
    )

    static let tooFast = Answer(
        status: 429,
        code: 429,
        message: "You have reached the maximum per-second rate limit for this API. Try again later.",
        rateLimitType: "QPS"
    )
    static let tooManyAtOnce = Answer(status: 429, code: 429, message: "Too many concurrent requests.")
    static let accountDay = Answer(
        status: 429,
        code: 429,
        message:
            "You have reached the maximum daily rate limit for this API. Refer to the response header for details.",
        rateLimitType: "Daily-limit"
    )

    /// One who is not registered, named.
    static func registrantMissing(_ name: String) -> Answer {
        Answer(status: 400, code: 3000, message: "Registrant \(name) was not found.")
    }

    /// The eleventh request to a webinar, naming somebody who may have had no change at all.
    static func webinarDay(_ name: String) -> Answer {
        var answer = registrantDay(10, name)
        answer.message?.replace("for meeting", with: "for webinar")
        return answer
    }

    static func tooMany(_ most: Int) -> Answer {
        Answer(status: 400, code: 300, message: "Too many registrants: at most \(most) in one request.")
    }

    static func registrantDay(_ limit: Int, _ name: String) -> Answer {
        Answer(
            status: 429,
            code: 429,
            message: """
                You have exceeded the daily rate limit of "\(limit)" for meeting **Update registrant's status** API \
                requests for the registrant "\(name)". You can resume these API requests at GMT 00:00:00.
                """
        )
    }
}

/// Counts an account's requests against its rate, those of other apps included.
struct RateGauge: Sendable {
    let limit: Int
    let window: RateWindow
    /// Requests a second that other apps of the account send, evenly.
    let others: Double

    /// Requests taken in the last second, for `sliding`; a ring of the latest `limit` ones.
    private var taken: [Int64] = []
    private var oldest = 0
    private var second: Int64 = -1
    private var inSecond = 0
    /// In billionths of a token.
    private var level: Int64
    private var filledAt: Int64 = 0
    private var othersSent: Int64 = 0

    private static let second: Int64 = 1_000_000_000

    init(limit: Int, window: RateWindow, others: Double = 0) {
        self.limit = limit
        self.window = window
        self.others = others
        level = Int64(limit) * Self.second
    }

    /// Whether a request that arrives now is taken; one that is not taken is not counted.
    mutating func admits(at moment: Duration) -> Bool {
        let now = moment.wholeNanoseconds
        if others > 0 {
            // Of a long silence only the last two seconds matter.
            let interval = Double(Self.second) / others
            othersSent = max(othersSent, Int64(Double(now - 2 * Self.second) / interval))
            while Double(othersSent) * interval <= Double(now) {
                _ = take(at: Int64(Double(othersSent) * interval))
                othersSent += 1
            }
        }
        return take(at: now)
    }

    private mutating func take(at now: Int64) -> Bool {
        switch window {
        case .sliding:
            if taken.count < limit {
                taken.append(now)
                return true
            }
            guard taken[oldest] <= now - Self.second else { return false }
            taken[oldest] = now
            oldest = (oldest + 1) % limit
        case .fixed:
            if now / Self.second != second { (second, inSecond) = (now / Self.second, 0) }
            guard inSecond < limit else { return false }
            inSecond += 1
        case .bucket:
            let elapsed = min(now - filledAt, Self.second)
            level = min(Int64(limit) * Self.second, level + elapsed * Int64(limit))
            filledAt = now
            guard level >= Self.second else { return false }
            level -= Self.second
        }
        return true
    }
}

/// How a server may count a second's requests. Zoom does not say how it counts.
package enum RateWindow: String, Sendable, Hashable, CaseIterable {
    /// No more than the limit in any second, wherever it begins.
    case sliding
    /// No more than the limit in each second of the clock.
    case fixed
    /// A bucket of as many tokens as the limit, filled evenly.
    case bucket
}

/// Counts things by UTC day.
struct DayTally<Key: Hashable & Sendable>: Sendable {
    private struct Entry: Hashable {
        let key: Key
        let day: UTCDay
    }

    private var counts: [Entry: Int] = [:]

    func count(_ key: Key, on day: UTCDay) -> Int { counts[Entry(key: key, day: day), default: 0] }

    mutating func add(_ key: Key, on day: UTCDay, _ more: Int = 1) {
        counts[Entry(key: key, day: day), default: 0] += more
    }
}

/// Somebody who registered, or did not. Rows name a person always in the same way.
struct Person: Sendable, Hashable {
    let number: Int

    /// Zoom's id; nil where the rows give only an email.
    var id: String? { number % 3 == 1 ? nil : "id-\(number)" }
    /// The address; nil where the rows give only an id.
    var email: String? { number % 3 == 2 ? nil : "guest\(number)@example.org" }

    init(number: Int) {
        self.number = number
    }

    /// Who is meant by a registrant in a request.
    init?(_ registrant: Registrant) {
        let digits =
            registrant.id.map { $0.dropFirst("id-".count) }
            ?? registrant.email.map { $0.dropFirst("guest".count).prefix { $0 != "@" } }
        guard let number = digits.flatMap({ Int($0) }) else { return nil }
        self.number = number
    }
}

/// A registrant's place in one meeting, webinar or occurrence.
struct Registration: Sendable, Hashable {
    let target: Target
    let person: Person

    /// The place in the meeting or webinar with all its occurrences.
    var whole: Registration {
        Registration(target: target.whole, person: person)
    }
}

/// How much Zoom takes.
struct ZoomLimits: Sendable {
    var perSecond: Int
    var perRequest = 30
    var accountADay: Int?
    var registrantADay = 10
    var webinarADay: Int?
}
