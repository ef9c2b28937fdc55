import Decisions
import Files
import FoundationEssentials
import Glibc
import Reporting
import Sending
import Spreadsheet

/// The pages beside an inbox's results that say of a file what was read in it, or why it can't be read:
/// `NAME.check.html`. A page is also the memory of what was said: it counts until its file changes.
struct InboxPages {
    /// The directory of the results.
    let directory: String
    /// Whose group and mode the pages get.
    let model: String
    /// Whether the directory may be a link. An inbox's own may not: anyone who can write into the inbox could redirect
    /// the pages.
    var followsLink = false
    let zone: ReaderZone

    private func path(of name: String) -> String { "\(directory)/\(name)\(ResultsFormat.checkSuffix)" }

    /// Whether a file's page, or its results, were written since the file last changed.
    func hasWord(of entry: InboxEntry) -> Bool {
        [path(of: entry.name), "\(directory)/\(entry.name)\(ResultsFormat.resultsSuffix)"].contains { path in
            Self.isCurrent(path, for: entry)
        }
    }

    private static func isCurrent(_ path: String, for entry: InboxEntry) -> Bool {
        // Not by the modification time, which programs set as they like.
        InboxEntry(path: path).map { $0.modifiedAt >= entry.changedAt } ?? false
    }

    /// Since when runs have not taken a file as it is now; nil if none has said so yet.
    func notTakenSince(_ entry: InboxEntry) -> Date? {
        let path = path(of: entry.name)
        guard Self.isCurrent(path, for: entry) else { return nil }
        let file = FileDescriptor(reading: path)
        guard file.number >= 0 else { return nil }
        defer { file.close() }
        return file.text().flatMap(CheckHTML.notTakenSince(inPage:))
    }

    /// Writes a file's page.
    ///
    /// - Parameters:
    ///   - refusal: Why a run took nothing of it, though it can be read.
    ///   - refusedSince: Since when runs have not taken it.
    /// - Throws: `FileError`.
    func write(
        _ finding: CheckFinding,
        of name: String,
        refusal: String? = nil,
        refusedSince: Date? = nil,
        at now: Date
    ) throws(FileError) {
        let page = CheckHTML(
            [finding],
            madeAt: now,
            in: zone,
            version: Version.current,
            refusal: refusal,
            refusedSince: refusedSince
        )
        try ReportFile.write(page, to: path(of: name), permissionsOf: model, followsLink: followsLink)
    }

    /// Removes the page of a file that was taken: its report says what became of it.
    func remove(of name: String) {
        unlink(path(of: name))
    }

    /// Removes the pages of files that are gone.
    func removeAll(but entries: [InboxEntry]) {
        let names = Set(entries.map { PathKey($0.name) })
        for name in (try? Directory.names(in: directory)) ?? [] where name.hasSuffix(ResultsFormat.checkSuffix) {
            let file = name.dropLast(ResultsFormat.checkSuffix.count)
            if !names.contains(PathKey(file)) { remove(of: String(file)) }
        }
    }
}

/// Checks what has changed in an inbox and writes a page for each file: `usher check --inbox`. Sends nothing, and needs
/// neither the journal nor any secret.
struct InboxCheck {
    let inbox: Inbox
    let options: SheetOptions
    let zone: ReaderZone
    let clock: any RunClock

    /// Looks again until nothing has changed: systemd's path unit does not watch while this runs.
    ///
    /// - Parameter say: Receives one line for each file, without any cell's content.
    /// - Returns: What the checked files came to.
    /// - Throws: `UsherError`, `FileError`, or `CancellationError`.
    func callAsFunction(say: (String) -> Void) async throws -> ExitStatus {
        try inbox.prepareResults()
        let pages = InboxPages(directory: inbox.results, model: inbox.results, zone: zone)
        var statuses: [ExitStatus] = []
        var seen: Set<InboxEntry> = []
        while true {
            let scan = try await inbox.settled(clock: clock)
            pages.removeAll(but: try inbox.entries())
            var isNews = false
            for refused in scan.refused where seen.insert(refused.entry).inserted && !pages.hasWord(of: refused.entry) {
                isNews = true
                try tell(.unreadable(.init(name: refused.name, refused.reason)), of: refused.entry)
            }
            for entry in scan.ready where seen.insert(entry).inserted && !pages.hasWord(of: entry) {
                isNews = true
                guard let finding = try finding(entry) else { continue }
                try tell(finding, of: entry)
            }
            guard isNews else { return ExitStatus.worst(of: statuses + scan.unsettled.map { _ in .workRemains }) }
        }

        func tell(_ finding: CheckFinding, of entry: InboxEntry) throws {
            try pages.write(finding, of: entry.name, at: clock.date())
            statuses.append(finding.status)
            say("\(entry.name): \(finding.summary.withoutAddresses)")
        }
    }

    private struct HasChanged: Error {}

    /// What a file comes to; nil if it has changed meanwhile, so that it is looked at again.
    private func finding(_ entry: InboxEntry) throws -> CheckFinding? {
        var opened: SpreadsheetSource?
        func open() throws -> SpreadsheetSource {
            guard let source = try inbox.open(entry) else { throw HasChanged() }
            opened = source
            return source
        }
        do {
            let finding = try CheckFinding(of: open, options: options)
            return opened?.isUnchanged ?? true ? finding : nil
        } catch is HasChanged {
            return nil
        }
    }
}
