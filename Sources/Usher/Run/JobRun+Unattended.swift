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
        try places.removeOldPages(in: .machine)
        let pages = places.pages(in: .machine)
        var refused: [InboxScan.Refused] = []
        /// Reports a file that was not taken: as an error in the run in which it is new, later only in the list.
        func refuse(_ entry: InboxEntry, _ error: SpreadsheetError, _ finding: CheckFinding? = nil) {
            let reason = error.sentenceWithPlace
            let since = pages?.notTakenSince(entry)
            refused.append(.init(entry: entry, reason: reason, since: since))
            guard let since else {
                Output.complain("\(inbox.path)/\(entry.name): \(reason)")
                statuses.append(.unreadable)
                let finding = finding ?? .unreadable(error)
                let refusal: String? = if case .read = finding { reason } else { nil }
                let now = Date()
                pageWrites.append {
                    try pages?.write(finding, of: entry.name, refusal: refusal, refusedSince: now, at: now)
                }
                return
            }
            logger.notice(
                "A file that can't be taken is still in the inbox; its page in the results says why.",
                metadata: ["file": "\(entry.name)", "since": "\(UTCTime(since))"]
            )
        }
        for file in look.refused { refuse(file.entry, SpreadsheetError(name: file.name, file.reason)) }
        var unsettled = look.unsettled
        for entry in look.ready {
            do {
                if try await take(entry, of: inbox) {
                    pageWrites.append { pages?.remove(of: entry.name) }
                } else {
                    unsettled.append(entry.name)
                }
            } catch let error as SpreadsheetError where !error.isAboutDisk {
                func again() throws -> SpreadsheetSource {
                    guard let source = try inbox.open(entry) else { throw error }
                    return source
                }
                let finding = try? CheckFinding(of: again, options: ingest.sheet)
                refuse(entry, error, finding)
            } catch {
                statuses.append(try Self.complain(ofOneFile: error))
                refused.append(.init(entry: entry, reason: "\(error)"))
            }
        }
        let now = Date()
        let edited = inbox.editedInPlace()
        pageWrites.append { [places, refused] in
            try places.note(refused: refused, leftAlone: look.leftAlone, edited: edited, at: now, in: .machine)
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
        for name in edited {
            logger.notice(
                "A list was edited in to-decide, from where nothing is sent. Save it into the inbox itself.",
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
