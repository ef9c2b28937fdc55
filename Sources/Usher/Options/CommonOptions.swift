public import ArgumentParser
import FoundationEssentials
public import Logging
import Settings

/// Where the journal is.
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
    var given: String?

    /// The file to use.
    func path() throws -> String {
        if let given {
            guard !given.isEmpty else { throw UsherError.usage("--journal needs a file's name.") }
            return given
        }
        guard let path = Environment.defaultJournal() else {
            throw UsherError.configuration(
                "Neither HOME nor XDG_STATE_HOME is set: say where the journal is with --journal."
            )
        }
        return path
    }

    /// Whether another command, typed afterwards by a person, would look for another journal than this one does: it was named
    /// on the command line, or by systemd.
    static func isForThisRunAlone(_ settings: Settings) -> Bool {
        switch Setting.named("journal").flatMap(settings.value)?.origin {
        case .flag: true
        case .variable, .file: false
        case .standard, nil: Environment.stateDirectory != nil
        }
    }
}

/// Which configuration file. It is read before the command line is, since it is a part of it: see `CompleteCommandLine`.
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
}

/// Where results files go.
struct ResultsOptions: ParsableArguments {
    @Option(
        name: .customLong("results"),
        help: ArgumentHelp("Where results files go, instead of beside the spreadsheets.", valueName: "directory"),
        completion: .directory
    )
    var directory: String?
}

/// How much is said, and how.
struct LogOptions: ParsableArguments {
    @Flag(name: .shortAndLong, inversion: .prefixedNo, help: "Say nothing but warnings and errors.")
    var quiet = false

    @Option(
        help: ArgumentHelp(
            "How much to log: trace, debug, info, notice, warning, error or critical.",
            valueName: "level"
        )
    )
    var logLevel: Logger.Level?

    @Option(help: ArgumentHelp("Log lines as text or as JSON.", valueName: "format"))
    var logFormat = StandardErrorLog.Format.text

    /// A logger as these options ask for it.
    func logger() -> Logger {
        let level = logLevel ?? (quiet ? .warning : .notice)
        let underJournald = Environment.value("JOURNAL_STREAM") != nil
        return Logger(label: "usher") { _ in
            StandardErrorLog(format: logFormat, isUnderJournald: underJournald, logLevel: level)
        }
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
extension StandardErrorLog.Format: ExpressibleByArgument {}

/// Text for people, or JSON for programs.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    case text
    case json
}

/// How long ago, as the command line gives it: `400d`, `57w`.
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
