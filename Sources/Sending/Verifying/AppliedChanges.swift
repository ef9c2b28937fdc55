import Decisions
import Journal
import Synchronization
import Zoom

/// What Zoom confirmed in a run, so that it can be told from what was applied before. Holds eight bytes for each registrant.
package final class AppliedChanges: Sendable {
    private let state = Mutex((targets: Set<Target>(), hashes: Set<Int>()))

    /// Whether Zoom confirmed nothing.
    var isEmpty: Bool { state.withLock { $0.targets.isEmpty } }

    /// Zoom confirmed a request.
    func note(_ update: StatusUpdate) {
        state.withLock { state in
            state.targets.insert(update.target)
            for registrant in update.registrants {
                state.hashes.insert(Self.hash(registrant, update.action, update.target))
            }
        }
    }

    /// Whether anything about a target was confirmed.
    func contains(_ target: Target) -> Bool { state.withLock { $0.targets.contains(target) } }

    /// Whether just this was confirmed. A false yes is as rare as two equal hashes, and costs a look too many.
    func contains(_ claim: Claim, of target: Target) -> Bool {
        let hash = Self.hash(claim.registrant, claim.action, target)
        return state.withLock { $0.hashes.contains(hash) }
    }

    private static func hash(_ registrant: Registrant, _ action: Action, _ target: Target) -> Int {
        var hasher = Hasher()
        hasher.combine(registrant)
        hasher.combine(action)
        hasher.combine(target)
        return hasher.finalize()
    }
}
