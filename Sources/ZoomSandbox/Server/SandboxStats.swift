import ZoomModel

/// The sandbox's counts.
package struct SandboxStats: Sendable, Hashable {
    /// API requests, without token requests.
    package internal(set) var requests = 0
    /// Answers by HTTP status.
    package internal(set) var byStatus: [Int: Int] = [:]
    /// Status changes made, counting a registrant each time it was named.
    package internal(set) var applied = 0
    /// Tokens issued.
    package internal(set) var tokens = 0
    /// Faults that struck.
    package internal(set) var faults = 0
    /// The most API requests of the label Medium that arrived within any one second.
    package internal(set) var peakPerSecond = 0
    /// The most requests under way at once to the same meeting or webinar.
    package internal(set) var peakPerMeeting = 0

    /// The total delay of the requests to one meeting or webinar; the maximum over all of them.
    package private(set) var longestWait = Duration.zero

    private var lastSecond: [Double] = []
    private var oldest = 0
    private var underWay: [MeetingKey: Int] = [:]
    private var waits: [MeetingKey: Duration] = [:]

    /// Counts an arriving request.
    mutating func begin(_ key: MeetingKey, _ label: SandboxLabel = .medium, at now: Double) {
        requests += 1
        defer {
            underWay[key, default: 0] += 1
            peakPerMeeting = max(peakPerMeeting, underWay[key] ?? 0)
        }
        guard label == .medium else { return }
        lastSecond.append(now)
        while lastSecond[oldest] <= now - 1 { oldest += 1 }
        peakPerSecond = max(peakPerSecond, lastSecond.count - oldest)
        // Only occasionally, since this moves the array.
        if oldest > 10_000 {
            lastSecond.removeFirst(oldest)
            oldest = 0
        }
    }

    /// Counts the outcome of a request.
    ///
    /// - Parameter latency: How long the answer was delayed.
    mutating func end(_ key: MeetingKey, status: Int?, applied count: Int, fault: Fault?, latency: Duration) {
        if latency > .zero {
            waits[key, default: .zero] += latency
            longestWait = max(longestWait, waits[key] ?? .zero)
        }
        let left = (underWay[key] ?? 1) - 1
        underWay[key] = left > 0 ? left : nil
        if let status { byStatus[status, default: 0] += 1 }
        applied += count
        if fault != nil { faults += 1 }
    }

    /// The counts as JSON.
    var json: some Encodable {
        JSON(
            requests: requests,
            applied: applied,
            tokens: tokens,
            faults: faults,
            peakPerSecond: peakPerSecond,
            peakPerMeeting: peakPerMeeting,
            longestWaitMs: Int(longestWait / .milliseconds(1)),
            byStatus: byStatus.sorted { $0.key < $1.key }.map { JSON.Status(status: $0.key, count: $0.value) }
        )
    }

    private struct JSON: Encodable {
        struct Status: Encodable { let status, count: Int }

        let requests, applied, tokens, faults, peakPerSecond, peakPerMeeting, longestWaitMs: Int
        let byStatus: [Status]
    }
}
