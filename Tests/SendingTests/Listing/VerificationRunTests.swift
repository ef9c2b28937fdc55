import Foundation
import Spreadsheet
import Synchronization
import Testing
import Zoom
import ZoomModel
import ZoomSandbox

@testable import Journal
@testable import Sending

/// A run and the look at Zoom's lists after it, with a real journal and real HTTP.
@Suite("Comparing what a run applied")
struct VerificationRunTests {
    /// Runs ahead instead of waiting.
    private final class HastyClock: RunClock {
        private let system = SystemRunClock()
        private let ahead = Mutex(Duration.zero)

        func elapsed() -> Duration { system.elapsed() + ahead.withLock { $0 } }
        func date() -> Date { system.date() }
        func sleep(until moment: Duration) async throws {
            try Task.checkCancellation()
            ahead.withLock { $0 = max($0, moment - system.elapsed()) }
            await Task.yield()
        }
    }

    /// Whether a list was asked for, by the meeting's number.
    private final class Pages: Sendable {
        private let state = Mutex([String: Int]())
        func note(_ listing: AnsweredListing) {
            state.withLock { $0["\(listing.query.target.id)", default: 0] += 1 }
        }
        var byMeeting: [String: Int] { state.withLock { $0 } }
    }

    private struct Scene {
        let journal: Journal
        let run: Run
        let server: SandboxServer
        let pages: Pages
        let directory: URL

        /// Reads a spreadsheet into the journal.
        func take(_ name: String, _ rows: [String]) async throws -> JobID {
            let file = directory.appending(path: name)
            try Data(("Meeting,Email,Action\n" + rows.map { $0 + "\n" }.joined()).utf8).write(to: file)
            let source = try SpreadsheetSource(path: file.path)
            return try await journal.ingest(source, options: IngestOptions(), at: Date()).job
        }

        /// Sends what is open, and compares.
        func send(_ jobs: [JobID]) async throws -> (verifications: [JobID: Verification], endings: [String?: Ending]) {
            var run = run
            run.jobs = jobs
            let summary = await run()
            #expect(summary.ending == .done)
            return await VerificationRun(after: run, summary, of: jobs)?() ?? ([:], [:])
        }
    }

    private static let people = ["a", "b", "c", "d"].map {
        SeedRegistrant(id: "id-\($0)", email: "\($0)@example.org", stuck: $0 == "d")
    }

    private func withScene(
        sandbox change: (inout SandboxOptions) -> Void = { _ in },
        _ body: @Sendable (Scene) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "usher-verify-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        var world = SandboxOptions()
        world.limitsRate = false
        world.seed = Seed(
            meetings: ["85123451001", "85123451002"].map { SeedMeeting(id: $0, registrants: Self.people) }
        )
        change(&world)
        let journal = try Journal(path: directory.appending(path: "journal.db").path)
        try await SandboxServer.run(world) { server in
            let configuration = HTTPZoomClient.Configuration(
                version: "0-test",
                baseURL: try BaseURL(server.baseURL),
                tokenURL: try BaseURL(server.tokenURL)
            )
            let client = HTTPZoomClient(configuration, credentials: .token(Secret("sandbox-token")))
            let pages = Pages()
            let options = DispatchOptions(pace: .perSecond(60), days: DayLimits())
            var run = Run(
                journal: journal,
                accounts: [RunAccount(client: client, lister: client, options: options)],
                clock: HastyClock(),
                seed: 1
            )
            run.notesApplied = true
            run.onListing = pages.note
            let scene = Scene(journal: journal, run: run, server: server, pages: pages, directory: directory)
            do { try await body(scene) } catch { Issue.record(error) }
            await client.shutdown()
        }
        let reader = try JournalReader(path: journal.path)
        #expect(try reader.check() == [])
    }

    @Test(
        "who was confirmed and is not in the list differs, and nobody else, in either sandbox mode",
        arguments: [
            SandboxStatus.denied, .cancelled,
        ]
    )
    func differs(cancelled: SandboxStatus) async throws {
        try await withScene(sandbox: { $0.cancelled = cancelled }) { scene in
            let job = try await scene.take(
                "list.csv",
                ["a,approve", "b,deny", "c,cancel", "d,approve", "d,approve"].map {
                    "85123451001," + $0.replacing(",", with: "@example.org,")
                }
            )
            let (found, endings) = try await scene.send([job])
            let verification = try #require(found[job])
            #expect(endings == [nil: .done])
            #expect(verification.compared == 5)
            #expect(verification.differences.map(\.row) == [4] && verification.differences[0].repeats == [5])
            #expect(verification.differences[0].found == .listed("pending"))
            // Whoever differs is looked at twice.
            #expect(scene.pages.byMeeting == ["85123451001": 6])
        }
    }

    @Test("what was applied before is not compared, and its lists are not read")
    func onlyThisRun() async throws {
        try await withScene { scene in
            let first = try await scene.take(
                "1.csv",
                ["85123451001,a@example.org,approve", "85123451002,a@example.org,approve"]
            )
            _ = try await scene.send([first])
            let before = scene.pages.byMeeting
            // Somebody changes their mind in Zoom about the one, and the list is made longer.
            let second = try await scene.take(
                "1.csv",
                [
                    "85123451001,a@example.org,approve", "85123451002,a@example.org,approve",
                    "85123451002,b@example.org,deny",
                ]
            )
            let (found, _) = try await scene.send([first, second])
            #expect(found[second]?.compared == 1 && found[second]?.differences == [])
            #expect(scene.pages.byMeeting["85123451001"] == before["85123451001"])
            #expect(scene.pages.byMeeting["85123451002"] == 6)
        }
    }

    @Test("the lists of a meeting are read once for all spreadsheets that name it")
    func sharedTarget() async throws {
        try await withScene { scene in
            let jobs = [
                try await scene.take("1.csv", ["85123451001,a@example.org,approve"]),
                try await scene.take("2.csv", ["85123451001,b@example.org,deny"]),
            ]
            let (found, _) = try await scene.send(jobs)
            #expect(found.values.map(\.compared) == [1, 1])
            #expect(scene.pages.byMeeting == ["85123451001": 3])
        }
    }

    @Test("where nothing was applied, nothing is asked")
    func nothing() async throws {
        try await withScene { scene in
            let job = try await scene.take("1.csv", ["85123451001,nobody@example.org,approve"])
            let (found, endings) = try await scene.send([job])
            #expect(found.isEmpty && endings.isEmpty && scene.pages.byMeeting.isEmpty)
        }
    }
}
