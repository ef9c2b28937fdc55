import Files
import FoundationEssentials
import Journal
import Reporting
import Sending

/// Compares what was applied with Zoom's lists: an answer of success (204) proves nothing by itself.
extension JobRun {
    /// Compares what a run has applied, and notes differences in the journal. Failures here do not affect the run's
    /// results.
    ///
    /// - Returns: Statuses other than that rows differ.
    func verify(_ run: Run, _ summary: RunSummary) async -> [ExitStatus] {
        let later = "The results are not affected; `usher verify` with the job's number compares later."
        guard let verification = VerificationRun(after: run, summary, of: jobs) else { return [] }
        logger.notice("Comparing what was applied with Zoom's lists.")
        let (found, endings) = await verification()
        var statuses: [ExitStatus] = []
        verifications = found
        let date = Date()
        for (job, verification) in found {
            do {
                try await journal.note(differences: verification.notes(at: date), of: job)
            } catch {
                Output.complain(String(describing: error))
                statuses.append(.storage)
            }
            for (target, reason) in verification.unlisted {
                Output.warn("\(target.words): Zoom did not list who is registered. \(reason.withoutAddresses) \(later)")
            }
        }
        for (name, ending) in endings.sorted(by: { $0.key ?? "" < $1.key ?? "" }) {
            let account = name.map { "account \($0): " } ?? ""
            switch ending {
            case .done: continue
            case .journalFailed(let reason):
                Output.complain(reason)
                statuses.append(ending.status)
            case .refused(let disposition):
                Output.complain(
                    """
                    \(account)What was applied could not be compared with Zoom's lists. \(disposition.explanation.withoutAddresses) \(later)
                    """
                )
                // Without a person it would be the same every night.
                statuses.append(ending.status)
            case .interrupted:
                Output.warn("\(account)Stopped before all that was applied was compared with Zoom's lists. \(later)")
            case .workRemains(let reason, _), .unreachable(let reason), .serverFailing(let reason),
                .tooManyRefused(let reason):
                Output.warn(
                    """
                    \(account)Not all that was applied could be compared with Zoom's lists. \(reason.withoutAddresses) \(later)
                    """
                )
            }
        }
        return statuses
    }
}
