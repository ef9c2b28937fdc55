import Foundation
import Journal
import Spreadsheet
import Testing

@testable import Usher

@Suite("A job is named by its spreadsheet or its number")
struct JobNameTests {
    let place = TestDirectory()

    /// Reads spreadsheets into a journal, one job each, in this order.
    private func journal(_ files: [(name: String, email: String)]) async throws -> JournalReader {
        let journal = try Journal(path: place.path("state/journal.db"))
        for (name, email) in files {
            let directory = URL(filePath: place.path(name)).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            try place.write(name, "Meeting,Email,Action\n84512093377,\(email),approve\n")
            let source = try SpreadsheetSource(path: place.path(name))
            _ = try await journal.ingest(source, options: IngestOptions(), at: Date())
        }
        return try JournalReader(path: place.path("state/journal.db"))
    }

    private func name(_ text: String) throws -> JobName { try #require(JobName(argument: text)) }

    @Test("by its number, by its name, by its path, and by the name of its results or report")
    func one() async throws {
        let reader = try await journal([("a.csv", "a@example.org"), ("b.csv", "b@example.org")])
        for text in ["2", "b.csv", place.path("b.csv"), "b.csv.results.csv", "b.csv.report.html"] {
            var said: [String] = []
            #expect(try name(text).job(in: reader, say: { said.append($0) }).id == JobID(rawValue: 2), "\(text)")
            #expect(said.isEmpty)
        }
    }

    @Test("of several versions the newest to which the command applies is meant, and that is said")
    func versions() async throws {
        let reader = try await journal([
            ("a.csv", "1@example.org"), ("a.csv", "2@example.org"), ("b.csv", "b@example.org"),
        ])
        var said: [String] = []
        #expect(try name("a.csv").job(in: reader, say: { said.append($0) }).id == JobID(rawValue: 2))
        #expect(said == ["a.csv was read as jobs 1 and 2. This is job 2, the newest."])
        said = []
        let open = try name("a.csv").job(in: reader, "with anything left to send", say: { said.append($0) }) {
            $0.id == JobID(rawValue: 1)
        }
        #expect(open.id == JobID(rawValue: 1))
        #expect(said == ["a.csv was read as jobs 1 and 2. This is job 1, the newest with anything left to send."])
        #expect(try name("a.csv").jobs(in: reader).map(\.id.rawValue) == [1, 2])
        let none = try name("a.csv").job(in: reader, say: { _ in }, where: { _ in false })
        #expect(none.id == JobID(rawValue: 2), "the command itself says what is wrong with it")
    }

    @Test("spreadsheets of one name in two directories are told apart by their paths")
    func paths() async throws {
        let reader = try await journal([("x/a.csv", "1@example.org"), ("y/a.csv", "2@example.org")])
        for (text, job) in [(place.path("x/a.csv"), Int64(1)), (place.path("y/a.csv"), 2)] {
            #expect(
                try name(text).job(in: reader, say: { _ in Issue.record("it is plain") }).id == JobID(rawValue: job)
            )
        }
        #expect(throws: UsherError.self) { try name(place.path("z/a.csv")).jobs(in: reader) }
    }

    @Test("a spreadsheet whose name is a number is found where no job has it")
    func number() async throws {
        let reader = try await journal([("2026", "a@example.org"), ("1", "b@example.org")])
        #expect(try name("2026").job(in: reader).id == JobID(rawValue: 1))
        #expect(try name("1").job(in: reader).id == JobID(rawValue: 1), "a job's number comes first")
        #expect(throws: JournalError.noSuchJob(JobID(rawValue: 3))) { try name("3").jobs(in: reader) }
    }

    @Test("a name that is not in the journal is answered with the nearest that is")
    func unknown() async throws {
        let reader = try await journal([("decisions.csv", "a@example.org")])
        let error = try #require(throws: UsherError.self) { try name("decisons.csv").jobs(in: reader) }
        #expect(error.status == .usage && error.description.contains("Is \"decisions.csv\" meant?"), "\(error)")
        #expect(JobName(argument: "") == nil)
    }
}
