import Decisions
import Files
package import FoundationEssentials
package import Journal

/// What a run would send of a job, as a copy of the journal has it: `usher run --dry-run` where there is a journal.
package struct JournaledDryRun: Sendable {
    /// For people: a line for each meeting and action, and a total.
    package let text: String
    /// Whether rows need a person.
    package let needsPerson: Bool

    /// Reports on a job.
    ///
    /// - Parameter batches: What is open of it.
    package init(of job: JobSummary, _ batches: [OpenBatch], at now: Date) {
        let due = batches.filter { ($0.dueAt ?? now) <= now }
        let plan = SendingPlan(due)
        let counts = job.counts
        let people = Phrases.count(plan.registrants, "registrant")
        var rest = ["\(Phrases.count(counts[.applied] + counts[.skipped], "row")) need not be sent"]
        if counts[.rejected] > 0 {
            rest.append("\(Phrases.count(counts[.rejected], "row")) rejected (see `usher check`)")
        }
        if counts[.failed] > 0 { rest.append("\(Phrases.count(counts[.failed], "row")) refused by Zoom") }
        if let later = batches.compactMap(\.dueAt).filter({ $0 > now }).min() {
            let waiting = batches.filter { ($0.dueAt ?? now) > now }.reduce(0) { $0 + $1.rows }
            rest.append("\(Phrases.count(waiting, "row")) may be sent later, the first at \(UTCTime(later))")
        }
        let head =
            due.isEmpty
            ? "\(job.name): nothing would be sent."
            : "\(job.name): nothing is sent (--dry-run). By the journal it would be:"
        let total =
            due.isEmpty
            ? "  \(Phrases.list(rest))."
            : "  Together \(people) in \(Phrases.count(due.count, "request")); \(Phrases.list(rest))."
        text = (job.notices.map { "\(job.name): \($0)" } + [head] + plan.lines + plan.cautions + [total]).map(
            \.onOneLine
        )
        .joined(separator: "\n")
        needsPerson = counts[.rejected] + counts[.failed] > 0
    }
}
