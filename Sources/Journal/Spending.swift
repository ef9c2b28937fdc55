package import Decisions

/// Requests already sent on a UTC day, as far as this journal knows.
package struct Spending: Sendable, Hashable {
    /// By account: the name of the profile, or nil for the default one.
    package var byAccount: [String?: Int] = [:]
    /// By meeting or webinar. Occurrences of one webinar are counted together under the target without occurrence.
    package var byTarget: [Target: Int] = [:]

    package init() {}
}
