import ArgumentParser
package import Journal
import Reporting

struct ResultsCommand: JournalBoundCommand {
    static let configuration = CommandConfiguration(
        commandName: "results",
        abstract: "Writes a job's results again, from the journal alone.",
        discussion: """
            Examples:
              usher results 3 > results.csv
              usher results 3 --failed > failed.csv     to correct, and to run again
              usher results 3 --outcome rejected --format json
            """
    )

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case csv
        case json
        case ndjson
    }

    @OptionGroup var journal: JournalOptions
    @OptionGroup var configuration: ConfigurationOptions

    @Flag(help: "Only what Zoom refused.")
    var failed = false

    @Flag(help: "Only what may be sent later.")
    var deferred = false

    @Option(help: ArgumentHelp("Only this outcome; may be given more than once.", valueName: "outcome"))
    var outcome: [Outcome] = []

    @Option(help: "csv, json or ndjson (one object a line).")
    var format = Format.csv

    @Argument(help: ArgumentHelp("The number of a job, as `usher status` shows it.", valueName: "job"))
    var job: Int64

    func run() throws {
        let reader = try JournalReader(path: try settings.journal())
        let job = try reader.job(JobID(rawValue: job))
        var wanted = Set(outcome)
        if failed { wanted.insert(.failed) }
        if deferred { wanted.insert(.deferred) }
        let isWanted = { (row: ResultRow) in wanted.isEmpty || wanted.contains(row.outcome) }
        // One system call for many rows.
        var waiting: [UInt8] = []
        defer { Output.write(waiting) }
        let sink = { (bytes: [UInt8]) in
            waiting += bytes
            guard waiting.count >= 1 << 16 else { return }
            Output.write(waiting)
            waiting.removeAll(keepingCapacity: true)
        }
        switch format {
        case .csv: try ResultsFile(of: job, in: reader).write(where: isWanted, to: sink)
        case .json, .ndjson:
            try ResultsJSON(of: job, in: reader).write(asLines: format == .ndjson, where: isWanted, to: sink)
        }
    }
}

extension Outcome: ExpressibleByArgument {}
