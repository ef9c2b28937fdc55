package import Decisions
import Journal
import Synchronization
import Zoom

/// What a job claims, compared with Zoom's lists.
package struct Verification: Sendable {
    /// What the lists say about a registrant.
    package enum Found: Sendable, Hashable {
        /// In one of the lists: `pending`, `approved` or `denied`.
        case listed(String)
        /// In none of them: cancelled, or not registered.
        case missing
        /// The row's id has another address in Zoom than the row says: its id and email are two people's, and Zoom goes
        /// by the id.
        case otherEmail(String)
        /// The lists disagree because the registrant was being moved, or several registrants have this email.
        case unclear
        /// Zoom refused to list the meeting's registrants; holds the reason.
        case refused(String)
    }

    /// A decision about which the journal and Zoom disagree.
    package struct Difference: Sendable, Hashable {
        /// The row's number among the rows under the header, counted from 1.
        package let row: Int
        /// The numbers of the rows that only repeat it.
        package let repeats: [Int]
        /// The meeting or webinar.
        package let target: Target
        package let registrant: Registrant
        /// The applied action, according to the journal.
        package let action: Action
        /// What Zoom says now.
        package let found: Found
    }

    /// Compared rows, including those that repeat another.
    package private(set) var compared = 0
    /// The differences, in file order.
    package private(set) var differences: [Difference] = []

    /// Rows that differ, including those that repeat another.
    package var differing: Int { differences.reduce(0) { $0 + 1 + $1.repeats.count } }

    package init() {}

    /// Whether to check claims again before they count as differing: somebody may have slipped between two pages of the
    /// lists. An address is the same on every page.
    static func isInDoubt(_ claims: [AppliedDecision], roll: RegistrantDirectory) -> Bool {
        claims.contains { claim in
            let found = found(claim.registrant, on: roll)
            if case .otherEmail = found { return false }
            return !claim.action.isDone(found)
        }
    }

    /// Compares claims with a target's lists.
    mutating func compare(_ claims: [AppliedDecision], of target: Target, with roll: RegistrantDirectory) {
        for claim in claims {
            note(claim, of: target, found: Self.found(claim.registrant, on: roll))
        }
    }

    /// Records that Zoom refused to list a target's registrants.
    mutating func refuse(_ claims: [AppliedDecision], of target: Target, because reason: String) {
        for claim in claims { note(claim, of: target, found: .refused(reason)) }
    }

    /// Sorts the differences into file order.
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

    /// Goes by the id, as Zoom does; by the email if there is no id, or if Zoom lists nobody with that id.
    private static func found(_ registrant: Registrant, on roll: RegistrantDirectory) -> Found {
        if let entry = registrant.id.flatMap(roll.entry(id:)) {
            if entry.isOther(than: registrant), let email = entry.email { return .otherEmail(email) }
            return entry.status.map { .listed($0.rawValue) } ?? .unclear
        }
        let entries = registrant.email.map(roll.entries(email:)) ?? []
        guard let first = entries.first else { return .missing }
        guard entries.allSatisfy({ $0.status == first.status }) else { return .unclear }
        return first.status.map { .listed($0.rawValue) } ?? .unclear
    }
}

extension Action {
    /// Whether Zoom's lists show the result of this action.
    fileprivate func isDone(_ found: Verification.Found) -> Bool {
        found == .listed(wanted.rawValue) || self == .cancel && found == .missing
    }
}

/// What Zoom confirmed in a run, to distinguish it from what was applied before. Holds eight bytes per registrant.
package final class AppliedChanges: Sendable {
    private let state = Mutex((targets: Set<Target>(), hashes: Set<Int>()))

    /// Whether Zoom confirmed nothing.
    var isEmpty: Bool { state.withLock { $0.targets.isEmpty } }

    /// Notes a request that Zoom confirmed.
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

    /// Whether exactly this was confirmed. A hash collision can give a false yes, which only costs an unnecessary
    /// check.
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
