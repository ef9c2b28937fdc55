internal import ArgumentParser
internal import CProcess

/// `usher`.
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
        version: Version.current,
        subcommands: [
            RunCommand.self, ResumeCommand.self, CheckCommand.self, StatusCommand.self, ResultsCommand.self,
            ReportCommand.self, HistoryCommand.self, VerifyCommand.self, ExplainCommand.self, JournalCommand.self,
            ConfigCommand.self, DoctorCommand.self,
            ExitCodesCommand.self,
        ]
    )

    static func main() async {
        // The credentials are in memory and in the environment.
        usher_hide_memory()
        // Asked often by other programs, and nothing else need be set up for it.
        if CommandLine.arguments.count == 2, CommandLine.arguments[1] == "--version" { return print(Version.current) }
        do {
            let line = try CompleteCommandLine(Array(CommandLine.arguments.dropFirst()))
            var command = try parseAsRoot(line.arguments)
            if var configured = command as? any ConfiguredCommand {
                try await configured.run(with: line.settings)
            } else if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            guard let status = ExitStatus(error) else { exit(withError: error) }
            Output.complain(String(describing: error))
            exit(withError: ExitCode(status.rawValue))
        }
    }
}
