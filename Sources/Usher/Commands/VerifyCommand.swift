internal import ArgumentParser
internal import Journal
internal import Reporting
internal import Sending
internal import Zoom

/// `usher verify`
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compares what the journal says of a job with what Zoom says now. Changes nothing.",
        discussion: """
            Reads Zoom's lists of registrants, and names every row that was applied and is no longer so: somebody may have \
            decided otherwise in Zoom since. Rows that were not applied claim nothing and are not compared.
            The requests count against the plan's rate and the day's limit like all others. The app needs the scopes \
            meeting:read:list_registrants:admin and, for webinars, webinar:read:list_registrants:admin.
            Ends with 0 when nothing differs, 1 when something does.

            Examples:
              usher verify 3
              usher verify 3 --format json
            """
    )

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text
        case json
    }

    @OptionGroup(title: "Sending") var sending: SendingOptions
    @OptionGroup(title: "Journal") var journal: JournalOptions
    @OptionGroup(title: "Messages") var log: LogOptions

    @Option(help: "text or json.")
    var format = Format.text

    @Argument(help: ArgumentHelp("The number of a job, as `usher status` shows it.", valueName: "job"))
    var job: Int64

    func run() async throws {
        let dispatch = try sending.dispatchOptions()
        let configuration = HTTPZoomClient.Configuration(
            version: Version.current,
            baseURL: try sending.baseURL(),
            tokenURL: try sending.tokenURL()
        )
        let path = try journal.path()
        // Before the journal is opened for writing, which would make one.
        let reader = try JournalReader(path: path)
        let summary = try reader.job(JobID(rawValue: job))
        let credentials = try CredentialSource.fromEnvironment()

        let client = HTTPZoomClient(configuration, credentials: credentials)
        let logger = log.logger()
        let stop = StopSwitch()
        var run = VerificationRun(
            journal: try Journal(path: path),
            job: summary.id,
            accounts: [RunAccount(client: client, lister: client, options: dispatch)],
            stop: stop
        )
        run.onListing = { $0.log(to: logger) }
        let prepared = run
        let (verification, ending) = await withSignals(stop, logger: logger) { await prepared() }
        await client.shutdown()

        let report = try VerificationReport(of: verification, job: summary, in: reader)
        Output.say(try format == .json ? report.json() : report.text)
        let status = ending.say { logger.notice("\($0)") }
        throw ExitCode(
            ExitStatus.worst(of: [status, verification.differences.isEmpty ? .done : .someRefused]).rawValue
        )
    }
}
