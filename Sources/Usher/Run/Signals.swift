import Glibc
import Logging
import Reporting
import Sending
import Synchronization
import UnixSignals

/// Runs `body` while SIGINT, SIGTERM and SIGHUP can stop it: the first one in an orderly way, a second one at once.
///
/// - Parameters:
///   - stop: Turned on by the first signal.
///   - parting: The message if the process ends at once.
///   - note: Runs before the process ends at once, if it does not take long.
func withSignals<Result>(
    _ stop: RunStop,
    logger: Logger,
    parting: String,
    note: @escaping @Sendable () async -> Void = {},
    isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws -> Result
) async throws -> Result {
    let signals = await UnixSignalsSequence(trapping: Signals.stopping)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            for await signal in signals {
                if stop.sending.isOn {
                    // A closed terminal often signals twice: once from the kernel, once from the shell.
                    if signal != .sighup { await Signals.leave(stop, saying: parting, note) }
                    continue
                }
                stop.sending.turnOn()
                switch stop.phase {
                case .reading:
                    await Signals.leave(
                        stop,
                        saying: "Stopped as asked. Nothing was sent; run the same command again.",
                        note
                    )
                case .sending:
                    logger.notice("Stopping: requests under way are waited for.", metadata: ["signal": "\(signal)"])
                case .closing, .ended:
                    logger.notice("Stopping: the end is being written.", metadata: ["signal": "\(signal)"])
                }
            }
        }
        defer { group.cancelAll() }
        return try await body()
    }
}

enum Signals {
    /// The signals that stop a run.
    ///
    /// A closed terminal does not end a process started with `nohup`.
    static var stopping: [UnixSignal] { isIgnored(SIGHUP) ? [.sigint, .sigterm] : [.sigint, .sigterm, .sighup] }

    /// Makes writing into a closed pipe (`usher run … | head -1`) fail instead of ending the process: a run ends
    /// properly even if its output is not read.
    static func ignoreClosedPipes() { signal(SIGPIPE, SIG_IGN) }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// Ends the process at once. The journal is designed to be correct whenever that happens.
    fileprivate static func leave(
        _ stop: RunStop,
        saying sentence: String,
        _ note: @escaping @Sendable () async -> Void
    ) async {
        if case .ended(let status) = stop.phase { Output.end(status.rawValue) }
        Output.complain(sentence)
        await withTaskGroup { group in
            group.addTask { await note() }
            // The journal may be busy with something long.
            group.addTask { try? await Task.sleep(for: .seconds(1)) }
            await group.next()
            Output.end(ExitStatus.workRemains.rawValue)
        }
    }
}

/// The phase of a run, which decides what a signal does to it; and the switch that stops it.
final class RunStop: Sendable {
    /// The phases of a run, in order.
    enum Phase: Sendable {
        /// Spreadsheets are being read. Nothing was sent, and partially read ones are discarded.
        case reading
        /// Requests are being sent.
        case sending
        /// Results are being written, which does not take long.
        case closing
        /// The end is recorded in the journal; only notices remain.
        case ended(ExitStatus)
    }

    /// The switch that sending checks.
    let sending = StopSwitch()
    private let reasons = Mutex<[String]>([])
    private let state: Mutex<Phase>

    /// Starts without a request to stop.
    init(_ phase: Phase) {
        state = Mutex(phase)
    }

    var phase: Phase { state.withLock { $0 } }

    /// Why the run sent less than it could, in numbers: for notices, which hold no names.
    var told: [String] { reasons.withLock { $0 } }

    func tell(_ reason: String) { reasons.withLock { $0.append(reason) } }

    /// Moves to the next phase.
    func enter(_ phase: Phase) { state.withLock { $0 = phase } }
}
