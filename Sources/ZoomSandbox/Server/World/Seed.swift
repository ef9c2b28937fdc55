/// What the sandbox holds when it starts, as its JSON file says it.
///
/// `{"meetings": [{…}], "webinars": [{…}], "requestsToday": N}`; see ``SeedMeeting`` and ``SeedRegistrant``.
public struct Seed: Sendable, Codable {
    /// The meetings.
    public var meetings: [SeedMeeting]?
    /// The webinars.
    public var webinars: [SeedMeeting]?
    /// Requests of today that other apps have already spent of the account's daily limit.
    public var requestsToday: Int?

    /// Makes a seed.
    public init(meetings: [SeedMeeting]? = nil, webinars: [SeedMeeting]? = nil, requestsToday: Int? = nil) {
        self.meetings = meetings
        self.webinars = webinars
        self.requestsToday = requestsToday
    }
}
