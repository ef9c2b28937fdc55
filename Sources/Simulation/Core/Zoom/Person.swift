import Decisions

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
