import Decisions
import Journal

/// A batch as the dispatcher carries it through a run.
struct Parcel: Sendable, Hashable {
    let id: BatchID
    let target: Target
    let action: Action
    /// Registrants.
    let size: Int
    /// Rows of the spreadsheet that it settles.
    let rows: Int
    /// Requests in this run that failed for reasons of the server's.
    var failures = 0
    /// When the first of them failed.
    var failingSince: Duration?
    /// Tokens that were refused with it, though others are accepted.
    var tokensRefused = 0
    /// Its other half was applied, so it holds the registrant at fault: it is halved without being sent.
    var isKnownBad = false
    /// The place of the registrant who is to be asked alone, before the others; nil where nobody is picked.
    var pick: Int?

    /// So many tokens may be refused with one batch before that is taken for an answer.
    static let mostTokens = 2

    init(_ batch: OpenBatch) {
        id = batch.id
        target = batch.target
        action = batch.action
        size = batch.size
        rows = batch.rows
    }
}

extension Target {
    /// Whether `other` is meant by this target too: without an occurrence it stands for all of them.
    func covers(_ other: Target) -> Bool {
        self == other || occurrence == nil && other.whole == self
    }
}
