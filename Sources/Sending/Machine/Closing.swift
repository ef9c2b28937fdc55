public import Decisions
public import FoundationEssentials
public import Journal

/// The same outcome for all open batches of a target.
public struct Closing: Sendable, Hashable {
    /// What becomes of them.
    public enum Outcome: Sendable, Hashable {
        /// Zoom would refuse each: `Journal.failOpen`.
        case failed(code: Int?, reason: String)
        /// Not before a moment: `Journal.deferOpen`.
        case deferred(until: Date, reason: String)
    }

    /// The meeting or webinar; without an occurrence, all of them.
    public let target: Target
    /// What becomes of its batches.
    public let outcome: Outcome
    /// Intents to take back first.
    public var releasing: [BatchID] = []
}
