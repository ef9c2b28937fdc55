import Decisions
import Foundation
import Spreadsheet
import Testing

@testable import Journal

@Suite("Who is decided already")
struct DecidedTests {
    let bench: JournalHarness
    private let evening = OccurrenceID("1796666400000")

    init() throws { bench = try JournalHarness() }

    private func ingest(_ rows: String..., as name: String = "list.csv") async throws -> JobID {
        let file = bench.directory.appending(path: name)
        let head = "Meeting,Occurrence,Registrant ID,Email,Action"
        let lines = rows.map { "\(JournalHarness.meeting.id),\($0)" }
        try Data(([head] + lines).joined(separator: "\n").utf8).write(to: file)
        let source = try SpreadsheetSource(path: file.path)
        return try await bench.journal.ingest(source, options: IngestOptions(), at: bench.now).job
    }

    private func settle(_ job: JobID, as result: BatchResult, status: Int) async throws {
        for batch in try await bench.journal.openBatches(of: [job]) {
            _ = try await bench.journal.begin([batch.id], at: bench.now + 1)
            let attempt = Attempt(startedAt: bench.now + 1, duration: .milliseconds(80), status: status)
            _ = try await bench.journal.settle(batch.id, result, after: attempt, at: bench.now + 2)
        }
    }

    /// Which of these, by id and email, are decided.
    private func decided(
        _ people: (id: String, email: String)...,
        at target: Target = JournalHarness.meeting,
        since: Date? = nil
    ) throws -> [String] {
        let decided = try bench.reader().decidedRegistrants(since: since ?? bench.now)
        return people.filter { decided.contains(id: $0.id, email: $0.email, of: target) }.map(\.id)
    }

    private let ann = (id: "a1", email: "Ann@example.org")
    private let ben = (id: "b2", email: "ben@example.org")

    @Test("an open decision is found by the id, or by the email of a row that has no id")
    func open() async throws {
        _ = try await ingest(",a1,,approve", ",,BEN@example.org,deny", ",z9,cem@example.org,approve")
        #expect(try decided(ann, ben, (id: "c3", email: "cem@example.org"), (id: "d4", email: "")) == ["a1", "b2"])
        #expect(try decided(ann, at: JournalHarness.other) == [])
    }

    @Test("a decision about the series covers its occurrences, and one about an occurrence not the series")
    func occurrences() async throws {
        _ = try await ingest(",a1,,approve", "1796666400000,b2,,approve")
        let occurrence = Target(id: JournalHarness.meeting.id, occurrence: evening)
        #expect(try decided(ann, ben, at: occurrence) == ["a1", "b2"])
        #expect(try decided(ann, ben) == ["a1"])
    }

    @Test("what was applied counts for this run alone; what failed, was rejected or is no longer in its list does not")
    func settled() async throws {
        let job = try await ingest(",a1,,approve", ",b2,,perhaps")
        #expect(try decided(ann, ben) == ["a1"])
        try await settle(job, as: .applied, status: 204)
        #expect(try decided(ann) == ["a1"])
        #expect(try decided(ann, since: bench.now + 3) == [])
        let failing = try await ingest(",b2,,approve", as: "other.csv")
        try await settle(failing, as: .failed(reason: "no"), status: 404)
        #expect(try decided(ben) == [])
        _ = try await ingest(",c3,,approve", ",e5,,approve", as: "changing.csv")
        _ = try await ingest(",d4,,approve", ",e5,,approve", as: "changing.csv")
        let people = try decided((id: "c3", email: ""), (id: "d4", email: ""), (id: "e5", email: ""))
        #expect(people == ["d4", "e5"])
    }
}
