/// How much longer than the shortest way to Zoom and back requests take.
struct LatencySpread: Sendable {
    /// The shortest round trip of late, in nanoseconds; zero before the first answer.
    private(set) var shortest: Int64 = 0
    /// How much longer than that a request takes on average, in nanoseconds.
    private(set) var meanExcess: Double = 0

    /// Two halves of a moving minimum: routes change, so an old minimum must pass away.
    private var lastMinimum = Int64.max
    private var minimum = Int64.max
    private var count = 0

    /// An answer came after so many nanoseconds.
    mutating func record(_ roundTrip: Int64) {
        minimum = min(minimum, roundTrip)
        shortest = min(minimum, lastMinimum)
        let excess = Double(roundTrip - shortest)
        let weight = max(1 / 32, 1 / Double(count + 1))
        meanExcess += (excess - meanExcess) * weight
        count += 1
        if count % Self.memory == 0 {
            lastMinimum = minimum
            minimum = .max
        }
    }

    /// Answers per half of the moving minimum.
    private static let memory = 256
}
