import Decisions
import Foundation
import Journal
import Logging
import Reporting
import Sending
import Settings
import Spreadsheet
import Testing
import ZoomModel
import ZoomSandbox

@testable import Usher

@Suite("The steps of a run")
struct JobRunTests {
    private let place = TestDirectory()

    private func run(_ sheet: SheetOptions = SheetOptions()) throws -> JobRun {
        JobRun(
            journal: try Journal(path: place.path("journal.db")),
            ingest: IngestOptions(sheet: sheet),
            strict: false,
            places: try ResultsLocation(directory: nil),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            isQuiet: true
        )
    }

    /// The spreadsheet of that name, as a person names it or as it is found in a directory.
    private func source(_ name: String, wasNamed: Bool = true) -> SpreadsheetOpening {
        let path = place.path(name)
        return { try SpreadsheetSource(path: path, wasNamed: wasNamed) }
    }

    /// Takes spreadsheets, sends what is open, and reports; returns what went wrong.
    private func carryOut(
        _ sources: [SpreadsheetOpening],
        _ accounts: Accounts,
        sheet: SheetOptions = SheetOptions()
    ) async throws -> [Reporting.ExitStatus] {
        let run = try run(sheet)
        var statuses = try await run.take(sources)
        if try await run.hasWork() { statuses.append(try await run.send(accounts, RunStop(.sending))) }
        return statuses + (try run.report())
    }

    private func accounts(of server: SandboxServer, _ more: String = "", environment: [String: String]) throws
        -> Accounts
    {
        try place.write(
            "c.yaml",
            """
            base_url: \(server.baseURL)
            oauth_url: \(server.tokenURL)
            profiles:
              events:
                credentials:
                  environment: EVENTS
              training:
                credentials:
                  environment: TRAINING
            \(more)
            """
        )
        let settings = Settings(path: place.path("c.yaml"), environment: [:])
        #expect(settings.faults.isEmpty)
        return try Accounts(settings, environment: environment)
    }

    private static let events = ["EVENTS_ACCESS_TOKEN": "of-events"]
    private static let training = ["TRAINING_ACCESS_TOKEN": "of-training"]

    private func withSandbox(
        _ seed: Seed = Seed(),
        _ body: @Sendable (SandboxServer) async throws -> Void
    ) async throws {
        var options = SandboxOptions()
        options.isOpen = true
        options.seed = seed
        options.tokens = ["of-events", "of-training"]
        try await SandboxServer.run(options) { try await body($0) }
    }

    @Test("one spreadsheet that can't be read does not keep the others from being taken")
    func oneBad() async throws {
        try place.write("empty.csv", "")
        try place.write("good.csv", "Meeting,Email,Action\n84512093377,guest@example.org,approve\n")
        let run = try run()
        let statuses = try await run.take([source("empty.csv"), source("missing.csv"), source("good.csv")])
        #expect(statuses == [.unreadable, .unreadable])
        #expect(run.jobs.count == 1)
        #expect(try run.report() == [.workRemains])
        #expect(try place.read("good.csv.results.csv").contains("guest@example.org,approve,pending"))
        #expect(!FileManager.default.fileExists(atPath: place.path("empty.csv.results.csv")))
    }

    @Test(
        "an account without credentials keeps its rows pending and the others going, and is finished once it has them"
    )
    func accountWithoutCredentials() async throws {
        try place.write(
            "d.csv",
            "Account,Meeting,Email,Action\nevents,84512093370,a@example.org,deny\ntraining,84512093371,b@example.org,deny\n"
        )
        var sheet = SheetOptions()
        sheet.accounts = ["events", "training"]
        let options = sheet
        try await withSandbox { server in
            let some = try accounts(of: server, environment: Self.events)
            let first = try await carryOut([source("d.csv")], some, sheet: options)
            #expect(first == [.configuration, .workRemains])
            let results = try place.read("d.csv.results.csv")
            #expect(results.contains("a@example.org,deny,applied") && results.contains("b@example.org,deny,pending"))
            let all = try accounts(of: server, environment: Self.events.merging(Self.training) { $1 })
            #expect(try await carryOut([source("d.csv")], all, sheet: options) == [.done, .done])
            #expect(try place.read("d.csv.results.csv").contains("b@example.org,deny,applied"))
            #expect(server.stats.applied == 2)
        }
    }

    @Test("what Zoom refused is asked once more where a person names the file, and not where it lies in a directory")
    func named() async throws {
        try place.write("d.csv", "Meeting,Email,Action\n84512093377,guest@example.org,approve\n")
        let answer = CannedAnswer(status: 400, code: 3003, message: "You're not the meeting host.", times: 1)
        try await withSandbox(Seed(meetings: [SeedMeeting(id: "84512093377", answer: answer, open: true)])) { server in
            let accounts = try accounts(of: server, "profile: events", environment: Self.events)
            var sheet = SheetOptions()
            sheet.accounts = ["events"]
            sheet.account = "events"
            let first = try await carryOut([source("d.csv")], accounts, sheet: sheet)
            #expect(first == [.done, .someRefused])
            let found = try await carryOut([source("d.csv", wasNamed: false)], accounts, sheet: sheet)
            #expect(found == [.someRefused] && server.stats.requests == 1)
            #expect(try await carryOut([source("d.csv")], accounts, sheet: sheet) == [.done, .done])
            #expect(try place.read("d.csv.results.csv").contains("guest@example.org,approve,applied"))
        }
    }
}
