import ArgumentParser
import Decisions
import Reporting
import Settings
import Spreadsheet

struct CheckCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Reads spreadsheets and names every problem in them. Sends nothing and remembers nothing.",
        discussion: """
            Ends with 0 when every row can be sent, 1 when some can't, 65 when a file can't be read at all.

            Examples:
              usher check decisions.csv
              usher check --format json lists/      every problem, for programs
            """
    )

    @OptionGroup var spreadsheets: SpreadsheetOptions
    @OptionGroup var configuration: ConfigurationOptions

    @Option(help: "text or json.")
    var format = OutputFormat.text

    var given: Settings.Flags { spreadsheets.given }

    func validate() throws {
        try spreadsheets.requireFiles(for: "check")
    }

    func run() throws {
        let options = try spreadsheets.sheetOptions(settings)
        var json = format == .json ? try CheckJSON { Output.write($0) } : nil
        var statuses: [ExitStatus] = []
        for open in spreadsheets.sources() {
            do {
                let source = try open()
                let report = try json?.add(source, options: options) ?? tell(source, options: options)
                statuses.append(report.rejected > 0 ? .someRefused : .done)
            } catch let error as SpreadsheetError {
                try json?.add(error)
                Output.complain(error.description)
                statuses.append(ExitStatus(error) ?? .unreadable)
            }
        }
        try json?.finish()
        throw ExitCode(ExitStatus.worst(of: statuses).rawValue)
    }

    private func tell(_ source: SpreadsheetSource, options: SheetOptions) throws -> CheckReport {
        let report = try CheckReport(of: source, options: options)
        Output.say(lines: report.text)
        return report
    }
}
