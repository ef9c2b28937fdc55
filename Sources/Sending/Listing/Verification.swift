package import Decisions
import Journal
import Synchronization
import Zoom

/// What a job claims, compared with Zoom's lists.
package struct Verification: Sendable {
    /// What the lists say of a registrant.
    package enum Found: Sendable, Hashable {
        /// In one of the lists: `pending`, `approved` or `denied`.
        case listed(String)
        /// In none of them: cancelled, or not registered.
        case missing
        /// The lists do not agree; the registrant was being moved, or several have this email.
        case unclear
        /// Zoom refused to list the meeting's registrants: why.
        case refused(String)
    }

    /// A decision of which the journal says one thing and Zoom another.
    package struct Difference: Sendable, Hashable {
        /// The row's number among the rows under the header, counted from 1.
        package let row: Int
        /// The numbers of the rows that merely repeat it.
        package let repeats: [Int]
        /// The meeting or webinar.
        package let target: Target
        package let registrant: Registrant
        /// What was done, as the journal says.
        package let action: Action
        /// What Zoom says now.
        package let found: Found
    }

    /// Rows that were compared, those that repeat another one included.
    package private(set) var compared = 0
    /// What differs, in file order.
    package private(set) var differences: [Difference] = []

    /// Rows that differ, those that repeat another one included.
    package var differing: Int { differences.reduce(0) { $0 + 1 + $1.repeats.count } }

    package init() {}

    /// Whether claims should be looked at once more before they count as differing: somebody may have been between two
    /// pages of the lists.
    static func isInDoubt(_ claims: [AppliedDecision], roll: RegistrantDirectory) -> Bool {
        claims.contains { !$0.action.isDone(found($0.registrant, on: roll)) }
    }

    /// Compares claims with a target's lists.
    mutating func compare(_ claims: [AppliedDecision], of target: Target, with roll: RegistrantDirectory) {
        for claim in claims {
            note(claim, of: target, found: Self.found(claim.registrant, on: roll))
        }
    }

    /// Zoom refused to list a target's registrants.
    mutating func refuse(_ claims: [AppliedDecision], of target: Target, because reason: String) {
        for claim in claims { note(claim, of: target, found: .refused(reason)) }
    }

    /// Brings the differences into file order.
    mutating func sort() {
        differences.sort { $0.row < $1.row }
    }

    private mutating func note(_ claim: AppliedDecision, of target: Target, found: Found) {
        compared += 1 + claim.repeats.count
        guard !claim.action.isDone(found) else { return }
        differences.append(
            Difference(
                row: claim.row,
                repeats: claim.repeats,
                target: target,
                registrant: claim.registrant,
                action: claim.action,
                found: found
            )
        )
    }

    /// An id decides, as it does for Zoom; the email where there is none, or where Zoom lists nobody of that id.
    private static func found(_ registrant: Registrant, on roll: RegistrantDirectory) -> Found {
        if let entry = registrant.id.flatMap(roll.entry(id:)) {
            return entry.status.map { .listed($0.rawValue) } ?? .unclear
        }
        let entries = registrant.email.map(roll.entries(email:)) ?? []
        guard let first = entries.first else { return .missing }
        guard entries.allSatisfy({ $0.status == first.status }) else { return .unclear }
        return first.status.map { .listed($0.rawValue) } ?? .unclear
    }
}

extension Action {
    /// Whether Zoom's lists say what they should say afterwards.
    fileprivate func isDone(_ found: Verification.Found) -> Bool {
        found == .listed(wanted.rawValue) || self == .cancel && found == .missing
    }
}

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
    func contains(_ claim: AppliedDecision, of target: Target) -> Bool {
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
