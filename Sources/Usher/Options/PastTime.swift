import ArgumentParser
import FoundationEssentials

/// A span of time before now: `7d`, `12h`, `30m`.
struct PastTime: ExpressibleByArgument, Sendable, Hashable {
    let seconds: Int
    /// For example `7 days`.
    let words: String

    init?(argument: String) {
        let units: [Character: (seconds: Int, name: String)] = [
            "d": (86_400, "day"), "h": (3_600, "hour"), "m": (60, "minute"),
        ]
        guard let letter = argument.last, let unit = units[letter], let count = Int(argument.dropLast()),
            (1...100_000).contains(count)
        else { return nil }
        seconds = count * unit.seconds
        words = count == 1 ? unit.name : "\(count) \(unit.name)s"
    }

    func date(before now: Date) -> Date { now.addingTimeInterval(-Double(seconds)) }
}
