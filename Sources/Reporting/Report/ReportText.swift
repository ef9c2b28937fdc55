import Decisions
import Journal

package struct ReportText: Sendable {
    /// The lines, without a newline at the end.
    package let text: String

    package init(_ report: Report) {
        var lines = ["\(report.headline) \(report.summary)"]
        if let standing = report.standing { lines.append(standing) }
        for part in report.jobs.first { lines += [""] + Self.lines(part, in: report.zone) }
        if report.jobs.more > 0 {
            lines += ["", "\(Phrases.amount(report.jobs.more, "more spreadsheet")); usher status lists them."]
        }
        if let requests = report.requests {
            lines += ["", requests.timeline.words(allowedRate: requests.allowedRate, in: report.zone)]
            let rates = requests.timeline.steps.map { Double($0.requests) }
            lines.append("  \(Sparkline(Self.narrowed(rates, to: 60)).text)")
        }
        text = lines.joined(separator: "\n")
    }

    private static func lines(_ part: JobReport, in zone: ReaderZone) -> [String] {
        var lines = [
            "\(part.name) (job \(part.job.id)): \(Phrases.amount(part.job.counts.rows, "row")), \(part.job.counts.words)"
        ]
        lines += part.notices.map { "  \($0)" }
        for tally in part.meetings.first.prefix(20) {
            var parts = [tally.done ?? "nothing done"]
            if tally.failed > 0 { parts.append("\(Phrases.number(tally.failed)) refused") }
            let open = tally.deferred + tally.pending
            if open > 0 { parts.append("\(Phrases.number(open)) not sent yet") }
            let topic = tally.topic.map { ", \($0.namingUnseen)" } ?? ""
            lines.append("  \(tally.target.title)\(topic): \(parts.joined(separator: ", "))")
        }
        let more = part.meetings.count - min(part.meetings.first.count, 20)
        if more > 0 { lines.append("  and \(Phrases.amount(more, "more meeting"))") }
        for need in part.needs {
            let place = need.place.map { " in \($0)" } ?? ""
            lines.append("  \(need.kind): \(Phrases.amount(need.count, "row"))\(place). \(need.sentence)")
            let shown = need.rows.prefix(12)
            let numbers = shown.map { listed in
                let person = listed.row.text.person.map { " (\($0.namingUnseen))" } ?? ""
                let differing = listed.differing.map { " \"\($0.namingUnseen)\"" }.joined(separator: ",")
                return "\(listed.row.place)\(person)\(differing.isEmpty ? "" : ":\(differing)")"
            }
            let more = need.count - shown.count
            let rest = more > 0 ? " and \(Phrases.number(more)) more" : ""
            if !numbers.isEmpty { lines.append("    \(numbers.joined(separator: ", "))\(rest)") }
        }
        if part.moreNeeds > 0 {
            lines.append("  and \(Phrases.amount(part.moreNeeds, "more row")); see the results file")
        }
        for item in part.waiting.first {
            let due = item.dueAt.map { " May be sent from \(ReadableTime($0, in: zone)) on." } ?? ""
            lines.append(
                "  Not sent yet: \(Phrases.amount(item.rows, "row")) in \(item.place). \(item.sentence)\(due)"
            )
        }
        return lines
    }

    /// Merges neighbors, so that a line fits a terminal.
    static func narrowed(_ values: [Double], to count: Int) -> [Double] {
        guard values.count > count else { return values }
        let size = (values.count + count - 1) / count
        return stride(from: 0, to: values.count, by: size).map { start in
            values[start..<min(start + size, values.count)].reduce(0, +)
        }
    }
}
