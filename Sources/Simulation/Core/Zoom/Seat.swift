import Decisions

/// A registrant's place in one meeting, webinar or occurrence.
struct Seat: Sendable, Hashable {
    let target: Target
    let person: Person

    /// The place in the meeting or webinar with all its occurrences.
    var whole: Seat {
        Seat(target: target.whole, person: person)
    }
}
