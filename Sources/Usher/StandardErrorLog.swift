import Decisions
import Files
import FoundationEssentials
import Glibc
import Logging
import Reporting
import Sending
import Synchronization
import Zoom

/// Log lines on standard error or in a file, as text or JSON.
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
    /// The file to which lines are appended; nil writes them to standard error.
    var file: LogFile?
    /// Whether standard error gets sentences alone, as a person at a terminal reads them.
    var saysSentences = false

    /// The source of lines about single requests, which tell a person nothing that the results do not tell better.
    static let requests = "requests"

    init(format: Format, isUnderJournald: Bool, logLevel: Logger.Level) {
        self.format = format
        self.isUnderJournald = isUnderJournald
        self.logLevel = logLevel
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }
        if saysSentences, let sentence = Self.sentence(event.level, event.message, fields, source: event.source) {
            if event.level >= .warning { Output.warn(sentence) } else { Output.note(sentence) }
        }
        guard file != nil || !saysSentences else { return }
        let line =
            switch format {
            case .text: text(event.level, event.message, fields)
            case .json: Self.json(event.level, "\(event.message)", fields)
            }
        if let file { file.append(line) } else { Output.write(line + "\n", to: 2) }
    }

    /// What happened, and to which file; nil for what a person need not read.
    static func sentence(
        _ level: Logger.Level,
        _ message: Logger.Message,
        _ fields: Logger.Metadata,
        source: String
    ) -> String? {
        guard level >= .notice, source != requests else { return nil }
        return "\(fields["file"].map { "\($0): " } ?? "")\(message)"
    }

    private func text(_ level: Logger.Level, _ message: Logger.Message, _ fields: Logger.Metadata) -> String {
        let tail = fields.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let body = "\(message)\(tail)".onOneLine
        // The journal's priorities and times are not for a file.
        guard isUnderJournald, file == nil else { return "\(UTCTime(Date())) \(level.rawValue) \(body)" }
        return "<\(level.priority)>\(body)"
    }

    /// One line of JSON.
    static func json(_ level: Logger.Level, _ message: String, _ fields: Logger.Metadata = [:]) -> String {
        var line: [String: LogValue] = [
            "time": .text(UTCTime(Date()).description), "level": .text(level.rawValue),
            "message": .text(message.onOneLine),
        ]
        for (key, value) in fields where line[key] == nil { line[key] = LogValue(value) }
        // A dictionary of strings and numbers always encodes.
        return (try? JSONEncoder.usher().text(of: line)) ?? "{}"
    }
}

/// A value of a log line in JSON. What was passed as a number is one; a meeting's number is a name, and a text.
private enum LogValue: Encodable {
    case text(String)
    case number(Int)

    init(_ value: Logger.MetadataValue) {
        if case .stringConvertible(let number as Int) = value {
            self = .number(number)
        } else {
            self = .text("\(value)".onOneLine)
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        }
    }
}

/// A file of log lines, to which several processes may append.
final class LogFile: Sendable {
    private let file: FileDescriptor
    private let path: String
    private let hasFailed = Mutex(false)

    private init(_ file: FileDescriptor, path: String) {
        self.file = file
        self.path = path
    }

    /// Opens or makes it, for this user alone.
    ///
    /// - Throws: `UsherError`.
    static func open(_ path: String) throws -> LogFile {
        let file = FileDescriptor(Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0o600))
        guard file.number >= 0 else {
            throw UsherError(
                status: .storage,
                description: """
                    The log can't be written to \(path) (\(SystemError())). Name another place with --log-file. Nothing was sent.
                    """
            )
        }
        return LogFile(file, path: path)
    }

    deinit { file.close() }

    /// Adds a line. A log that can't be written is said once, and does not end a run.
    func append(_ line: String) {
        do throws(SystemError) {
            // A line in one piece, since others may write to it.
            try file.write(Array("\(line)\n".utf8))
        } catch {
            let isFirst = hasFailed.withLock { hasFailed in
                defer { hasFailed = true }
                return !hasFailed
            }
            guard isFirst else { return }
            Output.warn("The log \(path) is not complete (\(error)). The run goes on.")
        }
    }
}

extension Logger.Level {
    /// The priority of `syslog(3)`.
    var priority: Int {
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
            metadata["registrants"] = .stringConvertible(page.registrants.count)
            metadata.note(.answer(answer))
            logger.debug("Zoom listed registrants.", metadata: metadata, source: StandardErrorLog.requests)
        case .refused(let reply):
            metadata.note(reply)
            logger.info("Zoom did not list registrants.", metadata: metadata, source: StandardErrorLog.requests)
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
        metadata["registrants"] = .stringConvertible(update.registrants.count)
        metadata.note(reply)
        switch disposition.nextStep {
        case .applied: logger.debug("Zoom has applied a batch.", metadata: metadata, source: StandardErrorLog.requests)
        case .retry, .hold, .slowDown, .refreshToken, .split, .halve:
            logger.info(
                "Zoom did not take a batch yet (\(disposition.subject.rawValue)).",
                metadata: metadata,
                source: StandardErrorLog.requests
            )
        default:
            logger.warning(
                "Zoom refused a batch (\(disposition.subject.rawValue)).",
                metadata: metadata,
                source: StandardErrorLog.requests
            )
        }
    }
}

/// Metadata of every line about a request to Zoom.
extension Logger.Metadata {
    init(_ target: Target, took duration: Duration) {
        self = ["\(target.kind.rawValue)": "\(target.id)", "ms": .stringConvertible(Int(duration / .milliseconds(1)))]
        if let occurrence = target.occurrence { self["occurrence"] = "\(occurrence)" }
    }

    /// The response. Without Zoom's own words, which may hold an address.
    mutating func note(_ reply: SendResult) {
        switch reply {
        case .answer(let answer):
            self["status"] = .stringConvertible(answer.status)
            if let code = answer.code { self["code"] = .stringConvertible(code) }
            if let trackingID = answer.trackingID { self["tracking_id"] = "\(trackingID)" }
        case .noAnswer(let failure): self["cause"] = "\(failure.cause.rawValue)"
        }
    }
}
