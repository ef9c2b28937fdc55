/// Requests of the last moments.
package struct RecentRequests: Sendable, Hashable {
    package let count: Int
    /// Batches that can be sent now, or are under way.
    package let batchesLeft: Int
}
