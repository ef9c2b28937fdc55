/// How long answers took, in milliseconds.
public struct LatencyFigures: Sendable, Hashable {
    /// Half were faster.
    public let median: Int
    /// 95 of 100 were faster.
    public let percentile95: Int
    /// 99 of 100 were faster.
    public let percentile99: Int
    /// The slowest.
    public let slowest: Int
}
