import ArgumentParser
import Journal
import Reporting
import Sending
import Settings

struct VerifyCommand: AsyncParsableCommand, LoggingCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compares what the journal says of a job with what Zoom says now. Changes nothing.",
        discussion: """
            Reads Zoom's lists of registrants, and names every row that was applied and is no longer so: somebody may have \
            decided otherwise in Zoom since. It also names rows whose id is another email's in Zoom: they may have gone to \
            somebody else. Rows that were not applied claim nothing and are not compared. A cancelled \
            registration may be listed as denied or nowhere.
            The requests count against the plan's rate and the day's limit like all others. The app needs the scopes \
            meeting:read:list_registrants:admin and, for webinars, webinar:read:list_registrants:admin.
            Ends with 0 when nothing differs, 1 when something does.

            Examples:
              usher verify decisions.csv
              usher verify 3 --format json
            """
    )

    @OptionGroup(title: "Sending") var sending: SendingOptions
    @OptionGroup(title: "Journal") var journal: JournalOptions
    @OptionGroup(title: "Messages") var log: LogOptions
    @OptionGroup(title: "Settings") var configuration: ConfigurationOptions

    @Option(help: "text or json.")
    var format = OutputFormat.text

    @Argument(help: ArgumentHelp("\(JobName.help)", valueName: "job"))
    var job: JobName

    var given: Settings.Flags { sending.given + journal.given + log.given }

    func run() async throws {
        let settings = settings
        let accounts = try Accounts(settings, asksEveryone: sending.askEveryone)
        let path = try settings.journal()
        // Before the journal is opened for writing, which would create one.
        let reader = try JournalReader(path: path)
        let summary = try job.job(
            in: reader,
            "of which anything was applied",
            where: { !$0.isPruned && $0.counts[.applied] > 0 }
        )
        let store = try Journal(path: path)
        let claims = try await store.claimingRows(of: summary.id)
        let (ready, faults) = accounts.ready(Set(claims.map(\.target.account)))
        for fault in faults { Output.complain(lines: fault.description) }

        let logger = try log.logger(settings)
        let stop = RunStop(.sending)
        Signals.ignoreClosedPipes()
        var run = VerificationRun(
            journal: store,
            job: summary.id,
            accounts: ready.map(\.forRun),
            stop: stop.sending
        )
        run.onListing = { $0.log(to: logger) }
        let prepared = run
        let (verifications, endings) = try await withSignals(
            stop,
            logger: logger,
            parting: "Stopped at once. Nothing was changed."
        ) { await prepared() }
        for account in ready { await account.client.shutdown() }

        let verification = verifications[summary.id] ?? Verification()
        let report = try VerificationReport(
            of: verification,
            job: summary,
            claiming: claims.reduce(0) { $0 + $1.count },
            isComplete: faults.isEmpty && endings.values.allSatisfy { $0 == .done },
            in: reader
        )
        Output.say(lines: try format == .json ? report.json() : report.text)
        var statuses = faults.map(\.status)
        for (name, ending) in endings.sorted(by: { $0.key ?? "" < $1.key ?? "" }) {
            // The fault of this account was reported above.
            guard faults.isEmpty || ready.contains(where: { $0.name == name }) else { continue }
            statuses.append(ending.say(account: name) { logger.notice("\($0)") })
        }
        if !verification.differences.isEmpty { statuses.append(.someRefused) }
        throw ExitCode(ExitStatus.worst(of: statuses).rawValue)
    }
}
