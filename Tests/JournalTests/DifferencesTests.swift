import Decisions
import Foundation
import Spreadsheet
import Testing

@testable import Journal

@Suite("What Zoom's lists showed otherwise")
struct DifferencesTests {
    /// Four rows that were applied, of which one repeats another.
    private func applied() async throws -> (JournalHarness, JobID) {
        let bench = try JournalHarness()
        let file = bench.directory.appending(path: "list.csv")
        let rows = ["a", "b", "b", "c"].map { "68423085123,\($0)@example.org,approve\n" }
        try Data(("Meeting,Email,Action\n" + rows.joined()).utf8).write(to: file)
        let source = try SpreadsheetSource(path: file.path)
        let job = try await bench.journal.ingest(source, options: IngestOptions(), at: bench.now).job
        for batch in try await bench.journal.openBatches(of: [job]) {
            _ = try await bench.journal.begin([batch.id], at: bench.now)
            _ = try await bench.journal.settle(batch.id, .applied, after: bench.attempt(), at: bench.now)
        }
        return (bench, job)
    }

    @Test("a row stays applied, with what the lists showed as its reason, and so do those that repeat it")
    func noted() async throws {
        let (bench, job) = try await applied()
        let text = "its lists showed the registrant as pending."
        let note = "Zoom confirmed this, but \(text)"
        try await bench.journal.note(differences: [1: text, 2: text, 3: text], of: job)
        let after = try bench.results(job)
        #expect(after.map(\.0) == [.applied, .applied, .applied, .applied])
        #expect(after[0].1 == note && after[3].1 == nil)
        // One of the two says also that it repeats the other.
        for row in [1, 2] { #expect(after[row].1?.components(separatedBy: note).count == 2, "row \(row + 1)") }
        let reader = try bench.reader()
        #expect(try reader.check() == [])
        let found = try reader.differingRows(of: reader.job(job), limit: 10)
        #expect(found.count == 3)
        #expect(found.rows.map(\.reason) == [note, note] && found.rows[0].place.row == 2)
    }

    @Test("a later look takes the place of an earlier one")
    func replaced() async throws {
        let (bench, job) = try await applied()
        try await bench.journal.note(differences: [1: "at 1 so."], of: job)
        try await bench.journal.note(differences: [1: "at 2 so."], of: job)
        #expect(try bench.results(job)[0].1 == "Zoom confirmed this, but at 2 so.")
    }

    @Test("nothing is noted of a job that is none, and nothing is found where nothing was noted")
    func none() async throws {
        let (bench, job) = try await applied()
        await #expect(throws: JournalError.noSuchJob(JobID(rawValue: 99))) {
            try await bench.journal.note(differences: [1: "x"], of: JobID(rawValue: 99))
        }
        let reader = try bench.reader()
        #expect(try reader.differingRows(of: reader.job(job), limit: 10).count == 0)
    }
}
