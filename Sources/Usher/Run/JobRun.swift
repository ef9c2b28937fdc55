import Decisions
import Dispatch
import Files
import FoundationEssentials
import Glibc
import Journal
import Logging
import Reporting
import Sending
import Spreadsheet
import Zoom

/// The steps of `usher run`: take spreadsheets, send what is open, report.
final class JobRun {
    let journal: Journal
    let ingest: IngestOptions
    private let strict: Bool
    let places: ResultsLocation
    let logger: Logger
    private let isQuiet: Bool
    /// What to ask Zoom before sending.
    var preflight = PreflightMode.off
    /// Whether to compare what this run applies with Zoom's lists afterwards.
    var verifies = false
    /// The results of the comparison.
    var verifications: [JobID: Verification] = [:]
    /// Asks a person before anything is sent; nil if no one is there. The journal holds a draft until then.
    var confirmation: Confirmation?
    /// Which rows are left to a later run, in a sentence; nil if none are.
    private(set) var leftOver: String?
    /// The spreadsheets that were taken, as they were then.
    private var taken: [InboxEntry] = []
    /// Writes pages about what was not taken. Waits for the answer, as the journal does.
    var pageWrites: [() throws -> Void] = []
    /// Whether such a page could not be written.
    private var lacksPages = false
    /// Jobs created by this run, whose spreadsheets' notices it reports.
    private var new: Set<JobID> = []
    /// The notices already reported.
    private var said: Set<String> = []
    /// Whether to write a report beside each results file.
    var writesReports = true
    /// In the order of the command line, without repetition.
    private(set) var jobs: [JobID] = []
    /// The names under which this run saw a job's spreadsheet.
    private var inputs: [JobID: [String]] = [:]
    /// Jobs outside this run whose rows a new spreadsheet overrides: their results are outdated.
    private var alsoChanged: Set<JobID> = []
    /// What this run has changed or is about to; nil for a person's run, which reports every job.
    var changed: Set<JobID>?

    init(
        journal: Journal,
        ingest: IngestOptions,
        strict: Bool,
        places: ResultsLocation,
        logger: Logger,
        isQuiet: Bool
    ) {
        self.journal = journal
        self.ingest = ingest
        self.strict = strict
        self.places = places
        self.logger = logger
        self.isQuiet = isQuiet
    }

    /// Creates jobs for spreadsheets, or finds the existing ones. One bad file does not stop the others.
    ///
    /// - Returns: The statuses of the files that could not be taken.
    func take(_ sources: [SpreadsheetOpening]) async throws -> [ExitStatus] {
        try await recover()
        var statuses: [ExitStatus] = []
        for open in sources {
            do {
                let source = try open()
                let report = try await take(source)
                if !report.isNew { try await askAgain(report.job, wasNamed: source.wasNamed) }
            } catch {
                statuses.append(try Self.complain(ofOneFile: error))
            }
        }
        return statuses
    }

    /// Reports what is wrong with one file if the others can still be taken.
    ///
    /// - Throws: The error itself if it concerns more than that file.
    static func complain(ofOneFile error: any Error) throws -> ExitStatus {
        guard error is SpreadsheetError || error is UsherError, let status = ExitStatus(error) else { throw error }
        Output.complain(of: error)
        return status
    }

    /// Recovers requests that an earlier run left unanswered.
    func recover() async throws {
        let recovered = try await journal.recover()
        guard recovered > 0 else { return }
        logger.notice(
            "The last run ended before Zoom's answers to some batches were noted; they are sent again.",
            metadata: ["batches": .stringConvertible(recovered)]
        )
    }

    /// Creates a job for a spreadsheet, or finds the existing one.
    func take(_ source: SpreadsheetSource) async throws -> IngestReport {
        let name = source.path.map(Directory.name) ?? source.name
        try places.check(name: name, input: source.path, withReport: writesReports)
        if strict {
            let check = try CheckReport(of: source, options: ingest.sheet)
            guard check.rejected == 0 else {
                throw SpreadsheetError(
                    name: source.name,
                    "\(check.rejected) of its rows are wrong, and --strict was given, so nothing of it was taken. See `usher check`."
                )
            }
        }
        if confirmation != nil, let entry = source.path.flatMap(InboxEntry.init(path:)) { taken.append(entry) }
        let report = try await journal.ingest(source, options: ingest, at: Date())
        if report.isNew {
            new.insert(report.job)
            // A person sees it before the question.
            if confirmation == nil { try warn(about: source) }
        }
        if report.withdrawn > 0 {
            logger.notice(
                """
                Decisions of an earlier version of this spreadsheet had not been sent yet and are no longer in it. They \
                will not be sent.
                """,
                metadata: ["file": "\(source.name)", "rows": .stringConvertible(report.withdrawn)]
            )
        }
        alsoChanged.formUnion(report.alsoChanged)
        changed?.formUnion(report.alsoChanged)
        if let path = source.path { inputs[report.job, default: []].append(path) }
        add(report.job)
        return report
    }

