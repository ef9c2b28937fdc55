/// What a registrant's status can be.
package enum SandboxStatus: String, Sendable, Hashable, CaseIterable, Codable {
    /// Waits for a decision.
    case pending
    /// Let in.
    case approved
    /// Turned away; or let in, and the host cancelled the registration.
    case denied
    /// Cancelled, and in none of Zoom's lists.
    case cancelled

    /// The status that an action of the endpoint leads to; nil for an unknown action.
    ///
    /// - Parameter cancelled: What `cancel` leads to.
    init?(action: String, cancelled: SandboxStatus) {
        switch action {
        case "approve": self = .approved
        case "deny": self = .denied
        case "cancel": self = cancelled
        default: return nil
        }
    }
}
