import ArgumentParser
import Decisions
import Files
import FoundationEssentials
import Reporting
import Sending
import Settings
import Spreadsheet

struct CheckCommand: AsyncParsableCommand, ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Reads spreadsheets and names every problem in them. Sends nothing and remembers nothing.",
        discussion: """
            Ends with 0 if every decision can be sent, 1 if some can't or nothing is decided, 65 if a file can't be read.

            Examples:
              usher check decisions.csv
              usher check --report decisions.html decisions.csv
              usher check --output marked.csv decisions.csv   adds a column "problem"
              usher check --format json lists/      every problem, for programs
            """
    )

    @OptionGroup var spreadsheets: SpreadsheetOptions
    @OptionGroup var times: TimeZoneOptions
    @OptionGroup var configuration: ConfigurationOptions

    @Option(help: "text or json.")
    var format = OutputFormat.text

    @Flag(help: "Show all problems of each kind, not only the first few.")
    var all = false

    @Option(
        help: ArgumentHelp(
            "Write what was found to a page of HTML, for those who keep the spreadsheet.",
            valueName: "file"
        ),
        completion: .file()
    )
    var report: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Write a copy of the spreadsheet, with what is wrong with each row in a column \"problem\".",
            valueName: "file"
        ),
        completion: .file()
    )
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Check what has changed in this directory, and write a page for each file (NAME.check.html) to results/ in it.",
            valueName: "directory"
        ),
        completion: .directory
    )
    var inbox: String?

    @Option(
        help: ArgumentHelp(
            "How long a file in the inbox must have been left alone before it is read.",
            valueName: "seconds"
        )
    )
    var settle = Settable<Int>(.settle)

    var given: Settings.Flags { spreadsheets.given + times.given + [(.settle, settle.given?.description)] }

    func validate() throws {
        guard inbox != nil else {
            try spreadsheets.requireFiles(for: "check")
            guard output == nil || spreadsheets.files.count == 1 else {
                throw ValidationError("--output is a copy of one spreadsheet: name only that.")
            }
            return
        }
        guard spreadsheets.files.isEmpty, report == nil, output == nil, format == .text, !all else {
            throw ValidationError(
                "--inbox checks what is in the directory, and writes pages there: give no spreadsheets and no other output."
            )
        }
        guard (0...3_600).contains(settle.given ?? 0) else {
            throw ValidationError("--settle must be from 0 to 3600 seconds.")
        }
        try spreadsheets.refuseGivenValues()
    }

    func run() async throws {
        let options = try spreadsheets.sheetOptions(settings)
        if let inbox {
            let check = InboxCheck(
                inbox: try Inbox(
                    path: inbox,
                    settleTime: Double(settings.number(.settle)),
                    results: settings.text(.results)
                ),
                options: options,
                zone: .machine,
                clock: SystemRunClock()
            )
            throw ExitCode(try await check { Output.say($0) }.rawValue)
        }
        let statuses = try check(options)
        throw ExitCode(ExitStatus.worst(of: statuses).rawValue)
    }

    private func check(_ options: SheetOptions) throws -> [ExitStatus] {
        var json = format == .json ? try CheckJSON { Output.write($0) } : nil
        var findings: [CheckFinding] = []
        var inputs: [String] = []
        let shown = all ? .max : report == nil ? CheckReport.fewShown : CheckHTML.shown
        let sources = spreadsheets.sources()
        var contradictions = sources.count > 1 ? ContradictionReport(options: options, in: .machine) : nil
        for open in sources {
            do {
                let source = try open()
                source.path.map { inputs.append($0) }
                try refuseToReplace(source)
                let found =
                    try json?.add(source, options: options, shown: shown)
                    ?? CheckReport(of: source, options: options, shown: shown)
                if json == nil { Output.say(lines: all ? found.text(shown: .max) : found.text) }
                findings.append(.read(found))
                try contradictions?.add(source)
                if let output { try CheckedCopy(of: source, options: options).write(to: output) }
            } catch let error as SpreadsheetError {
                guard !error.isAboutDisk else { throw error }
                try json?.add(error)
                Output.complain(error.description)
                findings.append(.unreadable(error))
            }
        }
        if var found = contradictions {
            if json != nil {
                try json?.add(&found)
            } else {
                for line in try found.lines() { Output.say(line) }
            }
        }
        try json?.finish()
        if let report {
            let page = CheckHTML(findings, madeAt: Date(), in: .machine, version: Version.current)
            // A page about several spreadsheets is for nobody but its maker.
            try ReportFile.write(page, to: report, permissionsOf: inputs.count == 1 ? inputs[0] : nil)
        }
        return findings.map(\.status)
    }

    /// - Throws: `UsherError` if a page or a copy would take the place of a spreadsheet.
    private func refuseToReplace(_ source: SpreadsheetSource) throws {
        for (flag, path) in [("report", report), ("output", output)] {
            guard let path, let input = source.path, let place = Directory.resolved(path),
                place == Directory.resolved(input)
            else { continue }
            throw UsherError.usage("--\(flag) \(path) is the spreadsheet itself. Name another file.")
        }
    }
}
