/// Something happened that never may.
public struct Violation: Error, CustomStringConvertible {
    /// The seed with which it happens again.
    public let seed: UInt64
    /// What happened.
    public let detail: String

    /// Names the seed and what happened.
    public var description: String { "seed \(seed): \(detail)" }
}
