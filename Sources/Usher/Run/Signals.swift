internal import Logging
internal import Sending
internal import UnixSignals

/// Runs `body` while SIGINT and SIGTERM ask it to stop: the first one in good order, a second one at once.
func withSignals<Result: Sendable>(
    _ stop: StopSwitch,
    logger: Logger,
    _ body: @escaping @Sendable () async -> Result
) async -> Result {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    return await withTaskGroup(of: Result?.self) { group in
        group.addTask { await body() }
        group.addTask {
            for await signal in signals {
                if stop.isOn {
                    // The journal is right whenever the process ends; that is what it is for.
                    Output.complain(
                        "Stopped at once: results files were not written. Nothing is lost; run the same command again to go on."
                    )
                    Output.end(ExitStatus.workRemains.rawValue)
                }
                logger.notice("Stopping: requests under way are waited for.", metadata: ["signal": "\(signal)"])
                stop.turnOn()
            }
            return nil
        }
        defer { group.cancelAll() }
        while let ended = await group.next() {
            if let result = ended { return result }
        }
        preconditionFailure("the first child always ends with a result")
    }
}
