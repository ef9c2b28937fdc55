/// The sandbox's initial content, from its JSON file.
///
/// `{"meetings": [{…}], "webinars": [{…}], "requestsToday": N}`; see ``SeedMeeting`` and ``SeedRegistrant``.
package struct Seed: Sendable, Codable {
    package var meetings: [SeedMeeting]?
    package var webinars: [SeedMeeting]?
    /// Today's requests that other apps have already spent of the account's daily limit.
    package var requestsToday: Int?

    package init(meetings: [SeedMeeting]? = nil, webinars: [SeedMeeting]? = nil, requestsToday: Int? = nil) {
        self.meetings = meetings
        self.webinars = webinars
        self.requestsToday = requestsToday
    }
}

/// A meeting or webinar of a seed; only the id is required.
package struct SeedMeeting: Sendable, Codable {
    /// The number, as digits.
    package var id: String
    /// Whether registration is required; without it each request is refused with 300.
    package var registration: Bool?
    /// Why Zoom refuses every request to it.
    package var refuse: Refusal?
    /// An answer to give instead of Zoom's own.
    package var answer: CannedAnswer?
    /// The only occurrences it has; without it, any.
    package var occurrences: [String]?
    /// The most registrants in one request; without it, what `--most-registrants` says.
    package var mostRegistrants: Int?
    /// The most approved registrants before it is full.
    package var capacity: Int?
    /// Whether `refuse` comes with HTTP 200, disguised as a success.
    package var disguised: Bool?
    /// Today's status requests to it that were already spent.
    package var requestsToday: Int?
    /// Who registered.
    package var registrants: [SeedRegistrant]?
    /// Whether any registrant is made up on first sight, as with `--open`.
    package var open: Bool?
    /// What it is called.
    package var topic: String?
    /// When it begins: `2026-12-05T18:00:00Z`.
    package var start: String?
    /// The host's email address. A host has a licence for webinars if any webinar of the seed is theirs.
    package var host: String?
    /// 1 if one registration is for all occurrences (as without it), 2 or 3 if it is for single ones.
    package var registrationType: Int?

    package init(
        id: String,
        registration: Bool? = nil,
        refuse: Refusal? = nil,
        answer: CannedAnswer? = nil,
        occurrences: [String]? = nil,
        mostRegistrants: Int? = nil,
        capacity: Int? = nil,
        disguised: Bool? = nil,
        requestsToday: Int? = nil,
        registrants: [SeedRegistrant]? = nil,
        open: Bool? = nil,
        topic: String? = nil,
        start: String? = nil,
        registrationType: Int? = nil,
        host: String? = nil
    ) {
        self.id = id
        self.registration = registration
        self.refuse = refuse
        self.answer = answer
        self.occurrences = occurrences
        self.mostRegistrants = mostRegistrants
        self.capacity = capacity
        self.disguised = disguised
        self.requestsToday = requestsToday
        self.registrants = registrants
        self.open = open
        self.topic = topic
        self.start = start
        self.registrationType = registrationType
        self.host = host
    }
}

package struct SeedRegistrant: Sendable, Codable {
    /// Zoom's id.
    package var id: String
    /// The email address.
    package var email: String?
    /// The status; without it, pending.
    package var status: SandboxStatus?
    /// Today's status requests that already named this registrant.
    package var changesToday: Int?
    /// Whether Zoom answers "Validation Failed." to any request that names this registrant.
    package var invalid: Bool?
    /// What Zoom answers to any request that names this registrant.
    package var refuse: PersonRefusal?
    /// Whether Zoom confirms changes of this registrant's status without making them.
    /// Source: users' reports of an approval that was confirmed but left one person unchanged.
    package var stuck: Bool?
    package var firstName: String?
    package var lastName: String?
    /// The answers to the meeting's own questions.
    package var answers: [SeedAnswer]?
    /// The only occurrences that it is a registration for; without it, all.
    package var occurrences: [String]?

    package init(
        id: String,
        email: String? = nil,
        status: SandboxStatus? = nil,
        changesToday: Int? = nil,
        invalid: Bool? = nil,
        refuse: PersonRefusal? = nil,
        stuck: Bool? = nil,
        firstName: String? = nil,
        lastName: String? = nil,
        answers: [SeedAnswer]? = nil,
        occurrences: [String]? = nil
    ) {
        self.id = id
        self.email = email
        self.status = status
        self.changesToday = changesToday
        self.invalid = invalid
        self.refuse = refuse
        self.stuck = stuck
        self.firstName = firstName
        self.lastName = lastName
        self.answers = answers
        self.occurrences = occurrences
    }
}

/// A question of the registration and its answer, as Zoom writes them.
package struct SeedAnswer: Sendable, Hashable, Codable {
    package var title: String
    package var value: String

    package init(title: String, value: String) {
        self.title = title
        self.value = value
    }
}

/// Why Zoom refuses a registrant, as a seed names it.
package enum PersonRefusal: String, Sendable, Hashable, CaseIterable, Codable {
    /// HTTP 400, code 3027: the host's own address.
    case host = "3027"
    /// HTTP 400, code 3000: the registrant was not found.
    case missing = "3000"
    /// HTTP 400, code 300: "Validation Failed."
    case invalid = "validation"
}
