/// What a registrant's status can be.
public enum SandboxStatus: String, Sendable, Hashable, CaseIterable, Codable {
    /// Waits for a decision.
    case pending
    /// Let in.
    case approved
    /// Turned away.
    case denied
    /// Was let in and then cancelled; in none of Zoom's lists.
    case cancelled

    /// The status that an action of the endpoint leads to; nil for an unknown action.
    init?(action: String) {
        switch action {
        case "approve": self = .approved
        case "deny": self = .denied
        case "cancel": self = .cancelled
        default: return nil
        }
    }
}
