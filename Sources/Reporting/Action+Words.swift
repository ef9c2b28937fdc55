internal import Decisions

extension Action {
    /// The state that the action leads to.
    var done: String {
        switch self {
        case .approve: "approved"
        case .deny: "denied"
        case .cancel: "cancelled"
        }
    }
}
