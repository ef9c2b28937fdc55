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
    private let journal: Journal
    private let ingest: IngestOptions
    private let strict: Bool
    private let places: ResultsPlace
    private let logger: Logger
    private let isQuiet: Bool
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
        let recovered = try await journal.recover(at: Date())
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
            let reopened = try await journal.reopenFailed(report.job, unattended: false)
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
    /// - Returns: Why sending ended.
    func send(_ options: DispatchOptions, _ configuration: HTTPZoomClient.Configuration) async throws -> ExitStatus {
        let credentials: Credentials
        do {
            credentials = try CredentialSource.fromEnvironment()
        } catch let error as UsherError {
            // The results files must still say that the rows are pending.
            Output.complain(error.description)
            return error.status
        }
        let client = HTTPZoomClient(configuration, credentials: credentials)
        let stop = StopSwitch()
        let progress = ProgressLine(isShown: !isQuiet)
        var run = Run(
            journal: journal,
            jobs: jobs,
            accounts: [RunAccount(client: client, options: options)],
            stop: stop
        ) { AnswerTable.ruling(for: $0, to: $1) }
        run.onProgress = { progress.show($0) }
        let logger = logger
        run.onAnswer = { $0.log(to: logger) }
        let prepared = run
        let summary = await withSignals(stop, logger: logger) { await prepared() }
        progress.clear()
        await client.shutdown()
        return say(summary.ending)
    }

    private func say(_ ending: Ending) -> ExitStatus {
        switch ending {
        case .done: return .done
        case .workRemains(let reason, let due):
            let when = due.map { "after \(UTCTime($0))" } ?? "later"
            logger.notice("\(reason) Run the same command again \(when).")
            return .workRemains
        case .interrupted:
            Output.complain("Stopped as asked. What is left stays in the journal; run the same command again to go on.")
            return .workRemains
        case .unreachable(let reason), .serverFailing(let reason):
            Output.complain("\(reason) Nothing is lost: run the same command again later.")
            return .unreachable
        case .refused(let ruling):
            Output.complain(ruling.explanation)
            return .refused
        case .journalFailed(let reason):
            Output.complain(reason)
            return .storage
        }
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
                } catch let error as FileError {
                    Output.complain(error.description)
                    status = .storage
                }
            } else {
                line += " Results: usher results \(job.id)"
            }
            if !isQuiet { Output.say(line) }
            return status
        }
    }
}
