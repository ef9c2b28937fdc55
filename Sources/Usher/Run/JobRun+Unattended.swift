import FoundationEssentials
import Journal
import Reporting
import Sending
import Spreadsheet

/// Runs driven by the journal: unattended ones, and `usher resume`.
extension JobRun {
    /// Takes the settled files of an inbox, and everything open in the journal. One bad file does not stop the others.
    ///
    /// - Returns: The statuses of the files that could not be taken.
    func take(_ look: InboxScan, of inbox: Inbox) async throws -> [ExitStatus] {
        changed = []
        try await recover()
        var statuses: [ExitStatus] = []
        var refused = look.refused
        for refused in refused {
            Output.complain("\(inbox.path)/\(refused.name): \(refused.reason)")
            statuses.append(.unreadable)
        }
        var unsettled = look.unsettled
        for entry in look.ready {
            do {
                guard try await take(entry, of: inbox) else {
                    unsettled.append(entry.name)
                    continue
                }
            } catch {
                statuses.append(try Self.complain(ofOneFile: error))
                refused.append(
                    .init(name: entry.name, reason: (error as? SpreadsheetError)?.sentenceWithLine ?? "\(error)")
                )
            }
        }
        do throws(FileError) {
            try places.note(refused: refused)
        } catch {
            Output.complain(error.description)
            statuses.append(.storage)
        }
        for name in unsettled {
            logger.notice(
                "A spreadsheet is still being written or was changed a moment ago; the next run takes it.",
                metadata: ["file": "\(name)"]
            )
            statuses.append(.workRemains)
        }
        for name in look.leftAlone {
            logger.notice(
                "A file in the inbox is not named like a spreadsheet, and was left alone.",
                metadata: ["file": "\(name)"]
            )
        }
        let reopened = try await Nights.reopenFailed(in: journal, at: Date(), looksFirst: preflight == .on)
        for (job, rows) in reopened.sorted(by: { $0.key < $1.key }) {
            noteReopened(rows, of: job)
            changed?.insert(job)
            add(job)
        }
        for job in try await journal.openJobs() { add(job) }
        return statuses
    }

    /// Takes one file.
    ///
    /// - Returns: False if it was being written.
    private func take(_ entry: InboxEntry, of inbox: Inbox) async throws -> Bool {
        guard let source = try inbox.open(entry) else { return false }
        do {
            let report = try await take(source)
            if report.isNew { changed?.insert(report.job) }
            return true
        } catch let error as SpreadsheetError {
            // If it was being written while read, it may look wrong in any way.
            guard source.isUnchanged else { return false }
            throw error
        }
    }

    /// Continues jobs of the journal.
    ///
    /// - Parameter wanted: Nil takes all that have something open.
    func takeUp(_ wanted: [JobID]?) async throws {
        changed = Set(wanted ?? [])
        try await recover()
        let jobs = if let wanted { wanted } else { try await journal.openJobs() }
        for job in jobs { add(job) }
    }
}
