import ArgumentParser

/// `50ms` or `50..500ms`.
struct Latency: ExpressibleByArgument {
    let range: ClosedRange<Duration>

    init?(argument: String) {
        guard argument.hasSuffix("ms") else { return nil }
        let bounds = argument.dropLast(2).split(separator: "..", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(bounds.count), let first = bounds.first ?? nil, let last = bounds.last ?? nil,
            first >= 0, first <= last
        else { return nil }
        range = .milliseconds(first) ... .milliseconds(last)
    }
}
