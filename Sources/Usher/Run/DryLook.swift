import Files
import FoundationEssentials
import Glibc
import Journal
import Logging
import Reporting
import Sending
import Spreadsheet

/// `usher run --dry-run --preflight`: what Zoom's lists say of spreadsheets, without sending or remembering anything.
///
/// A journal of its own in a temporary directory takes each spreadsheet, as if none had been sent before. Its requests
/// are not in the journal, so they are missing in the day's count of the plan free.
struct DryLook {
    let accounts: Accounts
    let ingest: IngestOptions
    let logger: Logger

    /// Reads Zoom's lists for one spreadsheet.
    ///
    /// - Returns: For people: the rows that would fail without being sent, and a total.
    func callAsFunction(_ source: SpreadsheetSource) async throws -> (text: String, status: ExitStatus) {
        let directory = try Self.makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let stop = RunStop(.sending)
        let logger = logger
        return try await withSignals(stop, logger: logger, parting: "Stopped at once. Nothing was sent.") {
            try await look(at: source, journal: Journal(path: "\(directory)/journal.db"), stop)
        }
    }

    private func look(
        at source: SpreadsheetSource,
        journal: Journal,
        _ stop: RunStop
    ) async throws -> (text: String, status: ExitStatus) {
        let job = try await journal.ingest(source, options: ingest, at: Date()).job
        let reader = try JournalReader(path: journal.path)
        let before = try reader.job(job).counts
        let (ready, faults) = accounts.ready(Set(try await journal.openWork(of: [job]).map(\.account)))
        for fault in faults { Output.complain(lines: fault.description) }
        var run = Run(
            journal: journal,
            jobs: [job],
            accounts: ready.map {
                RunAccount(name: $0.name, client: $0.client, lister: $0.client, options: $0.options)
            },
            stop: stop.sending
        )
        let logger = logger
        run.preflight = .on
        run.batchSize = ingest.batchSize
        run.onListing = { $0.log(to: logger) }
        let endings = await run.look()
        for account in ready { await account.client.shutdown() }
        var statuses = faults.map(\.status)
        for (name, ending) in endings.sorted(by: { $0.key ?? "" < $1.key ?? "" }) {
            statuses.append(ending.say(account: name) { logger.notice("\($0)") })
        }
        let summary = try reader.job(job)
        let failed = summary.counts[.failed] - before[.failed]
        let skipped = summary.counts[.skipped] - before[.skipped]
        var lines = [
            """
            \(source.name): Zoom's lists were read. \(Phrases.count(failed, "row")) would fail without being sent, and \
            \(skipped) would be skipped because Zoom shows what they ask for\(failed > 0 ? ":" : ".")
            """
        ]
        try reader.forEachRow(of: summary) { row in
            guard row.outcome == .failed else { return }
            lines.append("  \(row.place): \(row.reason ?? "")")
        }
        if failed > 0 { statuses.append(.someRefused) }
        return (lines.map(\.onOneLine).joined(separator: "\n"), ExitStatus.worst(of: statuses))
    }

    /// A new directory that only this user may read.
    private static func makeDirectory() throws -> String {
        let parent = FileDescriptor.temporaryDirectory
        var template = Array("\(parent)/usher-look.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw UsherError(
                status: .storage,
                description: "Can't make a directory in \(parent). Make room there, or set TMPDIR."
            )
        }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
