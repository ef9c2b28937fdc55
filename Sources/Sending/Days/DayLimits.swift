/// How many requests Zoom takes in a UTC day.
package struct DayLimits: Sendable, Hashable {
    /// All requests of the account; nil where Zoom names no limit.
    package var account: Int?
    /// Status changes of one registrant in one meeting or webinar.
    /// Source: Zoom's rate-limit page: 10 requests a day for the same registrant.
    package var registrant: Int
    /// Requests to one webinar. Users report that the eleventh is refused whoever it names, but no document of Zoom's says
    /// so. Nil sends until Zoom refuses, which costs one request a day; a number holds back what is beyond it.
    package var webinar: Int?

    /// What users report of a webinar.
    static let webinarsTen = 10

    package init(account: Int? = nil, registrant: Int = 10, webinar: Int? = nil) {
        self.account = account
        self.registrant = registrant
        self.webinar = webinar
    }

    /// What a plan allows.
    package init(_ plan: Plan) {
        self.init(account: plan.requestsPerDay)
    }
}
