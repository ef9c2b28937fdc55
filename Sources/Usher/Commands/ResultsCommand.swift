import ArgumentParser
import Glibc
package import Journal
import Reporting

struct ResultsCommand: JournalBoundCommand {
    static let configuration = CommandConfiguration(
        commandName: "results",
        abstract: "Writes a job's results again, from the journal alone.",
        discussion: """
            Examples:
              usher results decisions.csv --output results.csv
              usher results a.csv --to-mend --output mend.csv    to correct and run again
              usher results 3 --outcome rejected --format json   by the job's number
            """
    )

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case csv
        case json
        case ndjson
    }

    @OptionGroup var journal: JournalOptions
    @OptionGroup var configuration: ConfigurationOptions

    @Flag(help: "Only what needs a person: what Zoom refused, and what was rejected before it was sent.")
    var toMend = false

    @Flag(help: "Only what Zoom refused.")
    var failed = false

    @Flag(help: "Only what may be sent later.")
    var deferred = false

    @Option(help: ArgumentHelp("Only this outcome; may be given more than once.", valueName: "outcome"))
    var outcome: [Outcome] = []

    @Option(help: "csv, json or ndjson (one object a line).")
    var format = Format.csv

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write it there instead of to standard output (-).", valueName: "file"),
        completion: .file()
    )
    var output: String?

    @Argument(help: ArgumentHelp("\(JobName.help)", valueName: "job"))
    var job: JobName

    func run() throws {
        let reader = try JournalReader(path: try settings.journal())
        let job = try job.job(in: reader, "whose rows are still in the journal", where: { !$0.isPruned })
        var wanted = Set(outcome)
        if toMend { wanted.formUnion([.failed, .rejected]) }
        if failed { wanted.insert(.failed) }
        if deferred { wanted.insert(.deferred) }
        let isWanted = { (row: ResultRow) in wanted.isEmpty || wanted.contains(row.outcome) }
        if let output, !["-", "/dev/stdout"].contains(output) {
            return try write(job, in: reader, to: output, isWanted)
        }
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

    private func write(
        _ job: JobSummary,
        in reader: JournalReader,
        to path: String,
        _ isWanted: (ResultRow) -> Bool
    ) throws {
        var (own, other) = (stat(), stat())
        if let input = job.path, stat(input, &own) == 0, stat(path, &other) == 0, own.st_ino == other.st_ino,
            own.st_dev == other.st_dev
        {
            throw UsherError.usage("\(path) is the spreadsheet itself. Name another file with --output.")
        }
        var rows = 0
        let counted = { (row: ResultRow) in
            guard isWanted(row) else { return false }
            rows += 1
            return true
        }
        switch format {
        case .csv: try ResultsFile(of: job, in: reader).write(to: path, permissionsOf: job.path, where: counted)
        case .json, .ndjson:
            try ResultsJSON(of: job, in: reader).write(
                to: path,
                permissionsOf: job.path,
                asLines: format == .ndjson,
                where: counted
            )
        }
        Output.say("\(path): \(Phrases.count(rows, "row")) of \(job.name).")
    }
}

extension Outcome: ExpressibleByArgument {}
