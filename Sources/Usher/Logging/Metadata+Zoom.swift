import Decisions
import Logging
import Zoom

/// What every line about a request to Zoom says of it.
extension Logger.Metadata {
    init(_ target: Target, took duration: Duration) {
        self = ["\(target.kind.rawValue)": "\(target.id)", "ms": "\(Int(duration / .milliseconds(1)))"]
        if let occurrence = target.occurrence { self["occurrence"] = "\(occurrence)" }
    }

    /// What came back. Without Zoom's own words, which may hold an address.
    mutating func note(_ reply: Reply) {
        switch reply {
        case .answer(let answer):
            self["status"] = "\(answer.status)"
            if let code = answer.code { self["code"] = "\(code)" }
            if let trackingID = answer.trackingID { self["tracking_id"] = "\(trackingID)" }
        case .noAnswer(let failure): self["cause"] = "\(failure.cause.rawValue)"
        }
    }
}
