import Decisions
import Files
package import FoundationEssentials
package import Journal

/// What a run is about to send, for a last look at it: a dry run's report, shortened, over all its spreadsheets.
package struct LastLook: Sendable {
    /// For people: each spreadsheet, what is sent to which meeting, and a total.
    package let text: String
    /// How many registrants are decided about.
    package let decisions: Int
    /// What in the spreadsheets may be misread, as `text` says it.
    package let warnings: [String]

    /// The most spreadsheets, meetings, and rows of one kind that are shown.
    private enum Limit {
        static let jobs = 20
        static let meetings = 12
        static let rows = 3
    }

    /// Sums up what is due.
    ///
    /// - Parameters:
    ///   - batches: What is open of the jobs.
    ///   - jobs: The jobs of the run.
    ///   - new: Those that it has read first.
    ///   - reader: Knows the jobs as they are when all are taken.
    ///   - now: Now.
    /// - Throws: `JournalError`.
    package init(
        _ batches: [OpenBatch],
        of jobs: [JobID],
        new: Set<JobID>,
        in reader: JournalReader,
        at now: Date
    ) throws {
        let due = batches.filter { ($0.dueAt ?? now) <= now }
        var rows: [JobID: Int] = [:]
        for batch in due { rows[batch.job, default: 0] += batch.rows }
        let plan = SendingPlan(due)
        var lines: [String] = []
        var warnings: [String] = []
        let summaries = try jobs.map { try reader.job($0) }
        let shown = summaries.filter { rows[$0.id] != nil } + summaries.filter { rows[$0.id] == nil }
        for (place, job) in shown.enumerated() {
            let said = job.notices.filter { $0.hasPrefix(SheetNotice.warningMark) }
            warnings += said
            lines += said.map { "\(job.name): \($0)" }
            guard place < Limit.jobs else { continue }
            lines.append(Self.line(job, due: rows[job.id] ?? 0))
            lines += try Self.rejected(job, in: reader)
            if new.contains(job.id) { lines += try Self.overruled(job, in: reader) }
        }
        if shown.count > Limit.jobs {
            lines.append("and \(Phrases.amount(shown.count - Limit.jobs, "more spreadsheet"))")
        }
        lines += Self.meetings(plan.groups)
        lines += plan.cautions
        decisions = plan.registrants
        lines.append("  Together: \(Self.actions(plan.groups)) in \(Phrases.amount(plan.requests, "request")).")
        text = lines.map(\.onOneLine).joined(separator: "\n")
        self.warnings = warnings
    }

    /// To end the text: `Send these 324 decisions?`
    package var question: String {
        decisions == 1 ? "Send this decision?" : "Send these \(Phrases.amount(decisions, "decision"))?"
    }

    private static func line(_ job: JobSummary, due: Int) -> String {
        let counts = job.counts
        let later = counts.open - due
        let parts: [(Int, String)] = [
            (due, "to send"), (later, "to send later"), (counts[.applied] + counts[.skipped], "need not be sent"),
            (counts[.rejected], "rejected"), (counts[.failed], "refused by Zoom before"),
        ]
        let words = parts.filter { $0.0 > 0 }.map { "\(Phrases.number($0)) \($1)" }
        return
            "\(job.name): \(Phrases.amount(counts.rows, "row"))\(words.isEmpty ? "" : ": ")\(words.joined(separator: ", "))"
    }

    private static func rejected(_ job: JobSummary, in reader: JournalReader) throws -> [String] {
        let count = job.counts[.rejected]
        guard count > 0 else { return [] }
        let rows = try reader.rejectedRows(of: job, limit: Limit.rows)
        let lines = rows.map { "  \($0.place) rejected: \($0.reason ?? "")" }
        return count > rows.count
            ? lines + ["  and \(Phrases.number(count - rows.count)) more rejected (see `usher check`)"] : lines
    }

    private static func overruled(_ job: JobSummary, in reader: JournalReader) throws -> [String] {
        guard job.counts[.skipped] > 0 else { return [] }
        let rows = try reader.overruledRows(of: job, limit: Limit.rows + 1)
        let lines = rows.prefix(Limit.rows).map { "  \($0.place) not sent: \($0.reason ?? "")" }
        return rows.count > Limit.rows ? lines + ["  and more that other rows overrule"] : lines
    }

    /// The largest ones, in the order of a dry run.
    private static func meetings(_ groups: [SendingPlan.Group]) -> [String] {
        let sorted = groups.sorted {
            $0.registrants != $1.registrants ? $0.registrants > $1.registrants : $0.line < $1.line
        }
        let shown = sorted.prefix(Limit.meetings)
        let rest = sorted.dropFirst(Limit.meetings)
        let lines = shown.map(\.line).sorted()
        guard !rest.isEmpty else { return lines }
        let meetings = Set(rest.map(\.target)).subtracting(shown.map(\.target)).count
        let place = meetings > 0 ? Phrases.amount(meetings, "more meeting") : "more of these meetings"
        return lines + ["  and \(place): \(actions(Array(rest)))"]
    }

    /// `approve 300, deny 20 and cancel 4 registrants`.
    private static func actions(_ groups: [SendingPlan.Group]) -> String {
        let parts = Action.allCases.compactMap { action in
            let count = groups.reduce(0) { $0 + ($1.action == action ? $1.registrants : 0) }
            return count > 0 ? (action, count) : nil
        }
        let words = parts.enumerated().map { place, part in
            let isLast = place == parts.count - 1
            return "\(part.0.rawValue) \(isLast ? Phrases.amount(part.1, "registrant") : Phrases.number(part.1))"
        }
        return Phrases.list(words)
    }
}
