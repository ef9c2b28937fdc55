/// Decides when the next request may leave, so that Zoom counts nearly as many requests as its label allows in any
/// second, and never more.
///
/// Two rules apply together: requests leave evenly spaced (a generic cell rate algorithm), and each occupies one of the
/// server's places until a second after the latest moment it can have arrived (`ArrivalWindow`). If a request is still
/// refused for its rate, either others use the account too, and the rate is halved and climbs back (`AllowedRate`), or,
/// if all of the label's rate was ours, requests bunch up on their way, and the window becomes as cautious as it can.
package struct RateLimiter: Sendable {
    /// Identifies a request from its departure to its answer.
    package typealias Ticket = UInt64

    /// How long a place is kept beyond a full second, as a fraction of it: clocks are not exact.
    static let margin = 0.004
    /// How much of each second caution may cost while nothing has been refused, in nanoseconds.
    static let freeCaution = 5_000_000.0
    /// How much sooner the next request may follow one that left late, in nanoseconds: the window still limits the
    /// count.
    static let catchUp: Int64 = 100_000_000
    /// How long learned caution is kept, in nanoseconds: routes change.
    static let memory: Int64 = 600_000_000_000

    private let limit: Limit?
    private var window: ArrivalWindow
    private var allowed: AllowedRate
    private var spread = LatencySpread()
    /// When the next request is due by even spacing.
    private var nextSlot: Int64 = 0
    private var pausedUntil: Int64 = 0
    private var nextTicket: Ticket = 0
    private var departures: [Ticket: Int64] = [:]
    /// Recent departures, to know what the server accepted from us in the second before it refused.
    private var recent = Queue<Departure>()
    private var refused: Set<Ticket> = []
    private var reducedAt: Int64 = -1
    private var learned = (share: 0.0, at: Int64(0))
    /// Refusals of this run.
    package private(set) var refusals = 0
    /// Refusals since a request was last accepted.
    private(set) var refusalsInARow = 0

    private struct Limit {
        let perSecond: Double
        /// Nanoseconds between two requests at full rate.
        let interval: Double
    }

    private struct Departure {
        let ticket: Ticket
        let at: Int64
    }

    package init(_ pace: Pace) {
        switch pace {
        case .unlimited:
            limit = nil
            window = ArrivalWindow(places: .max, span: 0)
            allowed = AllowedRate(ceiling: .infinity)
        case .perSecond(let rate):
            let places = max(1, Int(rate))
            let span = Double(places) / rate * (1 + Self.margin) * 1e9
            limit = Limit(perSecond: rate, interval: span / Double(places))
            window = ArrivalWindow(places: places, span: Int64(span.rounded(.up)))
            allowed = AllowedRate(ceiling: rate)
        }
    }

    /// The moment from which the next request may leave: `now` if it may leave now. Ask again at that moment.
    ///
    /// - Parameters:
    ///   - now: Monotonic time since the run began.
    ///   - urgent: Whether the whole run waits for this request, which may then leave one interval early.
    ///   - reserve: Places to leave free for urgent ones.
    package mutating func earliest(at now: Duration, urgent: Bool = false, reserve: Int = 0) -> Duration {
        let now = now.nanoseconds
        guard limit != nil else { return .nanoseconds(max(now, pausedUntil)) }
        let early = urgent ? Int64(interval(at: now)) : 0
        let due = max(nextSlot - early, pausedUntil)
        guard due <= now else { return .nanoseconds(due) }
        return .nanoseconds(window.free(at: now, reserve: window.places > 4 ? reserve : 0, caution: caution(at: now)))
    }

    /// Records that a request leaves now. Its answer, or that there was none, must be reported.
    package mutating func depart(at now: Duration) -> Ticket {
        let now = now.nanoseconds
        defer { nextTicket += 1 }
        departures[nextTicket] = now
        guard limit != nil else { return nextTicket }
        window.take(nextTicket, at: now)
        nextSlot = max(nextSlot, now - Self.catchUp) + Int64(interval(at: now))
        recent.append(Departure(ticket: nextTicket, at: now))
        while let first = recent.first, first.at < now - 5_000_000_000 {
            recent.popFirst()
            refused.remove(first.ticket)
        }
        return nextTicket
    }

    /// Records an answer other than that requests come too fast.
    package mutating func answered(_ ticket: Ticket, at now: Duration) {
        guard close(ticket, at: now.nanoseconds, isAnswer: true) != nil else { return }
        refusalsInARow = 0
    }

    /// Records that no answer came: the connection broke, or time ran out.
    mutating func unanswered(_ ticket: Ticket, at now: Duration) {
        _ = close(ticket, at: now.nanoseconds, isAnswer: false)
    }

    /// Records an answer that requests come too fast.
    ///
    /// - Parameter resume: When Zoom allows requests again, if it said so.
    package mutating func refused(_ ticket: Ticket, at now: Duration, resume: Duration?) {
        let now = now.nanoseconds
        guard let departure = close(ticket, at: now, isAnswer: true) else { return }
        refusals += 1
        refusalsInARow += 1
        refused.insert(ticket)
        let pause = limit.map { _ in window.span } ?? 1_000_000_000
        let start = max(pausedUntil, now + pause, resume?.nanoseconds ?? 0)
        pausedUntil = start
        guard let limit else { return }
        // If many requests are in flight, crossing the limit once brings many refusals; they count once.
        guard departure > reducedAt else { return }
        reducedAt = now
        let rate = allowed.rate(at: now)
        let second = Int64(Double(window.places) / limit.perSecond * 1e9)
        let share = limit.perSecond / Double(window.places) * Double(accepted(from: departure - second, to: departure))
        // Half an interval more, so that with even spacing the request that just left the window counts too.
        let atMost = accepted(from: departure - window.span - Int64(interval(at: now) / 2), to: departure)
        nextSlot = start
        // All places were ours, so requests must have bunched up on their way, and a lower rate would not help.
        if caution(at: now).share < 1, rate >= 0.9 * limit.perSecond, Double(atMost) >= 0.9 * Double(window.places) {
            learned = (1, now)
            return
        }
        // At the full rate the last second says when the others came, not what they take; and departures known for less
        // than a second say little.
        let isKnown = rate < limit.perSecond && recent.first.map { $0.at <= departure - second } ?? false
        allowed.reduce(from: start, at: now, share: isKnown ? share : nil)
    }

    /// How many of the requests that left between two moments were not refused.
    private func accepted(from start: Int64, to end: Int64) -> Int {
        recent.contents.count { $0.at > start && $0.at < end && !refused.contains($0.ticket) }
    }

    /// Requests per second that may leave now.
    package func rate(at now: Duration) -> Double {
        allowed.rate(at: now.nanoseconds)
    }

    /// Until when nothing may leave after a refusal.
    var resumesAt: Duration { .nanoseconds(pausedUntil) }

    private mutating func close(_ ticket: Ticket, at now: Int64, isAnswer: Bool) -> Int64? {
        guard let departure = departures.removeValue(forKey: ticket) else { return nil }
        if isAnswer { spread.record(now - departure) }
        if limit != nil { window.answered(ticket, at: now, caution: caution(for: ticket, at: now)) }
        return departure
    }

    private func interval(at now: Int64) -> Double {
        guard let limit else { return 0 }
        return limit.interval * limit.perSecond / allowed.rate(at: now)
    }

    /// The first requests open their connections, so they arrive late by an unknown part of the time they take; later
    /// ones on the same connections do not. For each of the first, all of that time is allowed for.
    private func caution(for ticket: Ticket, at now: Int64) -> ArrivalWindow.Caution {
        ticket < Ticket(window.places) ? ArrivalWindow.Caution(share: 1, shortest: 0) : caution(at: now)
    }

    private func caution(at now: Int64) -> ArrivalWindow.Caution {
        ArrivalWindow.Caution(share: max(freeShare, learnedShare(at: now)), shortest: spread.shortest)
    }

    /// The caution that costs next to nothing: full if answers take about equally long, little if they vary much.
    private var freeShare: Double {
        spread.meanExcess <= Self.freeCaution ? 1 : Self.freeCaution / spread.meanExcess
    }

    private func learnedShare(at now: Int64) -> Double {
        now - learned.at < Self.memory ? learned.share : 0
    }
}

