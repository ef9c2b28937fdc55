import ArgumentParser
import Reporting
import Settings
import Zoom

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Shows the settings.",
        discussion: """
            Examples:
              usher config show                  what is in force, and where it was set
              usher config show --format json    the same for programs
            """,
        subcommands: [ConfigShowCommand.self]
    )
}

struct ConfigShowCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Prints each setting's value and where it comes from. Prints no secrets.",
        discussion: """
            Flags override environment variables, which override the file, which overrides the defaults. Add flags of \
            `usher run` to see what they change.

            Examples:
              usher config show
              usher config show --plan free --format json
            """
    )

    @OptionGroup var configuration: ConfigurationOptions

    @Option(help: "text or json.")
    var format = OutputFormat.text

    @Argument(parsing: .allUnrecognized, help: ArgumentHelp("Flags of `usher run`.", valueName: "flag"))
    var flags: [String] = []

    var given: Settings.Flags { [] }

    func run() throws {
        let report = SettingsReport(try runCommand().settings, computed: Self.computed)
        switch format {
        case .text: Output.say(lines: report.text)
        case .json: Output.say(lines: try report.json())
        }
    }

    /// The run with these flags. `usher run` itself reports errors in them; it may need a spreadsheet, too.
    private func runCommand() throws -> RunCommand {
        let flags = (configuration.path.map { ["--config=\($0)"] } ?? []) + flags
        if let run = try? RunCommand.parse(flags) { return run }
        return try Self.parse(flags + ["-"])
    }

    /// - Throws: `UsherError` in the words of `usher run`, but without its usage.
    private static func parse(_ flags: [String]) throws -> RunCommand {
        do {
            return try RunCommand.parse(flags)
        } catch {
            guard RunCommand.exitCode(for: error) != .success else { throw error }
            let message = RunCommand.message(for: error)
            let end = message.last.map(".!?".contains) ?? true ? "" : "."
            throw UsherError.usage(
                "\(message)\(end) `usher config show` takes the flags of `usher run`; `usher run --help` lists them."
            )
        }
    }

    /// Defaults that depend on something else.
    private static func computed(_ setting: Setting, in settings: Settings) -> String? {
        let cloud = settings.text(.cloud).flatMap(Cloud.init(rawValue:)) ?? .zoom
        return switch setting {
        case .journal: Environment.defaultJournal()
        case .cloud: cloud.rawValue
        case .baseURL: cloud.api.description
        case .oauthURL: cloud.tokens.description
        case .proxy: (try? settings.network())?.proxy.map { "\($0) (HTTPS_PROXY)" }
        case .logLevel: settings.standardLogLevel.rawValue
        default: nil
        }
    }
}
