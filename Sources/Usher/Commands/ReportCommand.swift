import ArgumentParser
import FoundationEssentials
import Journal
import Reporting
import Settings

struct ReportCommand: JournalBoundCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Says what was done, what needs a person and why, and what is sent later.",
        discussion: """
            Made from the journal alone, so it can be asked for at any time. The HTML is one file that needs no network. Like a \
            results file it holds names and addresses of registrants.

            Examples:
              usher report                                       the last run
              usher report decisions.csv --output morning.html   one spreadsheet, as a page
              usher report --since 7d                            the last seven days
              usher report --last --format json                  for programs
            """
    )

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case html
        case text
        case json
    }

    @OptionGroup var journal: JournalOptions
    @OptionGroup var times: TimeZoneOptions
    @OptionGroup var configuration: ConfigurationOptions

    @Flag(help: "Report on the last run (default).")
    var last = false

    @Option(help: ArgumentHelp("All that happened in so many days, hours or minutes: 7d, 12h, 30m.", valueName: "time"))
    var since: PastTime?

    @Option(help: "html, text or json. Default: html if the output file ends in .html, otherwise text.")
    var format: Format?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write it there instead of to the terminal; - is standard output.", valueName: "file"),
        completion: .file()
    )
    var output: String?

    @Argument(help: ArgumentHelp("\(JobName.help)", valueName: "job"))
    var job: JobName?

    var given: Settings.Flags { journal.given + times.given }

    func validate() throws {
        guard [job != nil, last, since != nil].count(where: { $0 }) <= 1 else {
            throw ValidationError("Name a job, or give --last, or --since: one of them.")
        }
    }

    func run() throws {
        let reader = try JournalReader(path: try settings.journal())
        let report = try report(from: reader, at: Date())
        let isPage = output.map { $0.hasSuffix(".html") || $0.hasSuffix(".htm") } ?? false
        let text =
            switch format ?? (isPage ? .html : .text) {
            case .html: ReportHTML(report, version: Version.current).text
            case .text: ReportText(report).text + "\n"
            case .json: try ReportJSON(report).text() + "\n"
            }
        guard let output, !["-", "/dev/stdout"].contains(output) else { return Output.write(Array(text.utf8)) }
        try ReportFile.write(text, to: output, permissionsOf: nil)
    }

    private func report(from reader: JournalReader, at now: Date) throws -> Report {
        if let job { return try Report(of: job.job(in: reader), in: reader, at: now, zone: .machine) }
        if let since {
            return try Report(
                since: since.date(before: now),
                subject: "the last \(since.words)",
                in: reader,
                at: now,
                zone: .machine
            )
        }
        if let run = try reader.lastRun() {
            return try Report(ofLast: run, in: reader, at: now, zone: .machine)
        }
        guard let job = try reader.jobs().last else {
            throw UsherError.usage(
                "The journal holds no job yet, so there is nothing to report. Begin with: usher run FILE"
            )
        }
        return try Report(of: job, in: reader, at: now, zone: .machine)
    }
}
