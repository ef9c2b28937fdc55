package import Decisions

/// The rows of a job that claim something about one target, without what they claim: there may be millions.
package struct ClaimingRows: Sendable {
    /// The meeting, webinar or occurrence.
    package let target: Target
    /// How many there are.
    package var count: Int { decisions.count }
    var decisions: [(own: Int64, root: Int64)] = []
}
