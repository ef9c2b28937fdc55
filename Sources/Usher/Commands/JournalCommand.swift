import ArgumentParser
import FoundationEssentials
import Journal
import Reporting

struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Backs up, checks, restores and prunes the journal.",
        discussion: """
            Examples:
              usher journal backup /backup/journal-2026-11-24.db
              usher journal check
              usher journal restore /backup/journal-2026-11-24.db
              usher journal prune --older-than 400d --dry-run
            """,
        subcommands: [
            JournalBackupCommand.self, JournalCheckCommand.self, JournalRestoreCommand.self, JournalPruneCommand.self,
        ]
    )
}

struct JournalCheckCommand: JournalBoundCommand {
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
        let reader = try JournalReader(path: try settings.journal())
        let faults = try reader.check()
        guard faults.isEmpty else {
            for fault in faults { Output.complain(fault) }
            Output.complain(
                """
                The journal \(reader.path) is not sound (\(Phrases.count(faults.count, "fault"))). Send \
                nothing with it: keep a copy, and restore the latest backup.
                """
            )
            throw ExitCode(ExitStatus.storage.rawValue)
        }
        let census = try reader.census()
        Output.say(
            """
            \(reader.path) is sound: \(Phrases.count(census.jobs, "job")), \(Phrases.count(census.rows, "row")), \
            \(census.batches) \(census.batches == 1 ? "batch" : "batches"), \(Phrases.count(census.requests, "request")).
            """
        )
    }
}

struct JournalBackupCommand: JournalBoundCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies the journal to a file, also while a run is writing to it.",
        discussion: """
            The copy is the journal as it stood at one moment: one file, readable by its
            owner only, and read through once before it gets its name. A file that is
            there already is never replaced. A directory with a slash at its end gets
            a file named by the time.
            `usher journal restore` puts it in the journal's place.

            Examples:
              usher journal backup /backup/journal-$(date +%F).db
              usher journal backup /backup/
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
        let reader = try JournalReader(path: try settings.journal())
        let time = UTCTime(Date()).description.replacing(":", with: "")
        let file = file.hasSuffix("/") ? "\(file)journal-\(time).db" : file
        try reader.backup(to: file)
        let census = try JournalReader(path: file).census()
        Output.say(
            """
            \(file): a copy of \(reader.path) with \(Phrases.count(census.jobs, "job")) and \
            \(Phrases.count(census.rows, "row")).
            """
        )
    }
}

struct JournalRestoreCommand: JournalBoundCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Puts a backup in the journal's place, and keeps the journal that was there.",
        discussion: """
            The backup is checked first, and copied; a run that is active is left alone,
            and this ends with 75. What was sent since the backup was made is sent once
            more: Zoom takes that as the same decision. For the nightly run's journal use
            this as root, with its path: the copy gets the journal's owner.

            Examples:
              usher journal restore /backup/journal-2026-11-24.db
              usher journal restore --journal /var/lib/usher/journal.db /backup/journal-2026-11-24.db
            """
    )

    @OptionGroup var journal: JournalOptions
    @OptionGroup var configuration: ConfigurationOptions

    @Argument(help: ArgumentHelp("The backup.", valueName: "file"), completion: .file())
    var file: String

    func validate() throws {
        guard !file.isEmpty else { throw ValidationError("Name the backup.") }
    }

    func run() throws {
        let path = try settings.journal()
        let kept = try JournalRestoration.restore(file, to: path, at: Date())
        let census = try JournalReader(path: path).census()
        Output.say(
            """
            \(path) is now as \(file) has it, with \(Phrases.count(census.jobs, "job")) and \
            \(Phrases.count(census.rows, "row")).\(kept.map { " The journal that it replaced is kept as \($0)." } ?? "") What was \
            sent since the backup is sent once more by the next run.
            """
        )
    }
}

struct JournalPruneCommand: AsyncParsableCommand, JournalBoundCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Forgets the rows and requests of old finished jobs.",
        discussion: """
            What was decided about each registrant stays: a new spreadsheet is still
            compared with it, and nothing is sent twice. A job's counts stay too.
            Its rows can't be written to a results file any more, and its requests
            are no longer listed. A job with anything left to send is never touched.
            The file does not get smaller; the room in it is used again.

            Examples:
              usher journal prune --older-than 400d --dry-run
              usher journal prune --older-than 400d
            """
    )

    @OptionGroup var journal: JournalOptions
    @OptionGroup var configuration: ConfigurationOptions

    @Option(
        help: ArgumentHelp(
            "Prune jobs that were finished so long ago, in days or weeks: 400d, 57w.",
            discussion: "At least 2d, because what was sent today and yesterday counts against Zoom's limits.",
            valueName: "age"
        )
    )
    var olderThan: Age

    @Flag(help: "Say what would be pruned, and change nothing.")
    var dryRun = false

    func validate() throws {
        guard olderThan.days >= 2 else {
            throw ValidationError(
                "--older-than must be at least 2d: what was sent today and yesterday counts against Zoom's limits."
            )
        }
    }

    func run() async throws {
        let path = try settings.journal()
        let limit = Date().addingTimeInterval(-Double(olderThan.days) * 86_400)
        // Also fails if there is no journal: opening it for writing would create one.
        let candidates = try JournalReader(path: path).prunable(finishedBefore: limit)
        guard !dryRun else {
            for job in candidates {
                Output.say("job \(job.id) (\(job.name)): \(Phrases.count(job.counts.rows, "row"))")
            }
            return Output.say(Self.summary(candidates, verb: "would be pruned"))
        }
        let writer = try Journal(path: path)
        // Read again under the lock, so that the report matches what is done.
        let jobs = try JournalReader(path: path).prunable(finishedBefore: limit)
        _ = try await writer.prune(finishedBefore: limit)
        Output.say(Self.summary(jobs, verb: "pruned"))
    }

    private static func summary(_ jobs: [JobSummary], verb: String) -> String {
        let rows = jobs.reduce(0) { $0 + $1.counts.rows }
        return "\(Phrases.count(jobs.count, "job")) with \(Phrases.count(rows, "row")) \(verb)."
    }
}
