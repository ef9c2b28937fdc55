import Files
import FoundationEssentials
import Glibc
import Journal
import Logging
import Reporting
import Sending
import Spreadsheet

/// A run that is tried on a copy of the journal, and sends nothing. So it knows what was applied, what was decided
/// otherwise since, and what is open, by the rules of the run itself.
struct DryRun {
    private let directory: String
    private let journal: Journal
    private var jobs: [JobID] = []

    /// Copies the journal, also while a run is writing to it.
    ///
    /// - Parameter evenIfMissing: Whether to begin with an empty journal where there is none.
    /// - Returns: Nil if there is no journal yet, so that nothing is known.
    /// - Throws: `JournalError`, or `UsherError` if there is no room for a copy.
    init?(journal path: String, evenIfMissing: Bool) throws {
        var reader: JournalReader?
        do throws(JournalError) {
            reader = try JournalReader(path: path)
        } catch {
            guard case .missing = error else { throw error }
            guard evenIfMissing else { return nil }
        }
        var template = Array("\(FileDescriptor.temporaryDirectory)/usher-dry-run-XXXXXX".utf8CString)
        // Nobody else may look into it.
        guard mkdtemp(&template) != nil else {
            throw UsherError(
                status: .storage,
                description: "No directory can be made in \(FileDescriptor.temporaryDirectory) (\(SystemError()))."
            )
        }
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        do {
            try reader?.backup(to: "\(directory)/journal.db")
            journal = try Journal(path: "\(directory)/journal.db")
        } catch {
            try? FileManager.default.removeItem(atPath: directory)
            throw error
        }
    }

    /// Removes the copy.
    func end() { try? FileManager.default.removeItem(atPath: directory) }

    /// Takes a spreadsheet as a run would.
    mutating func take(_ source: SpreadsheetSource, _ options: IngestOptions, wasNamed: Bool, looksFirst: Bool)
        async throws
    {
        let report = try await journal.ingest(source, options: options, at: Date())
        if wasNamed, !report.isNew { _ = try await journal.reopenFailed(report.job, looksFirst: looksFirst) }
        add(report.job)
    }

    /// Takes what is open in the journal, as an unattended run would.
    mutating func takeOpen(looksFirst: Bool) async throws {
        for job in try await Nights.reopenFailed(in: journal, at: Date(), looksFirst: looksFirst).keys.sorted() {
            add(job)
        }
        for job in try await journal.openJobs() { add(job) }
    }

    /// Leaves out what is decided beyond the first rows, once all are taken.
    ///
    /// - Returns: How many rows.
    func leaveAllBut(first count: Int) async throws -> Int { try await journal.holdBack(beyond: count, of: jobs) }

    /// Reads Zoom's lists, once all are taken, and takes back from the copy what they show to be needless or wrong.
    ///
    /// Its requests are not in the journal, so they are missing in the day's count of the plan free.
    ///
    /// - Returns: For people: the rows of each spreadsheet that would fail without being sent.
    func look(
        _ accounts: Accounts,
        batchSize: Int,
        _ logger: Logger
    ) async throws -> (texts: [String], statuses: [ExitStatus]) {
        let stop = RunStop(.sending)
        return try await withSignals(stop, logger: logger, parting: "Stopped at once. Nothing was sent.") {
            let reader = try JournalReader(path: journal.path)
            let before = try jobs.map { try reader.job($0).counts }
            let (ready, faults) = accounts.ready(Set(try await journal.openWork(of: jobs).map(\.account)))
            for fault in faults { Output.complain(lines: fault.description) }
            var run = Run(
                journal: journal,
                jobs: jobs,
                accounts: ready.map(\.forRun),
                stop: stop.sending
            )
            run.preflight = .on
            run.batchSize = batchSize
            run.onListing = { $0.log(to: logger) }
            let endings = await run.look()
            for account in ready { await account.client.shutdown() }
            var statuses = faults.map(\.status)
            for (name, ending) in endings.sorted(by: { $0.key ?? "" < $1.key ?? "" }) {
                statuses.append(ending.say(account: name) { logger.notice("\($0)") })
            }
            return (try zip(jobs, before).map { try Self.found(reader.job($0), since: $1, reader) }, statuses)
        }
    }

    private static func found(_ job: JobSummary, since before: Counts, _ reader: JournalReader) throws -> String {
        let failed = job.counts[.failed] - before[.failed]
        let skipped = job.counts[.skipped] - before[.skipped]
        var lines = [
            """
            \(job.name): Zoom's lists were read. \(Phrases.count(failed, "row")) would fail without being sent, and \(skipped) \
            would be skipped because Zoom shows what they ask for\(failed > 0 ? ":" : ".")
            """
        ]
        try reader.forEachRow(of: job) { row in
            if row.outcome == .failed { lines.append("  \(row.place): \(row.reason ?? "")") }
        }
        return lines.map(\.onOneLine).joined(separator: "\n")
    }

    private mutating func add(_ job: JobID) {
        if !jobs.contains(job) { jobs.append(job) }
    }

    /// What would be sent of each job, once all are taken: a later spreadsheet may overrule an earlier one.
    func reports(batchSize: Int) async throws -> [JournaledDryRun] {
        let now = Date()
        for job in jobs { try await journal.regroup(job, size: batchSize, at: now) }
        var reports: [JournaledDryRun] = []
        for id in jobs {
            let batches = try await journal.openBatches(of: [id])
            let job = try JournalReader(path: journal.path).job(id)
            reports.append(JournaledDryRun(of: job, batches, at: now))
        }
        return reports
    }
}
