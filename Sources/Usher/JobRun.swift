internal import Decisions
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

/// What `usher run` does, step by step: take spreadsheets, send what is open, report.
final class JobRun {
    let journal: Journal
    private let ingest: IngestOptions
    private let strict: Bool
    private let places: ResultsPlace
    private let logger: Logger
    private let isQuiet: Bool
    /// Whether a report is written beside each results file.
    var writesReports = true
    /// In the order of the command line, each once.
    private var jobs: [JobID] = []

    init(
        journal: Journal,
        ingest: IngestOptions,
        strict: Bool,
        places: ResultsPlace,
        logger: Logger,
        isQuiet: Bool
    ) {
        self.journal = journal
        self.ingest = ingest
        self.strict = strict
        self.places = places
        self.logger = logger
        self.isQuiet = isQuiet
    }

    /// Makes jobs of spreadsheets, or finds the jobs that they are. One bad file does not stop the others.
    ///
    /// - Returns: What to say in the end about the files that could not be taken.
    func take(_ sources: [Result<SpreadsheetSource, SpreadsheetError>]) async throws -> [ExitStatus] {
        let recovered = try await journal.recover()
        if recovered > 0 {
            logger.notice(
                "The last run ended before Zoom's answers to some batches were noted; they are sent again.",
                metadata: ["batches": "\(recovered)"]
            )
        }
        var statuses: [ExitStatus] = []
        for source in sources {
            do {
                try await take(source.get())
            } catch let error as SpreadsheetError {
                Output.complain(error.description)
                statuses.append(.unreadable)
            }
        }
        return statuses
    }

    private func take(_ source: SpreadsheetSource) async throws {
        try places.check(input: source.path)
        if strict {
            let check = try CheckReport(of: source, options: ingest.sheet)
            guard check.rejected == 0 else {
                throw SpreadsheetError(
                    name: source.name,
                    "\(check.rejected) of its rows are wrong, and --strict was given, so nothing of it was taken. See `usher check`."
                )
            }
        }
        let report = try await journal.ingest(source, options: ingest, at: Date())
        if !report.isNew {
            if ingest.reapply { _ = try await journal.reapply(report.job) }
            // In a directory, finished jobs are left alone: to ask Zoom once more, a person names the file itself.
            let reopened = source.wasNamed ? try await journal.reopenFailed(report.job, unattended: false) : 0
            if reopened > 0 {
                logger.notice(
                    "Zoom is asked once more for what it had refused.",
                    metadata: ["job": "\(report.job)", "rows": "\(reopened)"]
                )
            }
        }
        try await journal.regroup(report.job, size: ingest.batchSize, at: Date())
        if !jobs.contains(report.job) { jobs.append(report.job) }
    }

    /// Whether anything is left to be sent now.
    func hasWork() async throws -> Bool {
        let now = Date()
        return try await journal.openBatches(of: jobs).contains { $0.dueAt.map { $0 <= now } ?? true }
    }

    /// Sends what is open.
    ///
    /// - Parameter preflight: Whether to look at Zoom's lists of registrants first.
    /// - Returns: Why sending ended.
    func send(_ accounts: Accounts, preflight: Bool = false) async throws -> ExitStatus {
        let wanted = Set(try await journal.openBatches(of: jobs).map(\.target.account))
        let (ready, faults) = accounts.ready(wanted)
        // The others go on, and the results files must still say that rows are pending.
        for fault in faults { Output.complain(fault.description) }
        guard !ready.isEmpty else { return ExitStatus.worst(of: faults.map(\.status)) }
        let stop = StopSwitch()
        let progress = ProgressDisplay(isWanted: !isQuiet)
        let look = progress.isShown ? try LiveLook(path: journal.path) : nil
        let shown = jobs
        var run = Run(
            journal: journal,
            jobs: jobs,
            accounts: ready.map {
                RunAccount(name: $0.name, client: $0.client, lister: $0.client, options: $0.options)
            },
            stop: stop
        ) { AnswerTable.ruling(for: $0, to: $1) }
        if let look { run.onProgress = { look.progress($0, of: shown).map(progress.show) } }
        let logger = logger
        run.onAnswer = { $0.log(to: logger) }
        run.onListing = { $0.log(to: logger) }
        run.preflightBatchSize = preflight ? ingest.batchSize : nil
        if preflight { logger.notice("Reading Zoom's lists of registrants before anything is sent.") }
        let prepared = run
        let summary = await Output.showing(progress) { await withSignals(stop, logger: logger) { await prepared() } }
        for account in ready { await account.client.shutdown() }
        let endings = summary.endings.sorted { $0.key ?? "" < $1.key ?? "" }
        return ExitStatus.worst(
            of: faults.map(\.status)
                + endings.map { name, ending in
                    ending.say(account: name) { logger.notice("\($0)") }
                }
        )
    }

    /// Writes the results files, and says how each job stands.
    func report() throws -> [ExitStatus] {
        let reader = try JournalReader(path: journal.path)
        return try jobs.map { id in
            let job = try reader.job(id)
            var status = ExitStatus(job.counts)
            var line = "\(job.name) (job \(job.id)): \(job.counts.rows) rows: \(job.counts)."
            if let due = job.nextDue { line += " The next deferred row may be sent at \(UTCTime(due))." }
            if let path = places.path(name: job.name, input: job.path) {
                do {
                    try ResultsFile(of: job, in: reader).write(to: path, permissionsOf: job.path)
                    line += " Results: \(path)"
                    if writesReports {
                        let report = ReportFile.path(besideResults: path)
                        try ReportFile.write(
                            of: job,
                            in: reader,
                            to: report,
                            permissionsOf: job.path,
                            version: Version.current
                        )
                        line += " Report: \(report)"
                    }
                } catch let error as FileError {
                    Output.complain(error.description)
                    status = .storage
                }
            } else {
                line += " Results: usher results \(job.id)"
            }
            if !isQuiet { Output.say(([line] + job.notices.map { "\(job.name): \($0)" }).joined(separator: "\n")) }
            return status
        }
    }
}
