package import FoundationEssentials
package import Journal

/// The runs of the last days, a line per day, with the hours in which requests were sent.
package struct HistoryTable: Sendable {
    /// The lines, without a newline at the end.
    package let text: String

    /// The totals of one UTC day's runs.
    struct Day {
        var runs = 0
        var seconds = 0.0
        var requests = 0
        var refusals = 0
        var applied = 0
        var failed = 0
        /// Nil if the last run of the day was cut off and recorded nothing.
        var open: Int?
        /// The exit codes in order, without repetition.
        var endings: [String] = []
        var hours = [Double](repeating: 0, count: 24)
    }

    /// Lays out runs by the UTC day on which they began.
    ///
    /// - Parameters:
    ///   - runs: Oldest first.
    ///   - hours: Requests by hour; pruned days have none.
    ///   - isPlain: Avoids characters that some terminals lack.
    package init(_ runs: [RunRecord], hours: [(hour: Date, count: Int)], isPlain: Bool = false) {
        guard !runs.isEmpty else {
            text =
                "No run was noted in these days. `usher status` shows the jobs; `usher history --days 90` looks further back."
            return
        }
        var days: [UTCDay: Day] = [:]
        for run in runs { days[UTCDay(run.startedAt), default: Day()].add(run) }
        for (hour, count) in hours {
            let day = UTCDay(hour)
            let index = Int(hour.timeIntervalSince(day.start) / 3_600)
            days[day]?.hours[index] += Double(count)
        }
        let ordered = days.sorted { $0.key < $1.key }
        let head = [
            "day (UTC)", "runs", "took", "requests", "429", "applied", "failed", "open", "exit",
            "requests from 0 to 24 h",
        ]
        let rows = ordered.map { date, day in
            [
                ReadableTime(date.start).day, String(day.runs), Phrases.span(day.seconds),
                Phrases.number(day.requests), Phrases.number(day.refusals), Phrases.number(day.applied),
                Phrases.number(day.failed), day.open.map(Phrases.number) ?? "-", day.endings.joined(separator: " "),
                "|\(Sparkline(day.hours, isPlain: isPlain).text)|",
            ]
        }
        var lines = TextTable([head] + rows, leftAligned: [0, 8, 9]).lines
        if ordered.count > 1 {
            lines.append("")
            let trends: [(String, KeyPath<Day, Int>)] = [
                ("requests", \.requests), ("429", \.refusals), ("applied", \.applied), ("failed", \.failed),
            ]
            let all = Self.everyDay(from: ordered)
            let seen = trends.filter { _, value in ordered.contains { $0.value[keyPath: value] > 0 } }
            let rows = seen.map { name, value in
                let values = all.map { Double($0?[keyPath: value] ?? 0) }
                let highest = Phrases.number(Int(values.max() ?? 0))
                return [name, "|\(Sparkline(values, isPlain: isPlain).text)|", "at most \(highest) a day"]
            }
            lines += TextTable(rows, leftAligned: [0, 1, 2], least: [8]).lines
        }
        text = lines.joined(separator: "\n")
    }

    /// Shows days without a run as gaps.
    private static func everyDay(from days: [(key: UTCDay, value: Day)]) -> [Day?] {
        guard let first = days.first?.key, let last = days.last?.key else { return [] }
        let known = Dictionary(uniqueKeysWithValues: days)
        return (first...last).map { known[$0] }
    }
}

extension HistoryTable.Day {
    mutating func add(_ run: RunRecord) {
        runs += 1
        seconds += run.seconds ?? 0
        requests += run.requests
        refusals += run.refusals
        applied += run.applied
        failed += run.failed
        open = run.endedAt == nil ? nil : run.open
        let ending = run.exitCode.map(String.init) ?? "-"
        if !endings.contains(ending) { endings.append(ending) }
    }
}

/// A row of numbers as bars, one character each: `▁▃▇ ▂`.
struct Sparkline {
    let text: String

    /// - Parameter isPlain: Digits from 1 to 8 instead of bars, for terminals without them.
    init(_ values: [Double], isPlain: Bool = false) {
        let bars: [Character] = Array(isPlain ? "12345678" : "▁▂▃▄▅▆▇█")
        let highest = values.max() ?? 0
        text = String(
            values.map { value -> Character in
                // Zero is a gap: the lowest bar would suggest a small amount.
                guard value > 0, highest > 0 else { return isPlain ? "." : " " }
                return bars[min(bars.count - 1, Int((value / highest * Double(bars.count)).rounded(.up)) - 1)]
            }
        )
    }
}
