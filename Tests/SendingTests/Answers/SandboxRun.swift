import Decisions
import Foundation
import Journal
import Spreadsheet
import Synchronization
import Testing
import ZoomModel
import ZoomSandbox

@testable import Sending
@testable import Zoom

/// A spreadsheet carried out within the test: a real journal, the real client, and the sandbox over HTTP. Their clocks run fast.
struct SandboxRun: Sendable {
    var sandbox = SandboxOptions()
    var sheet = SheetOptions()
    var options = DispatchOptions(.pro)
    var credentials = Credentials.token(Secret("sandbox-token"))
    var answerTime = Duration.seconds(60)
    var address = Address.sandbox
    /// Whether the sandbox's faults end after the first request.
    var recovers = false
    /// Called with the sandbox and the number of answers so far after each answer, before it is passed on.
    var afterAnswer: @Sendable (SandboxServer, Int) async -> Void = { _, _ in }
    /// Whether Zoom refuses to say who is registered, for want of a scope.
    var refusesLists = false
    /// What Zoom is asked before anything is sent.
    var preflight = PreflightMode.off
    var batchSize = 30
    /// How many times as fast as the real one the clocks run.
    var speed = 10

    /// Where requests are sent to.
    enum Address: Sendable {
        case sandbox
        /// Nobody listens.
        case nobody
        /// The sandbox, but with TLS, which it does not speak.
        case secure
    }

    /// Carries out one spreadsheet.
    ///
    /// - Parameter registrants: Whose status is looked up afterwards.
    func callAsFunction(_ csv: String, registrants: [(meeting: String, id: String)] = []) async throws -> Report {
        let named = registrants
        return try await open { world in
            var report = try await world.run(csv)
            report.statuses = named.map {
                world.server.status(of: NamedRegistrant(id: $0.id), in: .meeting, $0.meeting)
            }
            return report
        }
    }

    /// Opens the sandbox and a journal for several spreadsheets, one after another.
    func open<Result: Sendable>(_ body: @Sendable (World) async throws -> Result) async throws -> Result {
        let directory = FileManager.default.temporaryDirectory.appending(path: "usher-answers-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let clock = RunHarness.Clock(speed: speed)
        let sandboxClock = SandboxClock(
            now: { clock.date() },
            sleep: { try await Task.sleep(for: $0 / speed) }
        )
        return try await SandboxServer.run(sandbox, clock: sandboxClock) { server in
            let base =
                switch address {
                case .sandbox: server.baseURL
                case .nobody: "http://127.0.0.1:1/v2"
                case .secure: "https://127.0.0.1:\(server.port)/v2"
                }
            let client = RecordingClient(
                HTTPZoomClient(
                    HTTPZoomClient.Configuration(
                        version: "0-test",
                        baseURL: try BaseURL(base),
                        tokenURL: try BaseURL(server.tokenURL),
                        limits: HTTPZoomClient.Limits(answerTime: answerTime)
                    ),
                    credentials: credentials,
                    now: { clock.date() }
                ),
                refusesLists: refusesLists,
                afterwards: { count in
                    if recovers { server.setFaults([]) }
                    await afterAnswer(server, count)
                }
            )
            let journal = try Journal(path: directory.appending(path: "journal.db").path)
            let world = World(
                plan: self,
                server: server,
                journal: journal,
                client: client,
                clock: clock,
                directory: directory
            )
            do {
                let result = try await body(world)
                await client.base.shutdown()
                #expect(try JournalReader(path: journal.path).check() == [])
                return result
            } catch {
                await client.base.shutdown()
                throw error
            }
        }
    }

    /// What came of a spreadsheet, row by row.
    struct Report: Sendable {
        var ending: Ending
        var outcomes: [Outcome] = []
        var reasons: [String] = []
        var codes: [Int?] = []
        /// What was sent for it, and what came back.
        var sent: [RecordingClient.Sent]
        /// What was asked about registrants.
        var asked: [RegistrantQuery]
        /// What else was said of the run.
        var notice: String?
        /// What the sandbox counted so far.
        var stats: SandboxStats
        /// The sandbox's word on each registrant that was asked about; nil where there is none.
        var statuses: [SandboxStatus?] = []

        var updates: [StatusUpdate] { sent.map(\.update) }
        /// How many pages of lists were asked for.
        var lists: Int { asked.count { $0.registrant == nil } }
        /// Who was asked for alone.
        var single: [String] { asked.compactMap(\.registrant) }
        /// Rows by outcome.
        var counts: [Outcome: Int] { outcomes.reduce(into: [:]) { $0[$1, default: 0] += 1 } }
    }

    /// An open sandbox and journal.
    struct World: Sendable {
        let plan: SandboxRun
        let server: SandboxServer
        let journal: Journal
        let client: RecordingClient
        let clock: RunHarness.Clock
        fileprivate let directory: URL

        /// Reads a spreadsheet and sends what is open of it.
        ///
        /// - Parameter asksAgain: Whether what failed is asked again, as where a person names the file once more.
        func run(_ csv: String, as name: String = "list.csv", asksAgain: Bool = false) async throws -> Report {
            let file = directory.appending(path: name)
            try Data(csv.utf8).write(to: file)
            let job = try await journal.ingest(
                SpreadsheetSource(path: file.path),
                options: IngestOptions(sheet: plan.sheet, batchSize: plan.batchSize),
                at: clock.date()
            ).job
            if asksAgain {
                _ = try await journal.reopenFailed(job, looksFirst: plan.preflight == .on)
            }
            let before = (client.sent.count, client.asked.count)
            let account = RunAccount(client: client, lister: client, options: plan.options)
            var run = Run(journal: journal, jobs: [job], accounts: [account], clock: clock, seed: 1)
            run.preflight = plan.preflight
            run.batchSize = plan.batchSize
            let summary = await run()
            var report = Report(
                ending: summary.ending,
                sent: Array(client.sent.dropFirst(before.0)),
                asked: Array(client.asked.dropFirst(before.1)),
                notice: summary.notices[nil],
                stats: server.stats
            )
            let reader = try JournalReader(path: journal.path)
            try reader.forEachRow(of: reader.job(job)) { row in
                report.outcomes.append(row.outcome)
                report.reasons.append(row.reason ?? "")
                report.codes.append(row.code)
            }
            return report
        }
    }
}

/// Remembers what it passes on.
final class RecordingClient: ZoomClient, RegistrantLister {
    struct Sent: Sendable {
        let update: StatusUpdate
        let result: SendResult

