import Randomness
import Sending

/// Future events in order of time; of two events at the same time, the one entered first.
struct EventQueue<Happening> {
    private struct Entry {
        let at: Duration
        let number: Int
        let happening: Happening
    }

    private var entries = Heap<Entry> { $0.at != $1.at ? $0.at < $1.at : $0.number < $1.number }
    private var number = 0

    /// The time of the next event.
    var next: Duration? { entries.first?.at }

    mutating func add(_ happening: Happening, at moment: Duration) {
        entries.push(Entry(at: moment, number: number, happening: happening))
        number += 1
    }

    mutating func pop() -> (at: Duration, happening: Happening)? {
        entries.pop().map { ($0.at, $0.happening) }
    }
}

/// All random decisions of a simulation, from one seed.
struct RandomGenerator: Sendable {
    private var source: SplitMix64

    init(seed: UInt64) {
        source = SplitMix64(seed: seed)
    }

    mutating func happens(_ probability: Double) -> Bool {
        probability > 0 && Double.random(in: 0..<1, using: &source) < probability
    }

    mutating func int(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &source)
    }

    mutating func number(_ range: ClosedRange<Double>) -> Double {
        Double.random(in: range, using: &source)
    }

    mutating func duration(_ range: ClosedRange<Duration>) -> Duration {
        .nanoseconds(
            Int64.random(in: range.lowerBound.wholeNanoseconds...range.upperBound.wholeNanoseconds, using: &source)
        )
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[int(0...elements.count - 1)]
    }

    mutating func seed() -> UInt64 { source.next() }
}

extension Duration {
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    var seconds: Double { Double(wholeNanoseconds) * 1e-9 }
}

/// Something happened that must never happen.
package struct Violation: Error, CustomStringConvertible {
    /// The seed that reproduces it.
    package let seed: UInt64
    /// What happened.
    package let detail: String

    /// Names the seed and what happened.
    package var description: String { "seed \(seed): \(detail)" }
}
