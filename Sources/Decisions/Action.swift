/// What the staff decided about a registrant.
///
/// Zoom's endpoint knows these three and no other.
/// Source: "Update registrant's status", parameter `action`.
package enum Action: String, Sendable, Hashable, CaseIterable {
    /// Let the registrant in.
    case approve
    /// Turn the registrant away.
    case deny
    /// Cancel a registration that had been approved.
    case cancel

    /// Its place among all actions, from 0 to 2.
    package var place: Int {
        switch self {
        case .approve: 0
        case .deny: 1
        case .cancel: 2
        }
    }
}
