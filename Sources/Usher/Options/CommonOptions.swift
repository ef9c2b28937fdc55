public import ArgumentParser
import FoundationEssentials
import Glibc
public import Logging
import Settings

struct JournalOptions: ParsableArguments {
    @Option(
        name: .customLong("journal"),
        help: ArgumentHelp(
            "The journal, an SQLite file that remembers what was decided, sent and answered.",
            discussion: "By default $STATE_DIRECTORY/journal.db under systemd, else $XDG_STATE_HOME/usher/journal.db.",
            valueName: "path"
        ),
        completion: .file()
    )
    private var path: String?

    var given: Settings.Flags { [(.journal, path)] }
}

extension Settings {
    func journal() throws -> String {
        guard let path = text(.journal) ?? Environment.defaultJournal() else {
            throw UsherError.configuration(
                "Neither HOME nor XDG_STATE_HOME is set: say where the journal is with --journal."
            )
        }
        guard !path.isEmpty else { throw UsherError.usage("--journal needs a file's name.") }
        return path
    }

    /// Whether another command typed later would use a different journal: this one was named on the command line, or by
    /// systemd.
    var journalIsForThisRunAlone: Bool {
        switch value(.journal)?.origin {
        case .flag: true
        case .variable, .file: false
        case .standard, nil: Environment.stateDirectory != nil
        }
    }
}

/// The configuration file, and the settings from it and the environment.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "The configuration file.",
            discussion:
                "By default $USHER_CONFIG, else \(ConfigurationFile.standardPath) if it is there; \(ConfigurationFile.none) for none.",
            valueName: "path"
        ),
        completion: .file()
    )
    var path: String?

    /// Any errors are among their faults.
    private(set) var settings = Settings()

    private enum CodingKeys: CodingKey { case path }

    mutating func validate() {
        settings = Settings(fileNamed: path, environment: ProcessInfo.processInfo.environment)
    }
}

/// A command with settings: from its flags, the environment and the configuration file.
protocol ConfiguredCommand: ParsableCommand {
    /// Whether it runs despite faults in the settings, to report them.
    static var takesFaultySettings: Bool { get }
    var configuration: ConfigurationOptions { get }
    /// The values of its own flags.
    var given: Settings.Flags { get }
}

extension ConfiguredCommand {
    static var takesFaultySettings: Bool { false }
    /// All settings.
    var settings: Settings { configuration.settings.with(given) }
}

/// A command whose only setting is the journal.
protocol JournalBoundCommand: ConfiguredCommand {
    var journal: JournalOptions { get }
}

extension JournalBoundCommand {
    var given: Settings.Flags { journal.given }
}

/// The value of an option that can also be set elsewhere. Help names the setting's default, which is not the option's:
/// a flag that is not given defers to the environment and the file.
struct Settable<Value: ExpressibleByArgument & Sendable>: ExpressibleByArgument, Sendable {
    let given: Value?
    let defaultValueDescription: String

    init(_ setting: Setting) {
        given = nil
        defaultValueDescription = setting.standard ?? ""
    }

    init?(argument: String) {
        guard let value = Value(argument: argument) else { return nil }
        given = value
        defaultValueDescription = value.defaultValueDescription
    }

    static var allValueStrings: [String] { Value.allValueStrings }
    static var defaultCompletionKind: CompletionKind { Value.defaultCompletionKind }
}

struct ResultsOptions: ParsableArguments {
    @Option(
        name: .customLong("results"),
        help: ArgumentHelp("Where results files go, instead of beside the spreadsheets.", valueName: "directory"),
        completion: .directory
    )
    private var directory: String?

    var given: Settings.Flags { [(.results, directory)] }
}

/// A command whose sentences are a log, to be read by programs where `log_format` is json.
protocol LoggingCommand: ConfiguredCommand {}

/// How much to log, and how.
struct LogOptions: ParsableArguments {
    @Flag(
        name: .shortAndLong,
        inversion: .prefixedNo,
        help: "Say nothing but warnings and errors. (default: --no-quiet)"
    )
    private var quiet: Bool?

    @Option(
        help: ArgumentHelp(
            "How much to log: trace, debug, info, notice, warning, error or critical.",
            valueName: "level"
        )
    )
    private var logLevel: Logger.Level?

    @Flag(
        help: ArgumentHelp(
            "Show log lines on a terminal as well, with all they hold.",
            discussion: "Elsewhere they are written in any case."
        )
    )
    private var verbose = false

    @Option(
        help: ArgumentHelp(
            "Append log lines to this file, instead of writing them to standard error.",
            valueName: "file"
        ),
        completion: .file()
    )
    private var logFile: String?

    @Option(help: ArgumentHelp("Log lines, and all else that a run says, as text or as JSON.", valueName: "format"))
    private var logFormat = Settable<StandardErrorLog.Format>(.logFormat)

    var given: Settings.Flags {
        [
            (.quiet, quiet?.description), (.logLevel, logLevel?.rawValue), (.logFile, logFile),
            (.logFormat, logFormat.given?.rawValue),
        ]
    }

    func validate() throws {
        guard !verbose || quiet != true else { throw ValidationError("--quiet and --verbose exclude each other.") }
    }

    /// A logger with the settings, and what a person typed: on a terminal sentences, elsewhere lines.
    ///
    /// - Throws: `UsherError` if the log file can't be opened.
    func logger(_ settings: Settings) throws -> Logger {
        let chosen = settings.text(.logLevel).flatMap(Logger.Level.init(rawValue:))
        let format: StandardErrorLog.Format = settings.choice(.logFormat)
        let level = chosen ?? (verbose ? .info : settings.standardLogLevel)
        var log = StandardErrorLog(
            format: format,
            isUnderJournald: Environment.value("JOURNAL_STREAM") != nil,
            logLevel: level
        )
        // A person who asks for a level or a format wants the lines themselves.
        log.saysSentences = format == .text && !verbose && chosen == nil && isatty(STDERR_FILENO) == 1
        if let path = settings.text(.logFile) { log.file = try LogFile.open(path) }
        let prepared = log
        return Logger(label: "usher") { _ in prepared }
    }
}

extension Settings {
    var isQuiet: Bool { isOn(.quiet) }

    /// The default log level.
    var standardLogLevel: Logger.Level { isQuiet ? .warning : .notice }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
extension StandardErrorLog.Format: ExpressibleByArgument {}

/// Text for people, or JSON for programs.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    case text
    case json
}

/// An age on the command line: `400d`, `57w`.
struct Age: ExpressibleByArgument, Sendable {
    /// At least 1.
    let days: Int

    init?(argument: String) {
        let units = ["d": 1, "w": 7]
        guard let unit = argument.last.flatMap({ units[String($0)] }), let count = Int(argument.dropLast()),
            count > 0, count <= 36_500
        else { return nil }
        days = count * unit
    }
}

/// A span of time before now: `7d`, `12h`, `30m`.
struct PastTime: ExpressibleByArgument, Sendable, Hashable {
    let seconds: Int
    /// For example `7 days`.
    let words: String

    init?(argument: String) {
        let units: [Character: (seconds: Int, name: String)] = [
            "d": (86_400, "day"), "h": (3_600, "hour"), "m": (60, "minute"),
        ]
        guard let letter = argument.last, let unit = units[letter], let count = Int(argument.dropLast()),
            (1...100_000).contains(count)
        else { return nil }
        seconds = count * unit.seconds
        words = count == 1 ? unit.name : "\(count) \(unit.name)s"
    }

    func date(before now: Date) -> Date { now.addingTimeInterval(-Double(seconds)) }
}
