package import Journal

/// Something that takes time and is done beside sending.
package enum Effect: Sendable, Hashable {
    /// Write intents: `Journal.begin`. Answered by `Event.begun`.
    case begin([BatchID])
    /// Take back intents that were not sent: `Journal.release`. Answered by `Event.released`.
    case release([BatchID])
    /// Write a result: `Journal.settle`. Answered by `Event.settled`.
    case settle(Settlement)
    /// Fail or put off what is open for a target, after intents that were not sent are taken back. Answered by
    /// `Event.closed`.
    case close(Closing)
}
