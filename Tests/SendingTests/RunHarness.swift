import Decisions
import Foundation
import Journal
import Sending
import Spreadsheet
import Synchronization
import Zoom

/// A real journal with a real spreadsheet in it, a clock that runs fast, and a client that answers at once.
final class RunHarness: Sendable {
    let journal: Journal
    let client = Client()
    let clock = Clock()
    private let directory: URL

    /// - Parameter meetings: How many rows for each meeting.
    init(_ meetings: [Int], accounts: [String] = [""], batchSize: Int = 30) async throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "usher-run-\(UUID().uuidString)")
        journal = try Journal(path: directory.appending(path: "journal.db").path)
        var text = "Account,Meeting ID,Email,Action\n"
        for account in accounts {
            for (number, rows) in meetings.enumerated() {
                for row in 0..<rows { text += "\(account),8100000000\(number),guest\(row)@example.org,approve\n" }
            }
        }
        let file = directory.appending(path: "list.csv")
        try Data(text.utf8).write(to: file)
        var options = IngestOptions(batchSize: batchSize)
        options.sheet.accounts = accounts.filter { !$0.isEmpty }
        _ = try await journal.ingest(
            SpreadsheetSource(path: file.path),
            options: options,
            at: clock.date()
        )
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    func run(_ options: DispatchOptions = DispatchOptions(.pro), accounts: [String?] = [nil]) -> Run {
        Run(
            journal: journal,
            accounts: accounts.map { RunAccount(name: $0, client: client, options: options) },
            clock: clock,
            seed: 1
        )
    }

    func counts() throws -> Counts {
        try JournalReader(path: journal.path).jobs().reduce(Counts()) { $0 + $1.counts }
    }

    /// A clock that runs faster than the real one.
    struct Clock: RunClock {
        let speed: Int
        private let start = ContinuousClock.now
        private let step = Step()

        /// How far the calendar was set on; shared by the copies of a clock.
        private final class Step: Sendable {
            let seconds = Mutex(0.0)
        }

        init(speed: Int = 20) { self.speed = speed }

        func elapsed() -> Duration { (ContinuousClock.now - start) * speed }
        func date() -> Date { Some.date.addingTimeInterval(elapsed() / .seconds(1) + step.seconds.withLock { $0 }) }

        /// Sets the calendar on, as from one night to the next.
        func setCalendar(on seconds: Double) { step.seconds.withLock { $0 += seconds } }

        func sleep(until moment: Duration) async throws {
            try await ContinuousClock().sleep(until: start + moment / speed, tolerance: .zero)
        }
    }

    /// Answers as it is told to; says 204 until then.
    final class Client: ZoomClient {
        private struct State {
            var answer: @Sendable (StatusUpdate, Int) async -> SendResult = { _, _ in .answer(Answer(status: 204)) }
            var updates: [StatusUpdate] = []
            var obstacle: RequestFailure?
        }

        private let state = Mutex(State())

        var updates: [StatusUpdate] { state.withLock { $0.updates } }

        /// - Parameter answer: Given the request and how many came before it.
        func willAnswer(_ answer: @escaping @Sendable (StatusUpdate, Int) async -> SendResult) {
            state.withLock { $0.answer = answer }
        }

        /// Nothing can be sent.
        func willNotBeReady(_ obstacle: RequestFailure) {
            state.withLock { $0.obstacle = obstacle }
        }

        func prepare() async -> RequestFailure? { state.withLock { $0.obstacle } }

        func send(_ update: StatusUpdate) async -> SendResult {
            let (answer, number) = state.withLock { state in
                state.updates.append(update)
                return (state.answer, state.updates.count - 1)
            }
            return await answer(update, number)
        }
    }
}

extension RunSummary {
    /// How the run ended where at most one account's part did not end well.
    var ending: Ending { endings.values.first { $0 != .done } ?? .done }
}
