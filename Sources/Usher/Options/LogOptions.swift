public import ArgumentParser
public import Logging

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
