import ArgumentParser
import CProcess
import CVersion
import Decisions
import Glibc
import Reporting
import Settings

@main
struct UsherCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usher",
        abstract: "Carries decisions about registrants from spreadsheets to Zoom, exactly once each.",
        discussion: """
            Start with `usher check decisions.csv`: it reads the spreadsheet and sends nothing.
            Then `usher run decisions.csv` sends the decisions and writes decisions.csv.results.csv.
            `usher report` says what happened, and `usher explain` what any code or word in it means.
            """,
        version: Version.full,
        subcommands: [
            ListCommand.self, RunCommand.self, ResumeCommand.self, CheckCommand.self, StatusCommand.self,
            ResultsCommand.self,
            ReportCommand.self, HistoryCommand.self, VerifyCommand.self, ExplainCommand.self, JournalCommand.self,
            ConfigCommand.self, DoctorCommand.self,
            ExitCodesCommand.self,
        ]
    )

    static func main() async {
        // The credentials are in memory and in the environment.
        usher_hide_memory()
        // Often asked by other programs, and needs no further setup.
        if CommandLine.arguments.count == 2, CommandLine.arguments[1] == "--version" { return print(Version.full) }
        do {
            try refuseUnknownCommand(CommandLine.arguments.dropFirst())
            var command = try parseAsRoot()
            // A command that reports all faults in the settings reports this, too.
            if let configured = command as? any ConfiguredCommand, !type(of: configured).takesFaultySettings {
                let settings = configured.configuration.settings
                if command is any LoggingCommand, configured.settings.text(.logFormat) == "json" { Output.writeJSON() }
                guard settings.faults.isEmpty else { throw ConfigurationError(settings.faults) }
                settings.warning.map(Output.warn)
                settings.text(.timeZone).map(Environment.setTimeZone)
            }
            do {
                if var asynchronous = command as? any AsyncParsableCommand {
                    try await asynchronous.run()
                } else {
                    try command.run()
                }
            } catch let code as ExitCode {
                try Output.checkWritten()
                throw code
            } catch {
                throw told(error)
            }
            try Output.checkWritten()
        } catch {
            guard let status = ExitStatus(error) else { exit(withError: error) }
            Output.complain(of: error)
            exit(withError: ExitCode(status.rawValue))
        }
    }

    /// A command's error with its sentence and exit code.
    private static func told(_ error: any Error) -> any Error {
        // The parser has its own code for help requests and mistakes on the command line.
        if exitCode(for: error) != .failure || ExitStatus(error) != nil { return error }
        return UsherError(
            status: .storage,
            description: "Something unforeseen went wrong (\(error)). What was done is in the journal; run it again."
        )
    }

    /// - Throws: `UsherError` with a suggestion, if a word used as a subcommand is not one.
    static func refuseUnknownCommand(_ typed: ArraySlice<String>) throws {
        var command: any ParsableCommand.Type = UsherCommand.self
        var path = "usher"
        for word in typed {
            let subcommands = command.configuration.subcommands
            if let next = subcommands.first(where: { $0.configuration.commandName == word }) {
                command = next
                path += " \(word)"
                continue
            }
            let names = subcommands.compactMap { $0.configuration.commandName }
            guard !names.isEmpty, word != "help", !word.hasPrefix("-") else { return }
            let hint = NearestName.to(word, among: names).map { " Is `\(path) \($0)` meant?" } ?? ""
            throw UsherError.usage(
                "There is no command `\(path) \(word.prefix(60))`.\(hint) `\(path) --help` lists what there is."
            )
        }
    }
}

/// The process's environment, read where needed and passed on as values.
enum Environment {
    /// The value of a variable; nil if it is unset or empty.
    static func value(_ name: String) -> String? {
        guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { return nil }
        return value
    }

    /// Makes a zone the process's own, in which pages give times. Nothing else may run yet.
    static func setTimeZone(_ name: String) {
        setenv("TZ", ":\(name)", 1)
        tzset()
    }

    /// The state directory of this process's systemd unit; nil if there is none.
    static var stateDirectory: String? {
        // systemd passes a list if a unit has several; the first is the unit's main one.
        value("STATE_DIRECTORY")?.split(separator: ":").first.map(String.init)
    }

    /// The default location of the journal: systemd's state directory, or the user's.
    static func defaultJournal() -> String? {
        if let stateDirectory { return "\(stateDirectory)/journal.db" }
        if let state = value("XDG_STATE_HOME"), state.hasPrefix("/") { return "\(state)/usher/journal.db" }
        return value("HOME").map { "\($0)/.local/state/usher/journal.db" }
    }
}

enum Version {
    static let current = "0.1.0"
    /// With the commit that this was built from and its date, where the build was told.
    static let full = "\(current) (\(String(cString: usher_build())))"
}
