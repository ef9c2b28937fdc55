/// How a server may count a second's requests. Zoom does not say how it counts.
package enum RateWindow: String, Sendable, Hashable, CaseIterable {
    /// No more than the limit in any second, wherever it begins.
    case sliding
    /// No more than the limit in each second of the clock.
    case fixed
    /// A bucket of as many tokens as the limit, filled evenly.
    case bucket
}
