package import FoundationEssentials

/// A run under way, and what its end is compared with.
package struct RunStart: Sendable, Hashable {
    /// When it began.
    package let startedAt: Date
    let id: Int64
    let firstAttempt: Int64
    let applied: Int
    let failed: Int
}
