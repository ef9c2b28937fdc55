/// A meeting or webinar of a seed; all but the id may be left out.
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
    /// How many may be approved before it is full.
    package var capacity: Int?
    /// Whether `refuse` comes with HTTP 200, as a refusal in the dress of a success.
    package var disguised: Bool?
    /// Status requests to it that were already spent today.
    package var requestsToday: Int?
    /// Who registered.
    package var registrants: [SeedRegistrant]?
    /// Whether any registrant is made up on first sight, as with `--open`.
    package var open: Bool?

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
        open: Bool? = nil
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
    }
}
