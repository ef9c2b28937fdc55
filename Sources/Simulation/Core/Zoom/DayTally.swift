import Journal

/// Counts things by UTC day.
struct DayTally<Key: Hashable & Sendable>: Sendable {
    private struct Entry: Hashable {
        let key: Key
        let day: UTCDay
    }

    private var counts: [Entry: Int] = [:]

    func count(_ key: Key, on day: UTCDay) -> Int { counts[Entry(key: key, day: day), default: 0] }

    mutating func add(_ key: Key, on day: UTCDay, _ more: Int = 1) {
        counts[Entry(key: key, day: day), default: 0] += more
    }
}
