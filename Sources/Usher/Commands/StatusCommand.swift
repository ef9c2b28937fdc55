internal import ArgumentParser
internal import Journal
internal import Reporting

/// `usher status`
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows the jobs in the journal and how far they are.",
        discussion: """
            Examples:
              usher status            all jobs, the latest last
              usher status 3          one job
              usher status --check    proves from the journal that every row is accounted for
            """
    )

    @OptionGroup var journal: JournalOptions
    @OptionGroup var configuration: ConfigurationOptions

    @Flag(help: "Count every row anew, and compare with what the journal says.")
    var check = false

    @Argument(help: ArgumentHelp("The number of a job.", valueName: "job"))
    var job: Int64?

    func run() throws {
        let reader = try JournalReader(path: try journal.path())
        let jobs = try job.map { [try reader.job(JobID(rawValue: $0))] } ?? reader.jobs()
        Output.say(StatusTable(jobs).text)
        guard check else { return }
        for job in jobs {
            let counted = try reader.recount(job)
            guard counted == job.counts else {
                throw JournalError.inconsistent(
                    path: reader.path,
                    detail: "job \(job.id) says \(job.counts), but its rows say \(counted)"
                )
            }
        }
        Output.say("Counted anew: every row has exactly one outcome, and the counts add up.")
    }
}
