import Files
import FoundationEssentials
import Glibc
import Journal
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
    /// - Returns: Nil if there is no journal yet, so that nothing is known.
    /// - Throws: `JournalError`, or `UsherError` if there is no room for a copy.
    init?(journal path: String) throws {
        let reader: JournalReader
        do throws(JournalError) {
            reader = try JournalReader(path: path)
        } catch {
            guard case .missing = error else { throw error }
            return nil
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
            try reader.backup(to: "\(directory)/journal.db")
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
