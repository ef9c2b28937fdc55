import FoundationEssentials
import Journal
import Zoom

extension Attempt {
    /// What is journaled of a request and what came back.
    init(_ reply: Reply, startedAt: Date, duration: Duration) {
        self.init(startedAt: startedAt, duration: duration)
        switch reply {
        case .answer(let answer):
            status = answer.status
            code = answer.code
            message = answer.message
            trackingID = answer.trackingID
        case .noAnswer(let failure): cause = failure.cause.rawValue
        }
    }
}
