public import Decisions

/// The rows of a job that claim something about one target, without what they claim: there may be millions.
public struct ClaimingRows: Sendable {
    /// The meeting, webinar or occurrence.
    public let target: Target
    /// How many there are.
    public var count: Int { decisions.count }
    var decisions: [(own: Int64, root: Int64)] = []
}
