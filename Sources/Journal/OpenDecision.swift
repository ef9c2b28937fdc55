public import Decisions

/// A decision that is to be sent, as Zoom's lists are compared with it.
public struct OpenDecision: Sendable, Hashable {
    /// Names it within the journal.
    public let id: Int64
    /// The job it belongs to.
    public let job: JobID
    /// What was decided.
    public let action: Action
    /// About whom.
    public let registrant: Registrant
    /// Whether a request that held it was sent before, so that Zoom may have applied it already.
    public let wasSent: Bool
    /// Whether this journal knows that Zoom once accepted a change of this registrant's status there; told for
    /// cancellations alone.
    public let wasKnown: Bool

    /// Makes a decision to be compared.
    public init(
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
