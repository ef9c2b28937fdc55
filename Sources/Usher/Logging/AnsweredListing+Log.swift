internal import Logging
internal import Sending
internal import Zoom

extension AnsweredListing {
    /// One line for each page asked for. Without what is on it: names of registrants don't belong in a log.
    func log(to logger: Logger) {
        var metadata: Logger.Metadata = [
            "\(query.target.kind.rawValue)": "\(query.target.id)", "list": "\(query.status.rawValue)",
            "ms": "\(Int(duration / .milliseconds(1)))",
        ]
        if let occurrence = query.target.occurrence { metadata["occurrence"] = "\(occurrence)" }
        switch reply {
        case .page(let page, let answer):
            metadata["registrants"] = "\(page.registrants.count)"
            note(answer, in: &metadata)
            logger.debug("Zoom listed registrants.", metadata: metadata)
        case .refused(let reply):
            switch reply {
            case .answer(let answer): note(answer, in: &metadata)
            case .noAnswer(let failure): metadata["cause"] = "\(failure.cause.rawValue)"
            }
            logger.info("Zoom did not list registrants.", metadata: metadata)
        }
    }

    private func note(_ answer: Answer, in metadata: inout Logger.Metadata) {
        metadata["status"] = "\(answer.status)"
        if let code = answer.code { metadata["code"] = "\(code)" }
        if let trackingID = answer.trackingID { metadata["tracking_id"] = "\(trackingID)" }
    }
}
