import ArgumentParser

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
