import Decisions
import Files
import FoundationEssentials
import Journal
import Logging
import Reporting
import Sending
import Settings
import Spreadsheet
import Synchronization
import Zoom

/// The sheets that a run leaves in an inbox for staff: `to-decide/NAME.csv` for each list of the configuration, with the
/// registrations that are pending in Zoom and not decided yet.
struct ListsToDecide {
    let inbox: Inbox
    let lists: [ConfiguredList]
    /// The account of lists that name none.
    let account: String?
    let journal: Journal
    let logger: Logger
    let isQuiet: Bool
    /// What has been sent since then may not be in Zoom's lists yet.
    var startedAt = Date()
    var clock: any RunClock = SystemRunClock()
    /// What the run's summary says of them.
    let tally: ListTally

    /// Renews the sheets. One that fails stays as it is, and does not stop the others.
    ///
    /// - Parameter earlier: How the run went until now.
    /// - Returns: Statuses of what failed.
    /// - Throws: `JournalError`.
    func callAsFunction(
        _ accounts: Accounts,
        _ stop: StopSwitch,
        after earlier: [ExitStatus]
    ) async throws -> [ExitStatus] {
        do throws(FileError) { try removeForgotten() } catch { Output.complain(error.description) }
        guard !lists.isEmpty else { return [] }
        guard Set(earlier).isDisjoint(with: [.unreachable, .storage]) else {
            logger.notice(
                "The lists to decide were not renewed, since the run failed before; the next run renews them."
            )
            return []
        }
        do throws(Inbox.Obstacle) {
            try inbox.prepare(inbox.toDecide)
        } catch {
            Output.complain("The lists to decide can't be written: \(error.sentence(inbox.toDecide))")
            return [.storage]
        }
        var statuses: [ExitStatus] = []
        for (number, list) in lists.enumerated() {
            guard !stop.isOn else {
                logger.notice("Stopped before all lists to decide were renewed; the next run renews them.")
                return statuses + [.workRemains]
            }
            let file = file(of: list)
            guard file.state != .edited else { continue }
            guard !isOpen(file) else {
                logger.notice(
                    "A list to decide is open in a spreadsheet program, and was left as it is.",
                    metadata: ["file": "\(file.path)"]
                )
                continue
            }
            do {
                if let status = try await renew(file, by: list, accounts, stop, isFirst: number == 0) {
                    statuses.append(status)
                    tally.note(rows: 0, isNews: false, isRenewed: false)
                }
            } catch let error as JournalError {
                throw error
            } catch {
                Output.complain("\(file.path) was not renewed: \(String(describing: error).withoutAddresses)")
                statuses.append(ExitStatus(error) ?? .storage)
                tally.note(rows: 0, isNews: false, isRenewed: false)
            }
        }
        return statuses
    }

    private func file(of list: ConfiguredList) -> UneditedFile {
        UneditedFile(path: "\(inbox.toDecide)/\(list.name).csv", copies: inbox.path)
    }

    /// Whether a lock of LibreOffice or Excel says that somebody has a file open.
    private func isOpen(_ file: UneditedFile) -> Bool {
        let name = Directory.name(of: file.path)
        return [".~lock.\(name)#", "~$\(name)"].contains { InboxEntry(name: $0, in: inbox.toDecide) != nil }
    }

    // MARK: One list

    /// - Returns: What failed, which was said; nil if all is well.
    private func renew(
        _ file: UneditedFile,
        by list: ConfiguredList,
        _ accounts: Accounts,
        _ stop: StopSwitch,
        isFirst: Bool
    ) async throws -> ExitStatus? {
        let account = list.profile ?? account
        let (ready, faults) = accounts.ready([account])
        guard let zoom = ready.first else { throw faults.first ?? .configuration("No credentials for Zoom.") }
        // Each list has a limiter of its own: no two of them, nor the sending before, may share a second.
        if zoom.options.pace != .unlimited { try? await clock.sleep(until: clock.elapsed() + .seconds(1)) }
        let sheet = try RegistrantSheet()
        let listing = SheetListing(
            zoom: zoom,
            journal: journal,
            statuses: [.pending],
            stop: stop,
            logger: logger
        )
        let progress = ProgressDisplay(isWanted: !isQuiet)
        let result = try await Output.showing(progress) {
            try await listing(list.targets(of: account), hosts: list.hosts, into: sheet) {
                progress.show(line: sheet.progress)
            }
        }
        if let reason = result.ending.reasonNotRenewed {
            Output.complain("\(file.path) was not renewed: \(reason.withoutAddresses)")
            return result.ending.status
        }
        for refused in result.refused {
            Output.complain(
                """
                The list \(list.name): \(refused.subject.words): \(refused.reason.withoutAddresses) If that is right, take \
                it out of the configuration file.
                """
            )
        }
        for (_, reason) in result.withoutWebinars {
            // Every night the same, and the doctor says it.
            logger.info(
                "A host's meetings are listed, and webinars are not. \(reason.withoutAddresses)",
                metadata: ["list": "\(list.name)"]
            )
        }
        let status: ExitStatus? = result.refused.isEmpty ? nil : .someRefused
        guard result.refused.isEmpty || sheet.hasPages else {
            Output.complain("\(file.path) was not renewed: nothing could be listed.")
            return status
        }
        if let sentence = sheet.changes.sentence {
            logger.notice("\(sentence)", metadata: ["list": "\(list.name)"])
        }
        let decided = try JournalReader(path: journal.path).decidedRegistrants(since: startedAt)
        let (outcome, rows) = try file.replace(permissionsOf: inbox.toDecide) { sink in
            try sheet.write(.csv, leavingOut: { decided.contains(id: $0, email: $1, of: $2) }, to: sink)
        }
        tally.note(rows: rows, isNews: outcome == .written)
        say(outcome, rows, file)
        return status
    }

