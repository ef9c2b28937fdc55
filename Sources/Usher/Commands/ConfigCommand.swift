internal import ArgumentParser

/// `usher config`
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Shows the settings.",
        discussion: """
            Examples:
              usher config show                  the settings in force, and where each was set
              usher config show --format json    the same for programs
            """,
        subcommands: [ConfigShowCommand.self]
    )
}
