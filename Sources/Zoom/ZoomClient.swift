import Decisions

/// The one door to Zoom: what the rest of Usher may ask of it.
///
/// Implementations send each call exactly once. Retrying, pacing and what an answer means for a job are the caller's.
public protocol ZoomClient: Sendable {
    /// Sends one request of "Update registrant's status" and returns what came back, whatever it was.
    func send(_ update: StatusUpdate) async -> Reply
}

/// One request of "Update registrant's status": the same action for up to 30 registrants of one target.
public struct StatusUpdate: Sendable, Hashable {
    /// The meeting or webinar, and the occurrence if one is meant.
    public let target: Target
    /// What to do with the registrants.
    public let action: Action
    /// Whom it is about, in the order of the batch.
    public let registrants: [Registrant]

    /// Makes a request.
    public init(target: Target, action: Action, registrants: [Registrant]) {
        self.target = target
        self.action = action
        self.registrants = registrants
    }
}
