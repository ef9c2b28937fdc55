package import Decisions

/// A decision that is to be sent, as Zoom's lists are compared with it.
package struct OpenDecision: Sendable, Hashable {
    /// Names it within the journal.
    package let id: Int64
    /// The job it belongs to.
    package let job: JobID
    /// What was decided.
    package let action: Action
    /// About whom.
    package let registrant: Registrant
    /// Whether a request that held it was sent before, so that Zoom may have applied it already.
    package let wasSent: Bool
    /// Whether this journal knows that Zoom once accepted a change of this registrant's status there; told for
    /// cancellations alone.
    package let wasKnown: Bool

    package init(
        id: Int64,
        job: JobID,
        action: Action,
        registrant: Registrant,
        wasSent: Bool = false,
        wasKnown: Bool = false
    ) {
        self.id = id
        self.job = job
        self.action = action
        self.registrant = registrant
        self.wasSent = wasSent
        self.wasKnown = wasKnown
    }
}
