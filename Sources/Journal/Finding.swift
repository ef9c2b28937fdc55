/// What Zoom's lists say about a decision that is to be sent.
package struct Finding: Sendable, Hashable {
    /// What follows for the decision.
    package enum Kind: Sendable, Hashable {
        /// Zoom's id of the registrant, whom the row names by email alone. The decision is sent with both.
        case learned(id: String)
        /// The registrant is in the wanted state: nothing is sent.
        case alreadySo(reason: String)
        /// Zoom's lists do not hold the registrant: the decision fails, and nothing is sent.
        case notRegistered(reason: String)
        /// The row's id and email are two registrants': the decision fails, and nothing is sent.
        case mismatched(reason: String)
        /// Another row of the same job decides otherwise about the same registrant, whom it names otherwise.
        case contradicted(by: Int64)
        /// A later row or job decides about the same registrant, whom it names otherwise.
        case superseded(by: Int64)
    }

    package let decision: Int64
    /// What follows.
    package let kind: Kind

    package init(_ decision: Int64, _ kind: Kind) {
        self.decision = decision
        self.kind = kind
    }
}
