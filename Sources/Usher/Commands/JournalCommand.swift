import ArgumentParser

/// `usher journal`
struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Backs up, checks and prunes the journal.",
        discussion: """
            Examples:
              usher journal backup /backup/journal-2026-11-24.db
              usher journal check
              usher journal prune --older-than 400d --dry-run
            """,
        subcommands: [JournalBackupCommand.self, JournalCheckCommand.self, JournalPruneCommand.self]
    )
}