    /// Warns of what in a new spreadsheet may be misread if no one is asked, before anything is sent.
    private func warn(about source: SpreadsheetSource) throws {
        let sheet = try DecisionSheet(source, scan: SourceScan(source), options: ingest.sheet)
        for warning in sheet.remarks where warning.level != .remark {
            said.insert(warning.text)
            logger.warning("\(warning.sentence.withoutAddresses)", metadata: ["file": "\(source.name)"])
        }
    }

    /// Adds a job to those of this run.
    func add(_ job: JobID) {
        if !jobs.contains(job) { jobs.append(job) }
    }

    /// Reopens what was settled already, as a person who names a file again expects.
    ///
    /// In a directory, finished jobs are left alone: to ask Zoom again, a person names the file itself.
    private func askAgain(_ job: JobID, wasNamed: Bool) async throws {
        guard wasNamed else { return }
        noteReopened(try await journal.reopenFailed(job, looksFirst: preflight == .on), of: job)
    }

    /// Reports that failed rows are tried again.
    func noteReopened(_ rows: Int, of job: JobID) {
        guard rows > 0 else { return }
        logger.notice(
            "What had failed is tried once more.",
            metadata: ["job": .stringConvertible(Int(job.rawValue)), "rows": .stringConvertible(rows)]
        )
    }

    /// Leaves to a later run what is decided beyond the first rows of all that was taken.
    func leaveAllBut(first count: Int) async throws {
        let rows = try await journal.holdBack(beyond: count, of: jobs)
        if rows > 0 { leftOver = Self.leftOver(rows, first: count) }
    }

    static func leftOver(_ rows: Int, first count: Int) -> String {
        """
        Only the first \(Phrases.count(count, "row")) \(count == 1 ? "is" : "are") sent (--first). \
        \(Phrases.count(rows, "more row")) \(rows == 1 ? "stays" : "stay") pending: the same command without --first sends \
        \(rows == 1 ? "it" : "them"), and so does `usher resume`.
        """
    }

    /// Whether anything is left to send now. Joins batches that are not full.
    func hasWork() async throws -> Bool {
        let now = Date()
        for job in jobs { try await journal.regroup(job, size: ingest.batchSize, at: now) }
        let due = try await journal.openWork(of: jobs).filter { $0.dueAt <= now }
        changed?.formUnion(due.map(\.job))
        return !due.isEmpty
    }

    /// Shows a person what would be sent, and asks. Keeps what was taken, unless the person says no.
    ///
    /// - Parameter sends: Whether something would be sent. Otherwise a person is only asked about spreadsheets that may be
    ///   misread, and that a later run would send.
    /// - Returns: Whether to go on.
    /// - Throws: `SpreadsheetError` if a spreadsheet was changed meanwhile; or `JournalError`.
    func isConfirmed(sends: Bool) async throws -> Bool {
        if let confirmation, !jobs.isEmpty {
            let batches = try await journal.openBatches(of: jobs)
            let shownAt = Date()
            let look = try await journal.read { [jobs, new] reader in
                try LastLook(batches, of: jobs, new: new, in: reader, at: shownAt)
            }
            if sends || look.decisions > 0 && !look.warnings.isEmpty {
                said.formUnion(look.warnings)
                var text = look.text
                if let leftOver { text += "\n  \(leftOver)" }
                if preflight == .on, sends {
                    text += "\n  Zoom's lists are read first. What they show to be done or impossible is not sent."
                }
                let question = sends ? look.question : "Take them into the journal all the same?"
                guard await confirmation("\(text)\n\(question)") else {
                    Output.note(
                        "Nothing was sent, and everything is as it was before. To send it, run the same command again."
                    )
                    return false
                }
                if let entry = taken.first(where: { InboxEntry(path: $0.name) != $0 }) {
                    throw SpreadsheetError(
                        name: entry.name,
                        "It was changed while you looked. Nothing was sent, and nothing was taken; run it again."
                    )
                }
                // What falls due later was not in the question.
                try await journal.holdBack(dueAfter: shownAt, of: jobs)
            }
        }
        try await journal.keepDraft()
        writePages()
        return true
    }

    /// Says which page can't be written. The run goes on: what is sent does not depend on it.
    private func writePages() {
        for write in pageWrites {
            do {
                try write()
            } catch {
                Output.complain(String(describing: error))
                lacksPages = true
            }
        }
    }

