internal import ArgumentParser
internal import Decisions
internal import Reporting
internal import Settings
internal import Spreadsheet

/// `usher check`
struct CheckCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Reads spreadsheets and names every problem in them. Sends nothing and remembers nothing.",
        discussion: """
            Ends with 0 when every row can be sent, 1 when some can't, 65 when a file can't be read at all.

            Examples:
              usher check decisions.csv
              usher check --format json lists/
            """
    )

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text
        case json
    }

    @OptionGroup var spreadsheets: SpreadsheetOptions
    @OptionGroup var configuration: ConfigurationOptions

    @Option(help: "text or json.")
    var format = Format.text

    func validate() throws {
        try spreadsheets.requireFiles(for: "check")
    }

    func run(with settings: Settings) async throws {
        let options = try spreadsheets.sheetOptions(settings)
        var statuses: [ExitStatus] = []
        var reports: [CheckReport] = []
        for source in try spreadsheets.sources() {
            do {
                let report = try CheckReport(of: source.get(), options: options)
                statuses.append(report.rejected > 0 ? .someRefused : .done)
                reports.append(report)
            } catch let error as SpreadsheetError {
                statuses.append(.unreadable)
                Output.complain(error.description)
            }
        }
        switch format {
        case .text: reports.forEach { Output.say($0.text) }
        case .json: Output.say(try CheckReport.json(reports))
        }
        throw ExitCode(ExitStatus.worst(of: statuses).rawValue)
    }
}
