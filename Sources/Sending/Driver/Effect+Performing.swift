package import FoundationEssentials
package import Journal

extension Effect {
    /// Makes the change in the journal, and returns the event that the dispatcher waits for.
    ///
    /// - Parameters:
    ///   - journal: The journal.
    ///   - jobs: The jobs of the run.
    ///   - date: Now.
    /// - Throws: `JournalError`; then sending must stop.
    package func perform(on journal: Journal, of jobs: [JobID], at date: Date) async throws(JournalError) -> Event {
        switch self {
        case .begin(let batches):
            return .begun(try await journal.begin(batches, at: date))
        case .release(let batches):
            try await journal.release(batches)
            return .released(batches)
        case .settle(let settlement):
            return .settled(settlement.batch, children: try await journal.settle(settlement, at: date))
        case .close(let closing):
            if !closing.releasing.isEmpty { try await journal.release(closing.releasing) }
            switch closing.outcome {
            case .failed(let code, let reason):
                let batches = try await journal.failOpen(
                    closing.target,
                    only: closing.action,
                    of: jobs,
                    code: code,
                    reason: reason,
                    at: date
                )
                return .closed(closing, batches)
            case .deferred(let until, let reason):
                let batches = try await journal.deferOpen(
                    closing.target,
                    of: jobs,
                    until: until,
                    reason: reason,
                    at: date
                )
                return .closed(closing, batches)
            }
        }
    }
}
