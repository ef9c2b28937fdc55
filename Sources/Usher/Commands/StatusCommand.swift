import ArgumentParser
import FoundationEssentials
import Journal
import Reporting
import UnixSignals

struct StatusCommand: AsyncParsableCommand, JournalBoundCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows the jobs in the journal and how far they are.",
        discussion: """
            Examples:
              usher status            all jobs, the latest last
              usher status a.csv      one spreadsheet, in all its versions
              usher status --watch    follows a run, such as the one of the night
              usher status --check    proves that every row is accounted for
            """
    )

    @OptionGroup var journal: JournalOptions
    @OptionGroup var configuration: ConfigurationOptions

    @Flag(help: "Count every row again, and compare with what the journal says.")
    var check = false

    @Flag(help: "Follow the run that is under way, and end with it. Ctrl-C ends the watching, never the run.")
    var watch = false

    @Argument(help: ArgumentHelp("\(JobName.help)", valueName: "job"))
    var job: JobName?

    func validate() throws {
        guard !watch || (job == nil && !check) else {
            throw ValidationError("--watch shows the whole run: leave out the job and --check.")
        }
    }

    func run() async throws {
        let path = try settings.journal()
        if watch, try await !follow(path) { Output.say("No run is under way.") }
        let reader = try JournalReader(path: path)
        let jobs = try job?.jobs(in: reader) ?? reader.jobs()
        Output.say(lines: StatusTable(jobs).text)
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
        Output.say("Counted again: every row has exactly one outcome, and the counts add up.")
    }

    /// Shows the current run until it ends, or until the user stops watching.
    ///
    /// - Returns: Whether there was one.
    private func follow(_ path: String) async throws -> Bool {
        let look = try ProgressReader(path: path)
        let display = ProgressDisplay(on: 1)
        let watch = StatusWatch(
            look: { try look.progress(at: Date()) },
            show: { progress in
                if display.isShown { return display.show(progress) }
                // Without a terminal: plain lines, for a log or a pipe.
                let style = TerminalStyle(isColoured: false, isUnicode: TerminalStyle.isUnicode)
                for line in ProgressLines(progress, columns: 100, style: style).lines { Output.say(line) }
            },
            wait: { try await Task.sleep(for: display.isShown ? .seconds(1) : .seconds(10)) }
        )
        return try await Output.showing(display) {
            let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
            return try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask { try await watch() }
                group.addTask {
                    for await _ in signals { return true }
                    // Cancelled: the other task has ended.
                    try await Task.sleep(for: .seconds(86_400))
                    return true
                }
                defer { group.cancelAll() }
                return try await group.next() ?? false
            }
        }
    }
}
