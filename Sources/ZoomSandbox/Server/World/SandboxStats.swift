/// What the sandbox counted.
package struct SandboxStats: Sendable, Hashable {
    /// Requests to the API, token requests not among them.
    package internal(set) var requests = 0
    /// Answers by HTTP status.
    package internal(set) var byStatus: [Int: Int] = [:]
    /// Status changes that were done, a registrant being counted as often as it was named.
    package internal(set) var applied = 0
    /// Tokens that were given.
    package internal(set) var tokens = 0
    /// Faults that struck.
    package internal(set) var faults = 0
    /// The most API requests that came in within any one second.
    package internal(set) var peakPerSecond = 0
    /// The most requests to the same meeting or webinar that were under way at once.
    package internal(set) var peakPerMeeting = 0

    /// For how long the requests to one meeting or webinar were made to wait, in sum; the most of all of them.
    package private(set) var longestWait = Duration.zero

    private var lastSecond: [Double] = []
    private var oldest = 0
    private var underWay: [World.MeetingKey: Int] = [:]
    private var waits: [World.MeetingKey: Duration] = [:]

    /// Counts a request as it comes in.
    mutating func begin(_ key: World.MeetingKey, at now: Double) {
        requests += 1
        lastSecond.append(now)
        while lastSecond[oldest] <= now - 1 { oldest += 1 }
        peakPerSecond = max(peakPerSecond, lastSecond.count - oldest)
        // Once in a while only, for the array is moved.
        if oldest > 10_000 {
            lastSecond.removeFirst(oldest)
            oldest = 0
        }
        underWay[key, default: 0] += 1
        peakPerMeeting = max(peakPerMeeting, underWay[key] ?? 0)
    }

    /// Counts what became of it.
    ///
    /// - Parameter latency: How long the answer was held back.
    mutating func end(_ key: World.MeetingKey, status: Int?, applied count: Int, fault: Fault?, latency: Duration) {
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
    var json: [UInt8] {
        var json = JSONText()
        json.object { json in
            json.field("requests", requests)
            json.field("applied", applied)
            json.field("tokens", tokens)
            json.field("faults", faults)
            json.field("peakPerSecond", peakPerSecond)
            json.field("peakPerMeeting", peakPerMeeting)
            json.field("longestWaitMs", Int(longestWait / .milliseconds(1)))
            json.array("byStatus", byStatus.sorted { $0.key < $1.key }) { json, entry in
                json.object {
                    $0.field("status", entry.key)
                    $0.field("count", entry.value)
                }
            }
        }
        return json.bytes
    }
}