    /// Sends what is open.
    ///
    /// - Parameter stop: Ends it early.
    /// - Returns: Why sending ended.
    func send(_ accounts: Accounts, _ stop: RunStop) async throws -> ExitStatus {
        let wanted = Set(try await journal.openWork(of: jobs).map(\.account))
        let (ready, faults) = accounts.ready(wanted)
        // The other accounts continue, and the results files must still show rows as pending.
        for fault in faults { Output.complain(lines: fault.description) }
        guard !ready.isEmpty else { return ExitStatus.worst(of: faults.map(\.status)) }
        let progress = ProgressDisplay(isWanted: !isQuiet)
        let look = progress.isShown ? try ProgressReader(path: journal.path) : nil
        let shown = jobs
        var run = Run(
            journal: journal,
            jobs: jobs,
            accounts: ready.map(\.forRun),
            stop: stop.sending
        )
        if let look { run.onProgress = { look.progress($0, of: shown).map(progress.show) } }
        let logger = logger
        run.onAnswer = { $0.log(to: logger) }
        run.onListing = { $0.log(to: logger) }
        run.preflight = preflight
        run.batchSize = ingest.batchSize
        run.notesApplied = verifies
        if preflight == .on { logger.notice("Reading Zoom's lists of registrants before anything is sent.") }
        let prepared = run
        let summary = await Output.showing(progress) {
            stop.enter(.sending)
            return await prepared()
        }
        for (name, notice) in summary.notices.sorted(by: { $0.key ?? "" < $1.key ?? "" }) {
            logger.notice("\(name.map { "account \($0): " } ?? "")\(notice.withoutAddresses)")
        }
        let endings = summary.endings.sorted { $0.key ?? "" < $1.key ?? "" }
        let statuses = endings.map { name, ending in ending.say(account: name) { logger.notice("\($0)") } }
        for case (_, .tooManyRefused(let reason)) in endings { stop.tell(reason) }
        let verified = await verify(prepared, summary)
        for account in ready { await account.client.shutdown() }
        return ExitStatus.worst(of: faults.map(\.status) + statuses + verified)
    }

    /// Writes the results files, and reports the state of each job.
    func report() throws -> [ExitStatus] {
        let reader = try JournalReader(path: journal.path)
        let owners = try ResultsPathResolver(reader.jobs(), seen: inputs)
        var standing = Counts()
        var nextDue: Date?
        var statuses = try jobs.map { id in
            let job = try reader.job(id)
            standing = standing + job.counts
            nextDue = [nextDue, job.nextDue].compactMap(\.self).min()
            let (written, reports, failure) = try writeResults(of: job, owners, from: reader)
            let isNews = changed?.contains(id) ?? true
            // What needed a person before is in the results and the report; a night says what is new.
            var status = failure ?? ExitStatus(job.counts)
            if status == .someRefused, !isNews { status = .done }
            let verified = verifications[id]?.tally
            if let verified, verified.differing > 0 { status = ExitStatus.worst(of: [status, .someRefused]) }
            if !isQuiet, isNews {
                var notices = new.contains(id) ? job.notices.filter { !said.contains($0) } : []
                if owners.distinction(of: job, input: inputs[id]?.first ?? job.path) != nil, places.isOneForAll {
                    notices.append("another spreadsheet has this name too, so its results have a name of their own")
                }
                Output.say(Self.line(job, verified, results: written, reports: reports))
                for notice in notices { Output.say("\(job.name): \(notice)") }
            }
            return status
        }
        if lacksPages { statuses.append(.storage) }
        for id in alsoChanged.subtracting(jobs).sorted() {
            if let failure = try writeResults(of: reader.job(id), owners, from: reader).failure {
                statuses.append(failure)
            }
        }
        if !isQuiet, let leftOver { Output.say(leftOver) }
        if !isQuiet, changed?.isEmpty ?? false { Output.say(Self.idleLine(jobs.count, standing, nextDue: nextDue)) }
        return statuses
    }

    /// Writes a job's results files that may differ from the journal, and the reports beside them.
    private func writeResults(
        of job: JobSummary,
        _ owners: ResultsPathResolver,
        from reader: JournalReader
    ) throws -> (written: [String], reports: [String], failure: ExitStatus?) {
        var written: [String] = []
        var reports: [String] = []
        var failure: ExitStatus?
        for (path, input) in resultsPaths(of: job, owners) where isStale(path, of: job, owners, input: input) {
            do {
                let model = places.permissionModel(input: input)
                let followsLink = places.followsLink(to: path, of: input)
                try ResultsFile(of: job, in: reader).write(to: path, permissionsOf: model, followsLink: followsLink)
                written.append(path)
                guard writesReports else { continue }
                let report = ReportFile.path(besideResults: path)
                try ReportFile.write(
                    of: job,
                    in: reader,
                    to: report,
                    permissionsOf: model,
                    followsLink: followsLink,
                    version: Version.current,
                    zone: .machine
                )
                reports.append(report)
            } catch let error as FileError {
                Output.complain(error.description)
                failure = .storage
            }
        }
        return (written, reports, failure)
    }

