import ArgumentParser
import Journal
import Logging
import Reporting
import Settings

struct ResumeCommand: AsyncParsableCommand, LoggingCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Goes on with what is open in the journal, without the spreadsheets.",
        discussion: """
            Sends what is pending, what was interrupted, and what was deferred to a time that has come. What Zoom refused is not
            asked again: name the spreadsheet for that (usher run). Results go where the spreadsheet was.

            Examples:
              usher resume                       all jobs
              usher resume a.csv b.csv           two of them; see usher status
              usher resume --results /tmp/out    where the spreadsheet's directory is gone

            Exit codes: usher help exit-codes
            """
    )

    @OptionGroup(title: "Sending") var sending: SendingOptions
    @OptionGroup(title: "Journal") var journal: JournalOptions
    @OptionGroup(title: "Messages") var log: LogOptions
    @OptionGroup(title: "Afterwards") var after: RecordingOptions
    @OptionGroup(title: "Settings") var configuration: ConfigurationOptions
    @OptionGroup var results: ResultsOptions
    @OptionGroup(title: "Caution") var caution: CautionOptions

    @Flag(
        inversion: .prefixedNo,
        help: "Look at Zoom's lists of registrants first, or do not compare anything with Zoom, as usher run does."
    )
    private var preflight: Bool?

    @Argument(
        help: ArgumentHelp("Spreadsheets' names, or numbers of jobs; none means all that are open.", valueName: "job")
    )
    var jobs: [JobName] = []

    var given: Settings.Flags {
        let own: Settings.Flags = [(.preflight, preflight.map { $0 ? "on" : "off" })]
        return sending.given + journal.given + log.given + after.given + results.given + caution.given + own
    }

    func run() async throws {
        let settings = settings
        let accounts = try Accounts(settings, asksEveryone: sending.askEveryone)
        let places = try ResultsLocation(directory: settings.text(.results))
        let afterRun = try settings.runRecorder()
        let wanted = try known(at: settings.journal())
        let run = JobRun(
            journal: try Journal(path: settings.journal()),
            ingest: IngestOptions(batchSize: settings.number(.batchSize)),
            strict: false,
            places: places,
            logger: try log.logger(settings),
            isQuiet: settings.isQuiet
        )
        run.writesReports = settings.isOn(.report)
        run.preflight = settings.preflight
        run.verifies = settings.isOn(.verify)
        try await caution.prepare(run)
        let status = try await afterRun(run.journal, allowedRate: accounts.allowedRate, logger: run.logger) { stop in
            try await run.takeUp(wanted)
            var statuses: [ExitStatus] = []
            let sends = try await run.hasWork()
            guard try await run.isConfirmed(sends: sends) else { return .workRemains }
            if sends { statuses.append(try await run.send(accounts, stop)) }
            stop.enter(.closing)
            statuses += try run.report()
            return ExitStatus.worst(of: statuses)
        }
        throw ExitCode(status.rawValue)
    }

    /// The named jobs, each of which must exist with its rows; nil if none was named. Does not create a missing
    /// journal.
    private func known(at path: String) throws -> [JobID]? {
        let reader = try JournalReader(path: path)
        guard !jobs.isEmpty else { return nil }
        return try jobs.map { name in
            let job = try name.job(in: reader, "with anything left to send", where: { $0.counts.open > 0 })
            guard !job.isPruned else { throw JournalError.pruned(job.id) }
            return job.id
        }
    }
}
