import Decisions

/// Zoom in a story: whom it knows, what it does, and what it does not tell. It takes one request at a time.
struct StoryZoom {
    /// What becomes of one request.
    enum Delivery: Sendable, Hashable {
        case answered
        /// Zoom does it, and the answer is lost.
        case answerLost
        /// It is lost on its way; the sender can't tell this from the case before.
        case requestLost
        /// It never left, and the sender knows.
        case unreachable
        /// It was not even tried, although it was announced.
        case withheld
        /// Zoom says that it is in trouble, after it has done it or not.
        case troubled(isDone: Bool)
        case killed(KillPoint)
    }

    /// Where the sender is killed.
    enum KillPoint: Sendable, Hashable, CaseIterable {
        case beforeBegin, afterBegin, afterRequest, beforeSettle, afterSettle
    }

    enum Answer: Hashable {
        case done
        /// One of the registrants is not registered.
        case personNotFound
        case meetingNotFound
        /// The day's limit of the registrants at these places is spent.
        case dayLimit([Int])
        /// The day's limit of the whole meeting or webinar is spent.
        case targetDayLimit
    }

    private(set) var statuses: [Seat: Action] = [:]
    /// Who is not registered there, for now.
    var strangers: Set<Seat> = []
    /// Meetings and webinars that do not exist, for now.
    var missing: Set<Target> = []
    /// Whose status may not be changed any more today.
    var spent: Set<Seat> = []
    /// Meetings and webinars that take no requests any more today.
    var full: Set<Target> = []
    /// Whether of a refused request those before the one at fault are set all the same. No document says.
    var appliesInPart = false

    /// Refuses nothing from now on.
    mutating func becomeCalm() {
        (strangers, missing, spent, full) = ([], [], [], [])
    }

    mutating func startDay() {
        (spent, full) = ([], [])
    }

    mutating func answer(_ action: Action, of target: Target, about persons: [Person]) -> Answer {
        let whole = target.whole
        if missing.contains(whole) { return .meetingNotFound }
        if full.contains(whole) { return .targetDayLimit }
        let limited = persons.indices.filter { spent.contains(Seat(target: whole, person: persons[$0])) }
        if !limited.isEmpty { return .dayLimit(limited) }
        let known = persons.prefix { !strangers.contains(Seat(target: whole, person: $0)) }
        if known.count == persons.count || appliesInPart {
            for person in known { statuses[Seat(target: target, person: person)] = action }
        }
        return known.count == persons.count ? .done : .personNotFound
    }
}
