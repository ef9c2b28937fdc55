package import FoundationEssentials
package import Zoom

/// Why a run sends nothing more.
package enum Ending: Sendable, Hashable {
    /// Everything is settled.
    case done
    /// Something is left for a later run: why, and from when on if that is known.
    case workRemains(reason: String, due: Date?)
    /// Somebody stopped it.
    case interrupted
    /// No request got an answer any more.
    case unreachable(String)
    /// Answers came, but only that the server is in trouble.
    case serverFailing(String)
    /// Zoom refused the credentials, or they lack a scope.
    case refused(Ruling)
    /// The journal could not be written.
    case journalFailed(String)

    var isJournalFailed: Bool {
        if case .journalFailed = self { true } else { false }
    }
}
