/// What the sandbox holds when it starts, as its JSON file says it.
///
/// `{"meetings": [{…}], "webinars": [{…}], "requestsToday": N}`; see ``SeedMeeting`` and ``SeedRegistrant``.
package struct Seed: Sendable, Codable {
    package var meetings: [SeedMeeting]?
    package var webinars: [SeedMeeting]?
    /// Requests of today that other apps have already spent of the account's daily limit.
    package var requestsToday: Int?

    package init(meetings: [SeedMeeting]? = nil, webinars: [SeedMeeting]? = nil, requestsToday: Int? = nil) {
        self.meetings = meetings
        self.webinars = webinars
        self.requestsToday = requestsToday
    }
}
