import ArgumentParser
import FoundationEssentials
import Journal
import Reporting

/// `usher journal prune`
struct JournalPruneCommand: AsyncParsableCommand {
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
        let path = try journal.path()
        let limit = Date().addingTimeInterval(-Double(olderThan.days) * 86_400)
        // Also finds out whether there is a journal at all: opening it for writing would make one.
        let candidates = try JournalReader(path: path).prunable(finishedBefore: limit)
        guard !dryRun else {
            for job in candidates {
                Output.say("job \(job.id) (\(job.name)): \(Wording.count(job.counts.rows, "row"))")
            }
            return Output.say(Self.summary(candidates, verb: "would be pruned"))
        }
        let writer = try Journal(path: path)
        // Read again under the lock, so that what is said is what is done.
        let jobs = try JournalReader(path: path).prunable(finishedBefore: limit)
        _ = try await writer.prune(finishedBefore: limit)
        Output.say(Self.summary(jobs, verb: "pruned"))
    }

    private static func summary(_ jobs: [JobSummary], verb: String) -> String {
        let rows = jobs.reduce(0) { $0 + $1.counts.rows }
        return "\(Wording.count(jobs.count, "job")) with \(Wording.count(rows, "row")) \(verb)."
    }
}
