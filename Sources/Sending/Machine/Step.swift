package import Journal

/// What the dispatcher wants done next.
package enum Step: Sendable, Hashable {
    /// Change the journal, and tell the dispatcher when it is done. Sending goes on meanwhile.
    case perform(Effect)
    /// Send this batch now, and tell the answer.
    case send(Shipment)
    /// Nothing to do until a moment, or until something was done or answered (nil). Then ask again.
    case wait(until: Duration?)
    /// Nothing more to do in this run.
    case finish(Ending)
}

extension Step: MachineStep {
    var rest: Phase.Rest? {
        switch self {
        case .perform, .send: nil
        case .wait(let until): .wait(until: until)
        case .finish(let ending): .finish(ending)
        }
    }
}