/// The places in the server's last second, and which of them are free.
///
/// A server counts a request when it arrives, at an unknown moment between sending and the answer. If a place is reused
/// only a full second after the latest moment its request can have arrived, no second holds more arrivals than there
/// are places, whatever the network does: two requests in one place arrive more than a second apart. If answers vary
/// because the server is slow *after* counting, all of that caution is wasted, so `Caution` says how much of a
/// request's time to treat as possible delay on its way.
struct ArrivalWindow: Sendable {
    /// How much of an answer's time beyond the shortest round trip may have passed before the request was counted.
    struct Caution: Sendable {
        /// From 0 (none) to 1 (all of it: certain).
        var share: Double
        /// The shortest round trip, in nanoseconds.
        var shortest: Int64

        /// The longest delay to allow for, in nanoseconds.
        static let limit: Double = 1_000_000_000

        /// How long to keep a place beyond the second after an answer, in nanoseconds.
        func delay(roundTrip: Int64) -> Int64 {
            Int64(min(Self.limit, share * Double(max(0, roundTrip - shortest))))
        }

        /// How long after sending to give up the place of an unanswered request, in nanoseconds.
        func patience(span: Int64) -> Int64 {
            let most = Double(span) + Self.limit
            guard share < 1 else { return Int64(most) }
            let until = (Double(span) - share * Double(shortest)) / (1 - share)
            return Int64(min(most, max(Double(span), until)))
        }
    }

