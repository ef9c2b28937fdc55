import Decisions
import Zoom

/// Sentences for the results file and the summary.
enum Reasons {
    static let registrantSpent =
        """
        This registrant's status was changed as often today as Zoom allows. It is sent after 00:00 UTC, when the next \
        run comes.
        """
    static let deferred = "Some decisions may only be sent later."
    static let longPause = "Zoom asked for a long pause."
    static let unreachable = "Zoom can't be reached."
    static let picked = "One of these registrants is asked alone first."
    static let tooMany = "Zoom takes fewer registrants in one request."
    static let otherHalf = "One of these registrants is refused. The others are sent without."
    static let endlessList = "Zoom's list of registrants has no end."
    static let rateRefused =
        "Zoom refused every request of late because requests come too fast: something else uses this account's rate."

    static func unknownAccount(_ name: String?) -> String {
        name.map { "No credentials were given for the account \($0), so its rows were not sent." }
            ?? "Some rows name no account, and none is the default, so they were not sent."
    }

    static func tooManyRefused(_ tally: RefusalTally, _ limit: FailureLimit) -> String {
        "The run stopped because \(tally.refused) of \(tally.answered) answered rows were refused "
            + "(stop_after_failures: \(limit))."
    }

    static func accountSpent(_ limit: Int) -> String {
        "The account's \(limit) requests of today are spent. It is sent after 00:00 UTC, when the next run comes."
    }

    static func refusedAlike(_ asked: Int, rest: Int, _ disposition: Disposition) -> String {
        "\(asked) people at different places of this list were refused with the same words, so the other "
            + "\(rest == 1 ? "one was" : "\(rest) were") not asked: \(disposition.ofAll)"
    }

    static func targetSpent(_ kind: Target.Kind, words: String?) -> String {
        Reason(
            "Zoom takes no more status changes in this \(kind.rawValue) today, whomever they name. They are sent after "
                + "00:00 UTC, when the next run comes.",
            status: 429,
            message: words
        ).description
    }

    static func webinarSpent(_ limit: Int) -> String {
        "The webinar's \(limit) requests of today are spent. It is sent after 00:00 UTC, when the next run comes."
    }
}
