internal import Decisions

/// A registrant's place in one meeting, webinar or occurrence.
struct Seat: Sendable, Hashable {
    let target: Target
    let person: Person

    /// The place in the meeting or webinar with all its occurrences.
    var whole: Seat {
        Seat(target: Target(account: target.account, kind: target.kind, id: target.id), person: person)
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
