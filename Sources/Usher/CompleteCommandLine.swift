import ArgumentParser
import FoundationEssentials
import Settings

/// The command line as it was typed, and before it what the environment and the configuration file say: so one reader reads,
/// checks and explains them all, and a command has to know only its flags.
struct CompleteCommandLine {
    let arguments: [String]
    let settings: Settings
    /// Whether the command runs although something is wrong in the settings.
    let isTolerant: Bool

    /// - Throws: `ConfigurationError` where something is wrong in the file or in a variable; `UsherError` where there is no
    ///   such command.
    init(_ typed: [String], environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        var command: any ParsableCommand.Type = UsherCommand.self
        var depth = 0
        while depth < typed.count, let next = Self.subcommand(typed[depth], of: command) {
            command = next
            depth += 1
        }
        let rest = Array(typed[depth...])
        if let sentence = Self.unknownCommand(rest.first, of: command) { throw UsherError.usage(sentence) }
        let known = try CommandFlags(description: command._dumpHelp())
        isTolerant = (command as? any ConfiguredCommand.Type)?.takesFaultySettings ?? false
        // A command that takes any setting takes it from everywhere.
        guard known.has("config"), !rest.contains(where: Self.asksForHelp) else {
            arguments = typed
            settings = Settings()
            return
        }
        let path = ConfigurationFile.find(
            named: CommandFlags.value(of: "config", in: rest),
            variable: environment[Setting.fileVariable].flatMap { $0.isEmpty ? nil : $0 }
        )
        var settings = Settings(path: path, environment: environment)
        guard settings.faults.isEmpty || isTolerant else { throw ConfigurationError(settings.faults) }
        arguments = typed[..<depth] + settings.complete(rest, for: known)
        self.settings = settings
    }

    private static func subcommand(_ name: String, of command: any ParsableCommand.Type) -> (any ParsableCommand.Type)?
    {
        command.configuration.subcommands.first { $0.configuration.commandName == name }
    }

    /// What to say of a word that stands where a subcommand should and is none; nil where all is well.
    private static func unknownCommand(_ word: String?, of command: any ParsableCommand.Type) -> String? {
        let names = command.configuration.subcommands.compactMap { $0.configuration.commandName }
        guard let word, !names.isEmpty, word != "help", !word.hasPrefix("-") else { return nil }
        let own = command.configuration.commandName ?? "usher"
        let name = own == "usher" ? own : "usher \(own)"
        let hint = NearestName.to(word, among: names).map { " Is `\(name) \($0)` meant?" } ?? ""
        return "There is no command `\(name) \(word.prefix(60))`.\(hint) `\(name) --help` lists what there is."
    }

    private static func asksForHelp(_ argument: String) -> Bool {
        ["-h", "--help", "--version"].contains(argument) || argument.hasPrefix("--experimental-")
            || argument.hasPrefix("--generate-")
    }
}

/// A command that is told the settings, beyond those that came to it as flags.
protocol ConfiguredCommand: AsyncParsableCommand {
    /// Whether it runs although something is wrong in the settings, to say what.
    static var takesFaultySettings: Bool { get }
    /// What it does.
    mutating func run(with settings: Settings) async throws
}

extension ConfiguredCommand {
    static var takesFaultySettings: Bool { false }
}
