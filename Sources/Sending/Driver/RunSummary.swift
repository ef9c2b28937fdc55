/// What a run came to.
public struct RunSummary: Sendable, Hashable {
    /// Why each account's part ended; nil names the account without a name.
    public var endings: [String?: Ending] = [:]
    /// The counts at the end.
    public var progress = RunProgress()

    /// What the run as a whole came to: the gravest of the endings.
    public var ending: Ending {
        endings.values.max { $0.gravity < $1.gravity } ?? .done
    }
}

extension Ending {
    /// The graver one decides the exit code.
    fileprivate var gravity: Int {
        switch self {
        case .done: 0
        case .workRemains: 1
        case .interrupted: 2
        case .serverFailing: 3
        case .unreachable: 4
        case .refused: 5
        case .journalFailed: 6
        }
    }
}
