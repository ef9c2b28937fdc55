import Decisions
import Files
import FoundationEssentials
import Logging
import Reporting
import Sending
import Zoom

/// Log lines on standard error, as text or JSON.
///
/// Under systemd's journal each text line begins with its priority (`sd-daemon(3)`), and the journal adds the time.
struct StandardErrorLog: LogHandler {
    enum Format: String, CaseIterable, Sendable {
        case text
        case json
    }

    let format: Format
    let isUnderJournald: Bool
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        let text =
            switch format {
            case .text: Self.text(event.level, event.message, fields, isUnderJournald: isUnderJournald)
            case .json: Self.json(event.level, event.message, fields)
            }
        Output.write(text + "\n", to: 2)
    }

    private static func text(
        _ level: Logger.Level,
        _ message: Logger.Message,
        _ fields: [(key: String, value: Logger.MetadataValue)],
        isUnderJournald: Bool
    ) -> String {
        let tail = fields.map { " \($0.key)=\($0.value)" }.joined()
        let body = "\(message)\(tail)".onOneLine
        return isUnderJournald ? "<\(level.priority)>\(body)" : "\(UTCTime(Date())) \(level.rawValue) \(body)"
    }

    private static func json(
        _ level: Logger.Level,
        _ message: Logger.Message,
        _ fields: [(key: String, value: Logger.MetadataValue)]
    ) -> String {
        var line: [String: String] = [
            "time": UTCTime(Date()).description, "level": level.rawValue, "message": "\(message)".onOneLine,
        ]
        for (key, value) in fields where line[key] == nil { line[key] = "\(value)".onOneLine }
        // A dictionary of strings always encodes.
        return (try? JSONEncoder.usher().text(of: line)) ?? "{}"
    }
}

extension Logger.Level {
    /// The priority of `syslog(3)`.
    fileprivate var priority: Int {
        switch self {
        case .critical: 2
        case .error: 3
        case .warning: 4
        case .notice: 5
        case .info: 6
        case .debug, .trace: 7
        }
    }
}

extension AnsweredListing {
    /// One line for each page requested. Without its content: names of registrants don't belong in a log.
    func log(to logger: Logger) {
        var metadata = Logger.Metadata(query.target, took: duration)
        if query.registrant == nil { metadata["list"] = "\(query.status.rawValue)" }
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

extension AnsweredRequest {
    /// One line for each request: debug if it succeeded, a higher level if not. Without email addresses: Zoom's own
    /// words, which may hold one, go to the journal and the results only.
    func log(to logger: Logger) {
        // The most frequent line, and mostly unwanted: avoids building it in vain.
        if case .applied = disposition.nextStep, logger.logLevel > .debug { return }
        var metadata = Logger.Metadata(update.target, took: duration)
        metadata["action"] = "\(update.action.rawValue)"
        metadata["registrants"] = "\(update.registrants.count)"
        metadata.note(reply)
        switch disposition.nextStep {
        case .applied: logger.debug("Zoom has applied a batch.", metadata: metadata)
        case .retry, .hold, .slowDown, .refreshToken, .split, .halve:
            logger.info("Zoom did not take a batch yet (\(disposition.subject.rawValue)).", metadata: metadata)
        default: logger.warning("Zoom refused a batch (\(disposition.subject.rawValue)).", metadata: metadata)
        }
    }
}

/// Metadata of every line about a request to Zoom.
extension Logger.Metadata {
    init(_ target: Target, took duration: Duration) {
        self = ["\(target.kind.rawValue)": "\(target.id)", "ms": "\(Int(duration / .milliseconds(1)))"]
        if let occurrence = target.occurrence { self["occurrence"] = "\(occurrence)" }
    }

    /// The response. Without Zoom's own words, which may hold an address.
    mutating func note(_ reply: SendResult) {
        switch reply {
        case .answer(let answer):
            self["status"] = "\(answer.status)"
            if let code = answer.code { self["code"] = "\(code)" }
            if let trackingID = answer.trackingID { self["tracking_id"] = "\(trackingID)" }
        case .noAnswer(let failure): self["cause"] = "\(failure.cause.rawValue)"
        }
    }
}