    private func say(_ outcome: UneditedFile.Outcome, _ rows: Int, _ file: UneditedFile) {
        guard !isQuiet else { return }
        switch outcome {
        case .written:
            Output.say("\(Phrases.count(rows, "registration")) to decide: \(file.path)")
        case .removed:
            Output.say("No registration is left to decide, so \(file.path) was removed.")
        case .unchanged, .kept: break
        }
    }

    // MARK: What is there

    /// Removes the sheets of lists that are no longer configured, unless somebody has edited them: they would be out of
    /// date.
    private func removeForgotten() throws(FileError) {
        let names = inbox.namesToDecide
        let suffix = ".csv.sha256"
        for name in names where name.hasPrefix(".") && name.hasSuffix(suffix) {
            let list = name.dropFirst().dropLast(suffix.count)
            guard !lists.contains(where: { PathKey($0.name) == PathKey(list) }) else { continue }
            try UneditedFile(path: "\(inbox.toDecide)/\(list).csv").remove()
        }
    }
}

extension Inbox {
    /// The names in `to-decide`; none if it is a link, which may lead anywhere.
    fileprivate var namesToDecide: [String] {
        guard InboxEntry(path: toDecide)?.kind == .directory else { return [] }
        return (try? Directory.names(in: toDecide)) ?? []
    }

    /// What somebody has edited in `to-decide` and left there, by name: nothing of it is sent.
    func editedInPlace() -> [String] {
        namesToDecide.filter { name in
            guard SpreadsheetName(name) != .programs, let entry = InboxEntry(name: name, in: toDecide),
                entry.kind != .directory
            else { return false }
            return UneditedFile(path: "\(toDecide)/\(name)", copies: path).state == .edited
        }.sorted { PathKey($0) < PathKey($1) }
    }
}

extension Inbox.Obstacle {
    /// For a directory that can't be made.
    fileprivate func sentence(_ directory: String) -> String {
        switch self {
        case .noInbox(let code): "the inbox can't be read (\(SystemError(code: code)))."
        case .isTaken: "\(directory) is not a directory. Take it away."
        case .failed(let reason): "\(directory) can't be made (\(reason)). Let this user write into the inbox."
        }
    }
}

extension Ending {
    /// Why a list was not read to its end; nil if it was.
    fileprivate var reasonNotRenewed: String? {
        switch self {
        case .done: nil
        case .workRemains(let reason, let due):
            "\(reason)\(due.map { " It can be read again after \(UTCTime($0))." } ?? "")"
        case .interrupted: "Stopped as asked. The next run renews it."
        case .tooManyRefused(let reason), .unreachable(let reason), .serverFailing(let reason),
            .journalFailed(let reason):
            reason
        case .refused(let disposition): disposition.explanation
        }
    }
}

/// What the lists to decide came to, in numbers.
final class ListTally: Sendable {
    private let state = Mutex(RunNotice.Lists?.none)

    /// Nil if none was to be renewed.
    var total: RunNotice.Lists? { state.withLock { $0 } }

    func note(rows: Int, isNews: Bool, isRenewed: Bool = true) {
        state.withLock { state in
            var total = state ?? RunNotice.Lists()
            total.registrations += rows
            if rows > 0 { total.lists += 1 }
            if isNews { total.isNews = true }
            if !isRenewed { total.notRenewed += 1 }
            state = total
        }
    }
}
