/// What a run came to.
public struct RunSummary: Sendable, Hashable {
    /// Why each account's part ended; nil names the account without a name.
    public var endings: [String?: Ending] = [:]
    /// The counts at the end.
    public var progress = RunProgress()
}
