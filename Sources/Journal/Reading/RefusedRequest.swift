package import Decisions
package import FoundationEssentials

/// A request that did not do what it was to do, for Zoom's support.
package struct RefusedRequest: Sendable, Hashable {
    /// When it was sent.
    package let startedAt: Date
    /// The meeting or webinar.
    package let target: Target
    /// How many registrants it held.
    package let registrants: Int
    /// The HTTP status; nil where there was no answer.
    package let status: Int?
    /// Zoom's own code.
    package let code: Int?
    /// Why there was no answer.
    package let cause: String?
    /// Zoom's name for the request.
    package let trackingID: String?
    /// How long it took, in milliseconds.
    package let duration: Int
}
