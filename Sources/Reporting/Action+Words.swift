package import Decisions

extension Action {
    /// The state that the action leads to.
    var done: String {
        switch self {
        case .approve: "approved"
        case .deny: "denied"
        case .cancel: "cancelled"
        }
    }

    /// What it does, as the end of a sentence.
    package var meaning: String {
        switch self {
        case .approve: "lets the registrant in"
        case .deny: "turns the registrant away"
        case .cancel: "takes back a registration"
        }
    }

    /// What to know before it is sent; nil where it does what its name says and no more.
    package var caution: String? {
        self == .cancel
            ? """
            A registrant whom you cancel may be unable to register again with that address: Zoom usually lists a registration \
            that its host cancelled as denied.
            """ : nil
    }
}
