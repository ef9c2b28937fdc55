import ArgumentParser
import Journal
import Reporting

/// `usher journal backup`
struct JournalBackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies the journal to a file, also while a run is writing to it.",
        discussion: """
            The copy is the journal as it stood at one moment: one file, readable by its
            owner only, and read through once before it gets its name. A file that is
            there already is never replaced.
            To restore it, let no run be active, remove the journal's -wal and -shm
            files, and put the copy in the journal's place.

            Examples:
              usher journal backup /backup/journal-$(date +%F).db
              usher journal check --journal /backup/journal-2026-11-24.db
            """
    )

    @OptionGroup var journal: JournalOptions
    @OptionGroup var configuration: ConfigurationOptions

    @Argument(help: ArgumentHelp("The file to make.", valueName: "file"), completion: .file())
    var file: String

    func validate() throws {
        guard !file.isEmpty else { throw ValidationError("Name the file to make.") }
    }

    func run() throws {
        let reader = try JournalReader(path: try journal.path())
        try reader.backup(to: file)
        let census = try JournalReader(path: file).census()
        Output.say(
            """
            \(file): a copy of \(reader.path) with \(Wording.count(census.jobs, "job")) and \
            \(Wording.count(census.rows, "row")).
            """
        )
    }
}
