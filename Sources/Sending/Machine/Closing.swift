package import Decisions
package import FoundationEssentials
package import Journal

/// The same outcome for all open batches of a target, or for those with one action.
package struct Closing: Sendable, Hashable {
    /// What becomes of them.
    package enum Outcome: Sendable, Hashable {
        /// Zoom would refuse each: `Journal.failOpen`.
        case failed(code: Int?, reason: String)
        /// Not before a moment: `Journal.deferOpen`.
        case deferred(until: Date, reason: String)
    }

    /// The meeting or webinar; without an occurrence, all of them.
    package let target: Target
    /// The action; nil for all.
    package var action: Action?
    /// What becomes of its batches.
    package let outcome: Outcome
    /// Intents to take back first.
    package var releasing: [BatchID] = []

    /// Whether it is about such batches too.
    func covers(_ other: Target, _ action: Action?) -> Bool {
        target.covers(other) && (self.action == nil || self.action == action)
    }
}
