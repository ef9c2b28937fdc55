import Decisions
import Foundation
import Spreadsheet
import Synchronization
import Testing
import Zoom
import ZoomModel
import ZoomSandbox

@testable import Journal
@testable import Sending

/// A whole run with a real journal and real HTTP, looked at from inside.
@Suite("A run that looks first")
struct PreflightRunTests {
    /// Counts pages.
    private final class Tally: Sendable {
        private let state = Mutex(0)
        func note() { state.withLock { $0 += 1 } }
        var count: Int { state.withLock { $0 } }
    }

    /// Runs a spreadsheet against a sandbox.
    private func run(
        _ csv: String,
        _ seed: Seed,
        options: DispatchOptions = DispatchOptions(pace: .perSecond(60), days: DayLimits()),
        sandbox change: (inout SandboxOptions) -> Void = { _ in },
        _ body: @Sendable (Journal, RunSummary, SandboxServer, Int) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "usher-list-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "decisions.csv")
        try Data(csv.utf8).write(to: file)
        var world = SandboxOptions()
        world.seed = seed
        world.limitsRate = false
        change(&world)
        let journal = try Journal(path: directory.appending(path: "journal.db").path)
        _ = try await journal.ingest(
            SpreadsheetSource(path: file.path),
            options: IngestOptions(batchSize: 30),
            at: Date()
        )
        try await SandboxServer.run(world) { server in
            let configuration = HTTPZoomClient.Configuration(
                version: "0-test",
                baseURL: try BaseURL(server.baseURL),
                tokenURL: try BaseURL(server.tokenURL)
            )
            let client = HTTPZoomClient(configuration, credentials: .token(Secret("sandbox-token")))
            let pages = Tally()
            var run = Run(
                journal: journal,
                accounts: [RunAccount(client: client, lister: client, options: options)],
                seed: 1
            )
            run.preflight = .on
            run.onListing = { _ in pages.note() }
            let summary = await run()
            await client.shutdown()
            try await body(journal, summary, server, pages.count)
        }
        let reader = try JournalReader(path: journal.path)
        #expect(try reader.check() == [])
    }

    private static let meeting = "85123456789"

    private static func csv(_ rows: [String]) -> String {
        "Meeting,Registrant ID,Email,Action\n" + rows.map { "\(meeting),\($0)\n" }.joined()
    }

    private static func people(_ count: Int, status: SandboxStatus = .pending) -> [SeedRegistrant] {
        (0..<count).map { SeedRegistrant(id: "r\($0)", email: "g\($0)@example.org", status: status) }
    }

    @Test("every page is journaled as a listing, and counts for the account's day but not for the webinar's")
    func journaled() async throws {
        let seed = Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: Self.people(310))])
        try await run(Self.csv((0..<31).map { "r\($0),,approve" }), seed) { journal, summary, server, pages in
            #expect(summary.ending == .done)
            // Two pages of the pending, one each of the others; two batches.
            #expect(pages == 4)
            #expect(server.stats.requests == 6)
            let kinds = try await journal.kinds()
            #expect(kinds == ["list": 4, "update": 2])
            let spending = try await journal.spending(on: UTCDay(Date()))
            #expect(spending.byAccount == [nil: 6])
            #expect(spending.byTarget.values.reduce(0, +) == 2)
        }
    }

    @Test("lists are read twice only where somebody is missing")
    func twice() async throws {
        let seed = Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: Self.people(3))])
        try await run(Self.csv(["r0,,approve", "nobody,,approve"]), seed) { _, summary, server, pages in
            #expect(summary.ending == .done)
            #expect(pages == 6)
            #expect(server.stats.requests == 7)
        }
    }

    @Test("the account's day is shared by lists and updates; what does not fit is deferred")
    func day() async throws {
        let seed = Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: Self.people(90))])
        var options = DispatchOptions(pace: .perSecond(60), days: DayLimits(account: 4))
        options.patience = .milliseconds(500)
        try await run(Self.csv((0..<90).map { "r\($0),,approve" }), seed, options: options) { journal, _, server, _ in
            #expect(server.stats.requests == 4)
            let states = try await journal.openBatches()
            #expect(states.count == 2)
            #expect(states.allSatisfy { ($0.dueAt ?? .distantPast) > Date() })
        }
    }

    @Test("a day that is spent before the lists are read defers everything, with no request at all")
    func spent() async throws {
        let seed = Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: Self.people(2))])
        var options = DispatchOptions(pace: .perSecond(60), days: DayLimits(account: 0))
        options.patience = .zero
        try await run(Self.csv(["r0,,approve"]), seed, options: options) { journal, _, server, _ in
            #expect(server.stats.requests == 0)
            let open = try await journal.openBatches()
            #expect(open.allSatisfy { $0.dueAt != nil })
        }
    }

    @Test("two rows that name the same registrant in two ways and disagree are both failed, with each other's place")
    func contradiction() async throws {
        let seed = Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: Self.people(3))])
        let csv = Self.csv(["r0,,approve", ",g0@example.org,deny", "r1,,approve"])
        try await run(csv, seed) { journal, summary, server, _ in
            #expect(summary.ending == .done)
            let reader = try JournalReader(path: journal.path)
            let job = try reader.jobs()[0]
            var reasons: [String?] = []
            var outcomes: [Outcome] = []
            try reader.forEachRow(of: job) { row in
                outcomes.append(row.outcome)
                reasons.append(row.reason)
            }
            #expect(outcomes == [.failed, .failed, .applied])
            #expect(reasons[0]?.contains("row 3 of job 1") == true)
            #expect(server.status(of: NamedRegistrant(id: "r0"), Self.meeting) == .pending)
        }
    }

    @Test("who is in the wanted state is left alone, and who is in another is changed")
    func onlyWhatIsNeeded() async throws {
        let seed = Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: Self.people(2, status: .approved))])
        try await run(Self.csv(["r0,,approve", "r1,,deny"]), seed) { journal, summary, server, _ in
            #expect(summary.ending == .done)
            #expect(server.status(of: NamedRegistrant(id: "r1"), Self.meeting) == .denied)
            #expect(server.stats.applied == 1)
        }
    }
}

extension Journal {
    fileprivate func kinds() throws -> [String: Int] {
        var kinds: [String: Int] = [:]
        try connection.statement("select kind, count(*) as count from attempt group by kind").forEach { row in
            kinds[row.string("kind")] = row.int("count")
        }
        return kinds
    }
}