        var status: Int? { result.status }
    }

    let base: HTTPZoomClient
    private let records = Mutex<(sent: [Sent], asked: [RegistrantQuery])>(([], []))
    private let refusesLists: Bool
    private let afterwards: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - refusesLists: Whether the scope for the lists seems to be missing.
    ///   - afterwards: Called after each answer, with how many there were.
    init(
        _ base: HTTPZoomClient,
        refusesLists: Bool = false,
        afterwards: @escaping @Sendable (Int) async -> Void
    ) {
        self.base = base
        self.refusesLists = refusesLists
        self.afterwards = afterwards
    }

    var sent: [Sent] { records.withLock { $0.sent } }
    var asked: [RegistrantQuery] { records.withLock { $0.asked } }

    func prepare() async -> RequestFailure? { await base.prepare() }

    func send(_ update: StatusUpdate) async -> SendResult {
        let result = await base.send(update)
        let count = records.withLock { records in
            records.sent.append(Sent(update: update, result: result))
            return records.sent.count
        }
        await afterwards(count)
        return result
    }

    func list(_ query: RegistrantQuery) async -> ListResult {
        records.withLock { $0.asked.append(query) }
        if refusesLists {
            return .refused(
                .answer(Answer(status: 400, code: 4711, message: "Invalid access token, does not contain scopes:[…]."))
            )
        }
        return await base.list(query)
    }

    func scopes() async -> Scopes? { await base.scopes() }
}

extension SendResult {
    /// The HTTP status; nil without an answer.
    var status: Int? { if case .answer(let answer) = self { answer.status } else { nil } }
}

extension Credentials {
    /// The app that the sandbox knows, unless it has another secret.
    static func sandboxApp(secret: String = "sandbox-secret") -> Credentials {
        .serverToServer(accountID: "sandbox-account", clientID: "sandbox-client", clientSecret: Secret(secret))
    }
}
