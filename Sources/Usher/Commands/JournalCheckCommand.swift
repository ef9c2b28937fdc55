import ArgumentParser
import Journal
import Reporting

/// `usher journal check`
struct JournalCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Proves that the journal is whole, or names every fault.",
        discussion: """
            Reads every page and every row, and looks for damage to the file,
            references that lead nowhere, counts that do not add up, and batches whose
            rows say otherwise. Changes nothing; a run may be active meanwhile.
            Ends with 0 when all is well, and with 74 when anything is wrong.

            Examples:
              usher journal check
              usher journal check --journal /backup/journal-2026-11-24.db
            """
    )

    @OptionGroup var journal: JournalOptions
    @OptionGroup var configuration: ConfigurationOptions

    func run() throws {
        let reader = try JournalReader(path: try journal.path())
        let faults = try reader.check()
        guard faults.isEmpty else {
            for fault in faults { Output.complain(fault) }
            Output.complain(
                """
                The journal \(reader.path) is not sound (\(Wording.count(faults.count, "fault"))). Send \
                nothing with it: keep a copy, and restore the latest backup.
                """
            )
            throw ExitCode(ExitStatus.storage.rawValue)
        }
        let census = try reader.census()
        Output.say(
            """
            \(reader.path) is sound: \(Wording.count(census.jobs, "job")), \(Wording.count(census.rows, "row")), \
            \(census.batches) \(census.batches == 1 ? "batch" : "batches"), \(Wording.count(census.requests, "request")).
            """
        )
    }
}