    private static func line(
        _ job: JobSummary,
        _ verified: (differing: Int, compared: Int)?,
        results: [String],
        reports: [String]
    ) -> String {
        let counts = job.counts.rows == 0 ? "no rows below the header" : job.counts.description
        var line = "\(job.name) (job \(job.id)): \(Phrases.count(job.counts.rows, "row")): \(counts)."
        if let due = job.nextDue { line += " The next deferred row may be sent at \(UTCTime(due))." }
        if let (differing, compared) = verified, compared > 0 {
            let verdict = differing == 0 ? "none differs" : differing == 1 ? "1 differs" : "\(differing) differ"
            line += " Compared with Zoom's lists: \(Phrases.count(compared, "row")), \(verdict)."
        }
        line += " Results: \(results.isEmpty ? "usher results \(job.id)" : results.joined(separator: ", "))"
        return reports.isEmpty ? line : line + ", report: \(reports.joined(separator: ", "))"
    }

    /// The message of a run that found nothing to do.
    private static func idleLine(_ jobs: Int, _ counts: Counts, nextDue: Date?) -> String {
        guard jobs > 0 else { return "Nothing to do: nothing new was found, and nothing is open in the journal." }
        var line = "Nothing to do: \(Phrases.count(counts.rows, "row")) of \(Phrases.count(jobs, "job")): \(counts)."
        if let nextDue { line += " The next deferred row may be sent at \(UTCTime(nextDue))." }
        if counts.needingPerson > 0 { line += " The results files say what needs a person." }
        return line
    }

    /// The results files of a job, each with its spreadsheet.
    private func resultsPaths(of job: JobSummary, _ owners: ResultsPathResolver) -> [(path: String, input: String?)] {
        guard let known = inputs[job.id] ?? job.path.map({ [$0] }) else {
            let distinction = owners.distinction(of: job, input: nil)
            return places.path(name: job.name, input: nil, distinction: distinction).map { [($0, nil)] } ?? []
        }
        var seen: Set<PathKey> = []
        return known.filter { owners.owns(job.id, $0) }.compactMap { input in
            let name = Directory.name(of: input)
            let distinction = owners.distinction(of: job, input: input)
            // Copies of one spreadsheet have the same results, written once if they go into one directory.
            return places.path(name: name, input: input, distinction: distinction)
                .flatMap { seen.insert(PathKey($0)).inserted ? ($0, input) : nil }
        }
    }

    /// Whether a results file may differ from the journal. An unattended run leaves the others unchanged, so that no
    /// program takes them for new ones every night.
    private func isStale(_ path: String, of job: JobSummary, _ owners: ResultsPathResolver, input: String?) -> Bool {
        guard let changed, !changed.contains(job.id), let finished = job.finishedAt else { return true }
        guard input.map({ !owners.areSeveral($0) }) ?? true, let written = InboxEntry(path: path) else { return true }
        return written.modifiedAt < finished
    }
}

/// Asks the person at the terminal before anything is sent.
struct Confirmation {
    let write: (String) -> Void
    /// Reads the answer; nil if there is none.
    let read: () async -> String?

    /// At a terminal; nil elsewhere, where no one would answer.
    ///
    /// - Parameter inputIsTaken: Whether a spreadsheet comes on standard input, so that the answer can't.
    static func atTerminal(inputIsTaken: Bool = false) -> Confirmation? {
        guard isatty(STDERR_FILENO) == 1 else { return nil }
        let terminal = inputIsTaken ? open("/dev/tty", O_RDONLY | O_CLOEXEC) : STDIN_FILENO
        guard terminal >= 0, isatty(terminal) == 1 else { return nil }
        return Confirmation(
            write: { text in
                // What was typed before the question is no answer to it.
                tcflush(terminal, TCIFLUSH)
                Output.ask(text.harmless)
            },
            read: {
                // Waits on a thread of its own: on a machine with one core, Ctrl-C would wait for the answer too.
                let line = await withCheckedContinuation { continuation in
                    DispatchQueue(label: "usher.question").async {
                        continuation.resume(returning: Self.line(from: terminal))
                    }
                }
                if line != nil { Output.endLine() }
                return line
            }
        )
    }

    /// A line; nil if the input ends before it does.
    private static func line(from terminal: Int32) -> String? {
        var bytes: [UInt8] = []
        while true {
            var byte: UInt8 = 0
            let count = Glibc.read(terminal, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return nil }
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            if bytes.count < 100 { bytes.append(byte) }
        }
    }

    /// Whether the person says yes. Anything else counts as no.
    func callAsFunction(_ text: String) async -> Bool {
        write("\(text) [y/N] ")
        let answer = await read().map { $0.lowercased().filter { !$0.isWhitespace } }
        return answer == "y" || answer == "yes"
    }
}
