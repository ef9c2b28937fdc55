import Glibc
import Logging
import Reporting
import Sending
import Synchronization
import UnixSignals

/// Does `body` while SIGINT, SIGTERM and SIGHUP ask it to stop: the first one in good order, a second one at once.
///
/// - Parameters:
///   - stop: Turned on by the first signal.
///   - parting: What is said when the process ends at once.
///   - note: Done before the process ends at once, if it does not take long.
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
                    // A terminal that is closed often says so twice: as the kernel does, and as the shell does.
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
    /// Those that ask a run to stop.
    ///
    /// A closed terminal ends nothing that was started with `nohup`.
    static var stopping: [UnixSignal] { isIgnored(SIGHUP) ? [.sigint, .sigterm] : [.sigint, .sigterm, .sighup] }

    /// Lets writing into a closed pipe (`usher run … | head -1`) fail instead of ending the process: a run ends as it should
    /// though nobody reads what it says.
    static func ignoreClosedPipes() { signal(SIGPIPE, SIG_IGN) }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// Ends the process at once. The journal is right whenever that happens; that is what it is for.
    fileprivate static func leave(
        _ stop: RunStop,
        saying sentence: String,
        _ note: @escaping @Sendable () async -> Void
    ) async {
        if case .ended(let status) = stop.phase { Output.end(status.rawValue) }
        Output.complain(sentence)
        await withTaskGroup { group in
            group.addTask { await note() }
            // The journal may be in the middle of something long.
            group.addTask { try? await Task.sleep(for: .seconds(1)) }
            await group.next()
            Output.end(ExitStatus.workRemains.rawValue)
        }
    }
}

/// How far a run is, which decides what a signal does to it; and the switch by which it is asked to stop.
final class RunStop: Sendable {
    /// The parts of a run, in their order.
    enum Phase: Sendable {
        /// Spreadsheets are read. Nothing was sent, and what is half read is not kept.
        case reading
        /// Requests are sent.
        case sending
        /// Results are written, which does not take long.
        case closing
        /// The end is noted in the journal; only others are still told.
        case ended(ExitStatus)
    }

    /// What sending listens to.
    let sending = StopSwitch()
    private let state: Mutex<Phase>

    /// Nobody has asked yet.
    init(_ phase: Phase) {
        state = Mutex(phase)
    }

    var phase: Phase { state.withLock { $0 } }

    /// Goes on to the next part.
    func enter(_ phase: Phase) { state.withLock { $0 = phase } }
}
