/// How long answers took, in milliseconds.
package struct LatencyFigures: Sendable, Hashable {
    /// Half were faster.
    package let median: Int
    /// 95 of 100 were faster.
    package let percentile95: Int
    /// 99 of 100 were faster.
    package let percentile99: Int
    package let slowest: Int
}
