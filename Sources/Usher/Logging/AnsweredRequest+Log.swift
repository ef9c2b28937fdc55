import Logging
import Sending
import Zoom

extension AnsweredRequest {
    /// One line for each request: debug where it went well, more where it did not. Without email addresses: Zoom's own
    /// words, which may hold one, go to the journal and the results only.
    func log(to logger: Logger) {
        // The most frequent line, and mostly not wanted: nothing is put together for it in vain.
        if case .applied = ruling.remedy, logger.logLevel > .debug { return }
        var metadata = Logger.Metadata(update.target, took: duration)
        metadata["action"] = "\(update.action.rawValue)"
        metadata["registrants"] = "\(update.registrants.count)"
        metadata.note(reply)
        switch ruling.remedy {
        case .applied: logger.debug("Zoom has applied a batch.", metadata: metadata)
        case .retry, .hold, .slowDown, .refreshToken, .split, .halve:
            logger.info("Zoom did not take a batch yet (\(ruling.subject.rawValue)).", metadata: metadata)
        default: logger.warning("Zoom refused a batch (\(ruling.subject.rawValue)).", metadata: metadata)
        }
    }
}
