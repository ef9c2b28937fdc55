import Logging
import Sending
import Zoom

extension AnsweredListing {
    /// One line for each page asked for. Without what is on it: names of registrants don't belong in a log.
    func log(to logger: Logger) {
        var metadata = Logger.Metadata(query.target, took: duration)
        metadata["list"] = "\(query.status.rawValue)"
        switch reply {
        case .page(let page, let answer):
            metadata["registrants"] = "\(page.registrants.count)"
            metadata.note(.answer(answer))
            logger.debug("Zoom listed registrants.", metadata: metadata)
        case .refused(let reply):
            metadata.note(reply)
            logger.info("Zoom did not list registrants.", metadata: metadata)
        }
    }
}
