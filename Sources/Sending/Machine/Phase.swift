/// How far a value that sends is on its way to its end.
enum Phase: Sendable {
    /// Sending.
    case running
    /// Nothing new is sent; until a moment, what is under way is waited for.
    case stopping(Ending, until: Duration)
    /// Over.
    case finished(Ending)

    /// What is left to do when nothing new is sent.
    enum Rest {
        case wait(until: Duration?)
        case finish(Ending)
    }

    var isRunning: Bool {
        if case .running = self { true } else { false }
    }

    /// What is left to do; nil while it is running.
    mutating func rest(isBusy: Bool, at now: Duration) -> Rest? {
        switch self {
        case .running: return nil
        case .stopping(_, let until) where isBusy && now < until: return .wait(until: until)
        case .stopping(let ending, _), .finished(let ending):
            self = .finished(ending)
            return .finish(ending)
        }
    }
}
