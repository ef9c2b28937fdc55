import ArgumentParser
import Reporting
import Settings
import Zoom

/// `usher config`
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

/// `usher config show`
struct ConfigShowCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Prints each setting's value and where it comes from. Prints no secrets.",
        discussion: """
            A flag counts before a variable, that before the file, and that before the default. Flags of `usher run` may be \
            given, to see what they change.

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

    func run(with settings: Settings) throws {
        // The command that they are for says what is wrong with them. It may want a spreadsheet, too.
        do { _ = try RunCommand.parse(flags) } catch { try Self.check(flags + ["-"]) }
        let known = try CommandFlags(description: RunCommand._dumpHelp())
        var settings = settings
        _ = settings.complete(flags, for: known)
        let report = SettingsReport(settings) { known.standard(of: $0.flag) ?? Self.computed($0, in: settings) }
        switch format {
        case .text: Output.say(lines: report.text)
        case .json: Output.say(lines: try report.json())
        }
    }

    /// - Throws: `UsherError` in the words of `usher run`, but without its usage.
    private static func check(_ flags: [String]) throws {
        do {
            _ = try RunCommand.parse(flags)
        } catch {
            guard RunCommand.exitCode(for: error) != .success else { throw error }
            let message = RunCommand.message(for: error)
            let end = message.last.map(".!?".contains) ?? true ? "" : "."
            throw UsherError.usage(
                "\(message)\(end) `usher config show` takes the flags of `usher run`; `usher run --help` lists them."
            )
        }
    }

    private static func cloud(in settings: Settings) -> Cloud {
        Setting.named("cloud").flatMap { settings.value($0) }.flatMap { Cloud(rawValue: $0.text) } ?? .zoom
    }

    /// Defaults that depend on something else.
    private static func computed(_ setting: Setting, in settings: Settings) -> String? {
        switch setting.name {
        case "journal": return Environment.defaultJournal()
        case "cloud": return Cloud.zoom.rawValue
        case "base_url": return cloud(in: settings).api.description
        case "oauth_url": return cloud(in: settings).tokens.description
        case "log_level":
            return Setting.named("quiet").flatMap { settings.value($0)?.text } == "true" ? "warning" : "notice"
        default: return nil
        }
    }
}
