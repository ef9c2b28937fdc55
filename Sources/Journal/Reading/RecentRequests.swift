/// Requests of the last moments.
public struct RecentRequests: Sendable, Hashable {
    /// How many.
    public let count: Int
    /// Batches that can be sent now, or are under way.
    public let batchesLeft: Int
}
