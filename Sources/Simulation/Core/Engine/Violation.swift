/// Something happened that never may.
package struct Violation: Error, CustomStringConvertible {
    /// The seed with which it happens again.
    package let seed: UInt64
    /// What happened.
    package let detail: String

    /// Names the seed and what happened.
    package var description: String { "seed \(seed): \(detail)" }
}
