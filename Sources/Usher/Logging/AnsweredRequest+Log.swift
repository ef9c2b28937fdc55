internal import Logging
internal import Sending
internal import Zoom

extension AnsweredRequest {
    /// One line for each request: debug where it went well, more where it did not. Without email addresses: Zoom's own
    /// words, which may hold one, go to the journal and the results only.
    func log(to logger: Logger) {
        // The most frequent line, and mostly not wanted: nothing is put together for it in vain.
        if case .applied = ruling.remedy, logger.logLevel > .debug { return }
        var metadata: Logger.Metadata = [
            "\(update.target.kind.rawValue)": "\(update.target.id)", "action": "\(update.action.rawValue)",
            "registrants": "\(update.registrants.count)", "ms": "\(duration.milliseconds)",
        ]
        if let occurrence = update.target.occurrence { metadata["occurrence"] = "\(occurrence)" }
        switch reply {
        case .answer(let answer):
            metadata["status"] = "\(answer.status)"
            if let code = answer.code { metadata["code"] = "\(code)" }
            if let trackingID = answer.trackingID { metadata["tracking_id"] = "\(trackingID)" }
        case .noAnswer(let failure): metadata["cause"] = "\(failure.cause.rawValue)"
        }
        switch ruling.remedy {
        case .applied: logger.debug("Zoom has applied a batch.", metadata: metadata)
        case .retry, .slowDown, .refreshToken, .split, .halve:
            logger.info("Zoom did not take a batch yet (\(ruling.subject.rawValue)).", metadata: metadata)
        default: logger.warning("Zoom refused a batch (\(ruling.subject.rawValue)).", metadata: metadata)
        }
    }
}

extension Duration {
    /// Whole milliseconds.
    fileprivate var milliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
