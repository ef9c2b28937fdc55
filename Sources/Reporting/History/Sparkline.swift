/// A row of numbers as a row of bars, one character each: `▁▃▇ ▂`.
struct Sparkline {
    let text: String

    /// - Parameter isPlain: Digits from 1 to 8 instead of bars, for terminals without them.
    init(_ values: [Double], isPlain: Bool = false) {
        let bars: [Character] = Array(isPlain ? "12345678" : "▁▂▃▄▅▆▇█")
        let highest = values.max() ?? 0
        text = String(
            values.map { value -> Character in
                // Nothing is a gap: the lowest bar would be taken for a little.
                guard value > 0, highest > 0 else { return isPlain ? "." : " " }
                return bars[min(bars.count - 1, Int((value / highest * Double(bars.count)).rounded(.up)) - 1)]
            }
        )
    }
}
