import Decisions
import Foundation
import Journal
import Logging
import Spreadsheet
import Testing

@testable import Usher

@Suite("The last look before anything is sent")
struct ConfirmationTests {
    private static let foreignIDs = """
        Registration ID,Email,Meeting ID,Approval
        104211,ada@example.org,84512093377,Yes
        104212,ben@example.org,84512093377,No

        """

    private static let plain = "Meeting,Email,Action\n84512093377,ada@example.org,approve\n"

    private let place = TestDirectory()

    private struct Run {
        let run: JobRun
        let asked: String
        let mayGoOn: Bool
        /// What later commands find in the journal.
        let kept: [JobSummary]
    }

    /// Takes a list at a terminal, as far as to the answer.
    private func run(_ text: String, ingestOnly: Bool = false, answer: @escaping () -> String?) async throws -> Run {
        try place.write("list.csv", text)
        let run = try jobRun()
        let before = try jobs().count
        let asked = Asked()
        run.confirmation = Confirmation(write: { asked.text += $0 }, read: { answer() })
        try await run.journal.beginDraft()
        let path = place.path("list.csv")
        let statuses = try await run.take([{ try SpreadsheetSource(path: path) }])
        #expect(statuses.isEmpty)
        let sends = try await ingestOnly ? false : run.hasWork()
        #expect(try jobs().count == before, "nobody sees what was not decided yet")
        let mayGoOn = try await run.isConfirmed(sends: sends)
        #expect(await run.journal.dropDraft() == !mayGoOn)
        return Run(run: run, asked: asked.text, mayGoOn: mayGoOn, kept: try jobs())
    }

    private func jobRun(inbox: Inbox? = nil) throws -> JobRun {
        JobRun(
            journal: try Journal(path: place.path("journal.db")),
            ingest: IngestOptions(),
            strict: false,
            places: try ResultsLocation(directory: nil, inbox: inbox),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            isQuiet: true
        )
    }

    private func jobs() throws -> [JobSummary] { try JournalReader(path: place.path("journal.db")).jobs() }

    private final class Asked {
        var text = ""
    }

    @Test("a person sees what would be sent, and a yes keeps it", arguments: ["y", "Yes", " YES "])
    func yes(_ answer: String) async throws {
        let run = try await run(Self.plain) { answer }
        #expect(run.asked.contains("  meeting 84512093377: approve 1 registrant in 1 request\n"))
        #expect(run.asked.hasSuffix("\nSend this decision? [y/N] "))
        #expect(run.mayGoOn && run.kept.map(\.counts.open) == [1])
    }

    @Test(
        "anything else leaves the journal as it was",
        arguments: ["n", "", "yeah", nil] as [String?]
    )
    func no(_ answer: String?) async throws {
        let run = try await run(Self.plain) { answer }
        #expect(!run.mayGoOn && run.kept.isEmpty)
    }

    @Test("what may be misread stands above the question")
    func doubt() async throws {
        let run = try await run(Self.foreignIDs) { "y" }
        #expect(run.asked.contains("list.csv: Warning: ") && run.asked.contains("\"104211\", \"104212\""))
        #expect(run.asked.hasSuffix("\nSend these 2 decisions? [y/N] "))
    }

    @Test("only to be read, a list is asked about where it may be misread: a later run would send it")
    func ingestOnly() async throws {
        #expect(try await run(Self.plain, ingestOnly: true) { nil }.asked.isEmpty)
        #expect(try await run(Self.foreignIDs, ingestOnly: true) { nil }.asked.hasSuffix("all the same? [y/N] "))
    }

    @Test("nothing is asked where nothing would be sent, and what was read is kept")
    func nothing() async throws {
        let run = try await run("Meeting,Email,Action\n8.45E+10,ada@example.org,approve\n") { nil }
        #expect(run.asked.isEmpty && run.mayGoOn && run.kept.map(\.counts.needingPerson) == [1])
    }

