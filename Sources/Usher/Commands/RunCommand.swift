internal import ArgumentParser
internal import Journal
internal import Logging
internal import Reporting
internal import Sending
internal import Spreadsheet
internal import Zoom

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// `usher run`
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Sends the decisions of spreadsheets to Zoom, and writes what became of each row.",
        discussion: """
            Run the same file again to finish what was left. What was applied is never sent again.
            Credentials come from ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET, or from ZOOM_ACCESS_TOKEN.

            Examples:
              usher run --dry-run decisions.csv      says what would be sent
              usher run decisions.csv                sends; see decisions.csv.results.csv
              usher run --plan business lists/       all spreadsheets of a directory
              usher run --metrics-file usher.prom decisions.csv

            Exit codes: usher help exit-codes
            """
    )

    @OptionGroup(title: "Spreadsheets") var spreadsheets: SpreadsheetOptions
    @OptionGroup(title: "Sending") var sending: SendingOptions
    @OptionGroup(title: "Journal") var journal: JournalOptions
    @OptionGroup(title: "Messages") var log: LogOptions
    @OptionGroup(title: "Afterwards") var after: AfterRunOptions

    @Option(help: ArgumentHelp("Where results files go, instead of beside the spreadsheets.", valueName: "directory"))
    var results: String?

    @Flag(help: "Say what would be sent, for each meeting and action. Sends nothing and remembers nothing.")
    var dryRun = false

    @Flag(help: "Read the spreadsheets into the journal and send nothing yet.")
    var ingestOnly = false

    @Flag(help: "Send also what the journal shows as applied.")
    var reapply = false

    @Flag(help: "Take nothing of a spreadsheet in which any row is wrong.")
    var strict = false

    func validate() throws {
        guard !(dryRun && ingestOnly) else { throw ValidationError("--dry-run and --ingest-only exclude each other.") }
    }

    func run() async throws {
        let sheetOptions = try spreadsheets.sheetOptions()
        let sources = try spreadsheets.sources()
        // What is wrong with the command line is said before anything is touched.
        let dispatch = try sending.dispatchOptions()
        let configuration = HTTPZoomClient.Configuration(
            version: Version.current,
            baseURL: try sending.baseURL(),
            tokenURL: try sending.tokenURL(),
            encoding: sending.encoding
        )
        let places = try ResultsPlace(directory: results)
        let afterRun = try after.afterRun(isQuiet: log.quiet)
        if dryRun { throw ExitCode(DryRun(sheetOptions, batchSize: sending.batchSize).run(sources).rawValue) }

        let run = JobRun(
            journal: try Journal(path: try journal.path()),
            ingest: IngestOptions(sheet: sheetOptions, batchSize: sending.batchSize, reapply: reapply),
            strict: strict,
            places: places,
            logger: log.logger(),
            isQuiet: log.quiet
        )
        run.writesReports = !after.noReport
        let status = try await afterRun(run.journal, pace: dispatch.pace) {
            var statuses = try await run.take(sources)
            if !ingestOnly, try await run.hasWork() {
                statuses.append(try await run.send(dispatch, configuration))
            }
            statuses += try run.report()
            return ExitStatus.worst(of: statuses)
        }
        throw ExitCode(status.rawValue)
    }
}
