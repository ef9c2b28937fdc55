public import Decisions
public import FoundationEssentials
public import Journal

/// The same outcome for all open batches of a target, or for those with one action.
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
    /// The action; nil for all.
    public var action: Action?
    /// What becomes of its batches.
    public let outcome: Outcome
    /// Intents to take back first.
    public var releasing: [BatchID] = []

    /// Whether it is about such batches too.
    func covers(_ other: Target, _ action: Action?) -> Bool {
        target.covers(other) && (self.action == nil || self.action == action)
    }
}
