/// Sentences for the results file and the summary.
enum Reasons {
    static let registrantSpent =
        "this registrant's status was changed 10 times today, which is Zoom's limit; it is sent after 00:00 UTC"
    static let deferred = "some decisions may only be sent later"
    static let longPause = "Zoom asked for a long pause"
    static let unreachable = "Zoom can't be reached"
    static let tooMany = "Zoom takes fewer registrants in one request"
    static let otherHalf = "one of these registrants is refused; the others are sent without"
    static let endlessList = "Zoom's list of registrants has no end."
    static let rateRefused =
        "Zoom refused every request of late because requests come too fast: something else uses this account's rate"

    static func unknownAccount(_ name: String?) -> String {
        name.map { "no credentials were given for the account \($0)" }
            ?? "some rows name no account, and none is the default"
    }

    static func accountSpent(_ limit: Int) -> String {
        "the account's \(limit) requests of today are spent; it is sent after 00:00 UTC"
    }

    static func webinarSpent(_ limit: Int) -> String {
        "the webinar's \(limit) requests of today are spent; it is sent after 00:00 UTC"
    }
}
