import Decisions
import Foundation
import Journal
import Logging
import Spreadsheet
import Testing

@testable import Usher

@Suite("A list that may be meant otherwise than it is read")
struct ConfirmationTests {
    private static let foreignIDs = """
        Registration ID,Email,Meeting ID,Approval
        104211,ada@example.org,84512093377,Yes
        104212,ben@example.org,84512093377,No

        """

    private let place = TestDirectory()

    private func run(_ text: String, answer: String?? = .some(nil)) async throws -> (run: JobRun, asked: String) {
        try place.write("list.csv", text)
        let run = JobRun(
            journal: try Journal(path: place.path("journal.db")),
            ingest: IngestOptions(),
            strict: false,
            places: try ResultsLocation(directory: nil),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            isQuiet: true
        )
        let asked = Asked()
        if let answer { run.confirmation = Confirmation(write: { asked.text += $0 }, read: { answer }) }
        let source = try SpreadsheetSource(path: place.path("list.csv"))
        let statuses = try await run.take([{ source }])
        #expect(statuses.isEmpty != run.jobs.isEmpty)
        return (run, asked.text)
    }

    private final class Asked {
        var text = ""
    }

    @Test("is taken when the person says yes", arguments: ["y", "Yes", " YES "])
    func yes(_ answer: String) async throws {
        let (run, asked) = try await run(Self.foreignIDs, answer: answer)
        #expect(run.jobs.count == 1)
        #expect(asked.contains("\"104211\", \"104212\"") && asked.contains("[y/N]"))
    }

    @Test(
        "is left alone when the person says anything else, or nothing",
        arguments: ["n", "", "yeah", nil] as [String?]
    )
    func no(_ answer: String?) async throws {
        let (run, _) = try await run(Self.foreignIDs, answer: answer)
        #expect(run.jobs.isEmpty)
    }

    @Test("is taken where nobody is there to be asked")
    func nobody() async throws {
        #expect(try await run(Self.foreignIDs, answer: .none).run.jobs.count == 1)
    }

    @Test("is no list in which all is as it should be: nobody is asked about that")
    func plain() async throws {
        let (run, asked) = try await run("Meeting,Email,Action\n84512093377,ada@example.org,approve\n", answer: "n")
        #expect(run.jobs.count == 1 && asked.isEmpty)
    }
}
