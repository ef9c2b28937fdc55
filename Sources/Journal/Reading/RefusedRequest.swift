public import Decisions
public import FoundationEssentials

/// A request that did not do what it was to do, for Zoom's support.
public struct RefusedRequest: Sendable, Hashable {
    /// When it was sent.
    public let startedAt: Date
    /// The meeting or webinar.
    public let target: Target
    /// How many registrants it held.
    public let registrants: Int
    /// The HTTP status; nil where there was no answer.
    public let status: Int?
    /// Zoom's own code.
    public let code: Int?
    /// Why there was no answer.
    public let cause: String?
    /// Zoom's name for the request.
    public let trackingID: String?
    /// How long it took, in milliseconds.
    public let duration: Int
}
