import Decisions
import Foundation
import Journal
import Spreadsheet

/// A directory of its own with a journal and spreadsheets in it.
final class DirectoryHarness {
    let directory: URL
    private let journal: Journal
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "usher-desk-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
        journal = try Journal(path: directory.appending(path: "journal.db").path)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    func path(_ name: String) -> String { directory.appending(path: name).path }

    func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path(name))), as: UTF8.self)
    }

    func source(_ text: String, name: String = "list.csv") throws -> SpreadsheetSource {
        try Data(text.utf8).write(to: URL(filePath: path(name)))
        return try SpreadsheetSource(path: path(name))
    }

    /// Makes a job of a spreadsheet.
    func ingest(_ text: String, name: String = "list.csv", options: SheetOptions = SheetOptions()) async throws -> JobID
    {
        try await journal.ingest(source(text, name: name), options: IngestOptions(sheet: options), at: now).job
    }

    /// Settles every open batch of a job in one way.
    func settle(_ job: JobID, as verdict: BatchResult, code: Int?) async throws {
        for batch in try await journal.openBatches(of: [job]) {
            _ = try await journal.begin([batch.id], at: now)
            let attempt = Attempt(
                startedAt: now,
                duration: .milliseconds(80),
                status: code == nil ? 204 : 404,
                code: code
            )
            _ = try await journal.settle(batch.id, verdict, after: attempt, at: now)
        }
    }

    func reader() throws -> JournalReader { try JournalReader(path: directory.appending(path: "journal.db").path) }

    func summary(_ job: JobID) throws -> JobSummary { try reader().job(job) }
}