    /// How many requests one span of time takes.
    let places: Int
    /// A little more than the server's span, in nanoseconds.
    let span: Int64

    private var sent: [UInt64: Int64] = [:]
    private var order = Queue<UInt64>()
    /// When the place of each answered request becomes free.
    private var cooling = Heap<Int64> { $0 < $1 }

    init(places: Int, span: Int64) {
        self.places = places
        self.span = span
    }

    /// Records that a request leaves.
    mutating func take(_ ticket: UInt64, at now: Int64) {
        sent[ticket] = now
        order.append(ticket)
    }

    /// Records that a request was answered or given up, which decides how long its place is still kept.
    mutating func answered(_ ticket: UInt64, at now: Int64, caution: Caution) {
        guard let departure = sent.removeValue(forKey: ticket) else { return }
        cooling.push(departure + span + caution.delay(roundTrip: now - departure))
    }

    /// Now, if a place is free besides `reserve` others; else the next moment at which one may become free.
    mutating func free(at now: Int64, reserve: Int, caution: Caution) -> Int64 {
        while let first = cooling.first, first <= now { cooling.pop() }
        let patience = caution.patience(span: span)
        var oldest: Int64?
        while let ticket = order.first {
            guard let departure = sent[ticket] else {
                order.popFirst()
                continue
            }
            guard departure + patience <= now else {
                oldest = departure + patience
                break
            }
            sent[ticket] = nil
            order.popFirst()
        }
        guard sent.count + cooling.count + reserve >= places else { return now }
        return min(oldest ?? .max, cooling.first ?? .max)
    }
}

/// How much longer requests take than the shortest round trip to Zoom.
struct LatencySpread: Sendable {
    /// The shortest recent round trip, in nanoseconds; zero before the first answer.
    private(set) var shortest: Int64 = 0
    /// How much longer than `shortest` a request takes on average, in nanoseconds.
    private(set) var meanExcess: Double = 0

    /// Two halves of a moving minimum: routes change, so an old minimum must expire.
    private var lastMinimum = Int64.max
    private var minimum = Int64.max
    private var count = 0

    /// Records a round trip, in nanoseconds.
    mutating func record(_ roundTrip: Int64) {
        minimum = min(minimum, roundTrip)
        shortest = min(minimum, lastMinimum)
        let excess = Double(roundTrip - shortest)
        let weight = max(1 / 32, 1 / Double(count + 1))
        meanExcess += (excess - meanExcess) * weight
        count += 1
        if count % Self.memory == 0 {
            lastMinimum = minimum
            minimum = .max
        }
    }

    /// Answers per half of the moving minimum.
    private static let memory = 256
}
