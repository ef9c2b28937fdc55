import Files
import FoundationEssentials
import Logging
import Reporting

/// Log lines on standard error, as text or JSON.
///
/// Under systemd's journal each text line begins with its priority (`sd-daemon(3)`), and the time is left to the journal.
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
        // A dictionary of texts always encodes.
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
