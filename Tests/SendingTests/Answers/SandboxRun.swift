import Decisions
import Foundation
import Journal
import Spreadsheet
import Synchronization
import Testing
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

    /// Where requests are sent to.
    enum Address: Sendable {
        case sandbox
        /// Nobody listens.
        case nobody
        /// The sandbox, but with TLS, which it does not speak.
        case secure
    }

    /// What came of it, row by row.
    struct Report: Sendable {
        var ending: Ending
        var outcomes: [Outcome] = []
        var reasons: [String] = []
        var codes: [Int?] = []
        var updates: [StatusUpdate]
        /// What the sandbox counted.
        var stats: SandboxStats
        /// The sandbox's word on each registrant that a row names by id: nil where there is none.
        var statuses: [SandboxStatus?] = []

        /// Rows by outcome.
        var counts: [Outcome: Int] { outcomes.reduce(into: [:]) { $0[$1, default: 0] += 1 } }
    }

    /// - Parameter csv: Its rows' first cell is a meeting, its third a registrant id where statuses are asked for.
    func callAsFunction(_ csv: String, registrants: [(meeting: String, id: String)] = []) async throws -> Report {
        let directory = FileManager.default.temporaryDirectory.appending(path: "usher-answers-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let journal = try Journal(path: directory.appending(path: "journal.db").path)
        let file = directory.appending(path: "list.csv")
        try Data(csv.utf8).write(to: file)
        let clock = RunHarness.Clock()
        let sandboxClock = SandboxClock(
            now: { clock.date() },
            sleep: { try await Task.sleep(for: $0 / RunHarness.Clock.speed) }
        )
        let job = try await journal.ingest(
            SpreadsheetSource(path: file.path),
            options: IngestOptions(sheet: sheet),
            at: clock.date()
        ).job
        let named = registrants
        var report = try await SandboxServer.run(sandbox, clock: sandboxClock) { server in
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
                afterwards: { if recovers { server.setFaults([]) } }
            )
            let run = Run(
                journal: journal,
                accounts: [RunAccount(client: client, options: options)],
                clock: clock,
                seed: 1
            )
            let summary = await run()
            await client.base.shutdown()
            return Report(
                ending: summary.ending,
                updates: client.updates,
                stats: server.stats,
                statuses: named.map { server.status(of: NamedRegistrant(id: $0.id), in: .meeting, $0.meeting) }
            )
        }
        let reader = try JournalReader(path: journal.path)
        try reader.forEachRow(of: reader.job(job)) { row in
            report.outcomes.append(row.outcome)
            report.reasons.append(row.reason ?? "")
            report.codes.append(row.code)
        }
        return report
    }
}

/// Remembers what it passes on.
private final class RecordingClient: ZoomClient {
    let base: HTTPZoomClient
    private let sent = Mutex<[StatusUpdate]>([])

    private let afterwards: @Sendable () -> Void

    /// - Parameter afterwards: Called after each answer.
    init(_ base: HTTPZoomClient, afterwards: @escaping @Sendable () -> Void) {
        self.base = base
        self.afterwards = afterwards
    }

    var updates: [StatusUpdate] { sent.withLock { $0 } }

    func prepare() async -> RequestFailure? { await base.prepare() }

    func send(_ update: StatusUpdate) async -> SendResult {
        sent.withLock { $0.append(update) }
        defer { afterwards() }
        return await base.send(update)
    }
}