    @Test("what falls due only after the look is not sent: the question did not name it")
    func later() async throws {
        let target = Target(kind: .meeting, id: try #require(MeetingID("84512093377")))
        try place.write("first.csv", Self.plain)
        let path = place.path("first.csv")
        let run = try jobRun()
        _ = try await run.take([{ try SpreadsheetSource(path: path) }])
        _ = try await run.journal.deferOpen(target, of: run.jobs, until: Date() + 60, reason: "spent", at: Date())
        try place.write("list.csv", "Meeting,Email,Action\n84512093378,ben@example.org,deny\n")
        let (other, asked) = (place.path("list.csv"), Asked())
        run.confirmation = Confirmation(write: { asked.text += $0 }, read: { "y" })
        try await run.journal.beginDraft()
        _ = try await run.take([{ try SpreadsheetSource(path: other) }])
        #expect(try await run.isConfirmed(sends: run.hasWork()))
        #expect(asked.text.contains("first.csv: 1 row: 1 to send later\n"))
        #expect(try await run.journal.openBatches(of: run.jobs).map(\.action) == [.deny])
        #expect(try jobs().map(\.counts.open) == [1, 1])
    }

    @Test("a warning is shown for each of many lists, also of those that are only counted")
    func many() async throws {
        let run = try jobRun()
        let asked = Asked()
        run.confirmation = Confirmation(write: { asked.text += $0 }, read: { nil })
        let names = (1...22).map { "list\($0).csv" }
        for (number, name) in names.enumerated() {
            let plain = Self.plain.replacing("ada", with: "ada\(number)")
            try place.write(name, name == names.last ? Self.foreignIDs : plain)
        }
        let paths = names.map(place.path)
        try await run.journal.beginDraft()
        _ = try await run.take(paths.map { path in { try SpreadsheetSource(path: path) } })
        #expect(try await !run.isConfirmed(sends: run.hasWork()))
        #expect(asked.text.contains("and 2 more spreadsheets\n"))
        #expect(asked.text.contains("list22.csv: Warning: "))
    }

    @Test("what could not be taken from an inbox is only noted after a yes", arguments: [true, false])
    func pages(yes: Bool) async throws {
        try FileManager.default.createDirectory(atPath: place.path("inbox"), withIntermediateDirectories: true)
        try place.write("inbox/broken.csv", "no header\n")
        try place.write("inbox/list.csv", Self.plain)
        let inbox = try Inbox(path: place.path("inbox"), settleTime: 0, results: nil)
        let run = try jobRun(inbox: inbox)
        run.confirmation = Confirmation(write: { _ in }, read: { yes ? "y" : "n" })
        try await run.journal.beginDraft()
        #expect(try await run.take(inbox.settled(), of: inbox) == [.unreadable])
        #expect(try await run.isConfirmed(sends: run.hasWork()) == yes)
        let notes = try? place.read("inbox/results/not-taken.txt")
        #expect(notes?.contains("broken.csv") ?? false == yes)
        #expect(FileManager.default.fileExists(atPath: place.path("inbox/results/broken.csv.check.html")) == yes)
    }

    @Test("nothing is sent of a list that was changed while the person looked")
    func changed() async throws {
        let place = place
        await #expect(throws: SpreadsheetError.self) {
            _ = try await run(Self.plain) {
                try? place.write("list.csv", Self.plain + "84512093377,ben@example.org,deny\n")
                return "y"
            }
        }
        #expect(try jobs().isEmpty)
    }

    @Test("where nobody is there, nobody is asked")
    func nobody() async throws {
        try place.write("list.csv", Self.foreignIDs)
        let run = try jobRun()
        let path = place.path("list.csv")
        _ = try await run.take([{ try SpreadsheetSource(path: path) }])
        #expect(try await run.isConfirmed(sends: run.hasWork()))
        #expect(try jobs().count == 1)
    }
}
