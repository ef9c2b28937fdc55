import Decisions
import Files
import FoundationEssentials
import Glibc
import Journal
import Logging
import Reporting
import Sending
import Spreadsheet
import Zoom

/// What `usher run` does, step by step: take spreadsheets, send what is open, report.
final class JobRun {
    let journal: Journal
    let ingest: IngestOptions
    private let strict: Bool
    let places: ResultsLocation
    let logger: Logger
    private let isQuiet: Bool
    /// Whether Zoom's lists of registrants are looked at before anything is sent.
    var looksFirst = false
    /// Whether what this run applies is compared with Zoom's lists afterwards.
    var verifies = false
    /// What came of that.
    var verifications: [JobID: Verification] = [:]
    /// Asks a person about a spreadsheet that may be meant otherwise than it is read; nil where nobody is there.
    var confirmation: Confirmation?
    /// Jobs that this run made, about which it says what there is to say of the spreadsheet.
    private var new: Set<JobID> = []
    /// What it has said already.
    private var said: Set<String> = []
    /// Whether a report is written beside each results file.
    var writesReports = true
    /// In the order of the command line, each once.
    private(set) var jobs: [JobID] = []
    /// Under which names this run saw a job's spreadsheet.
    private var inputs: [JobID: [String]] = [:]
    /// Jobs that this run does not work on, but of whose rows a new spreadsheet decides otherwise: what their results say
    /// is no longer so.
    private var alsoChanged: Set<JobID> = []
    /// What has been or is about to be done in this run; nil says that it is a person's run, who is told of every job.
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

    /// Makes jobs of spreadsheets, or finds the jobs that they are. One bad file does not stop the others.
    ///
    /// - Returns: What to say in the end about the files that could not be taken.
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

    /// Says what is wrong with one file, where the others can be taken nevertheless.
    ///
    /// - Throws: The error itself where it is about more than that file.
    static func complain(ofOneFile error: any Error) throws -> ExitStatus {
        guard error is SpreadsheetError || error is UsherError, let status = ExitStatus(error) else { throw error }
        Output.complain(of: error)
        return status
    }

    /// Takes up what a run before this one left without an answer.
    func recover() async throws {
        let recovered = try await journal.recover()
        guard recovered > 0 else { return }
        logger.notice(
            "The last run ended before Zoom's answers to some batches were noted; they are sent again.",
            metadata: ["batches": "\(recovered)"]
        )
    }

    /// Makes a job of a spreadsheet, or finds the job that it is.
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
        let wasAsked = try confirm(source)
        let report = try await journal.ingest(source, options: ingest, at: Date())
        if report.isNew {
            new.insert(report.job)
            if !wasAsked { try warn(about: source) }
        }
        if report.withdrawn > 0 {
            logger.notice(
                """
                Decisions of an earlier version of this spreadsheet had not been sent yet and are no longer in it. They \
                will not be sent.
                """,
                metadata: ["file": "\(source.name)", "rows": "\(report.withdrawn)"]
            )
        }
        alsoChanged.formUnion(report.alsoChanged)
        changed?.formUnion(report.alsoChanged)
        if let path = source.path { inputs[report.job, default: []].append(path) }
        add(report.job)
        return report
    }

    /// What of a spreadsheet may be meant otherwise than it is read.
    private func warnings(about source: SpreadsheetSource) throws -> [SheetNotice] {
        let sheet = try DecisionSheet(source, scan: SourceScan(source), options: ingest.sheet)
        return sheet.remarks.filter { $0.level != .remark }
    }

    /// Where it is likely that a spreadsheet is meant otherwise than it is read, a person decides before anything is taken.
    ///
    /// - Returns: Whether somebody was asked.
    /// - Throws: `SpreadsheetError` where the person says no, or the spreadsheet can't be read.
    private func confirm(_ source: SpreadsheetSource) throws -> Bool {
        guard let confirmation else { return false }
        let warnings = try warnings(about: source)
        guard warnings.contains(where: { $0.level == .doubt }) else { return false }
        said.formUnion(warnings.map(\.text))
        guard confirmation(warnings.map { "\(source.name): \($0.text)" }.joined(separator: "\n")) else {
            throw SpreadsheetError(name: source.name, "You chose not to send it. Nothing of it was taken.")
        }
        return true
    }

    /// Says it of a new spreadsheet where nobody was asked, before anything is sent.
    private func warn(about source: SpreadsheetSource) throws {
        for warning in try warnings(about: source) {
            said.insert(warning.text)
            logger.warning("\(warning.sentence.withoutAddresses)", metadata: ["file": "\(source.name)"])
        }
    }

    /// Adds a job to those that this run works on.
    func add(_ job: JobID) {
        if !jobs.contains(job) { jobs.append(job) }
    }

    /// Asks for what was settled already, as a person who names a file again wants it.
    ///
    /// In a directory, finished jobs are left alone: to ask Zoom once more, a person names the file itself.
    private func askAgain(_ job: JobID, wasNamed: Bool) async throws {
        guard wasNamed else { return }
        noteReopened(try await journal.reopenFailed(job, looksFirst: looksFirst), of: job)
    }

    /// Says that what failed is tried once more.
    func noteReopened(_ rows: Int, of job: JobID) {
        guard rows > 0 else { return }
        logger.notice(
            "What had failed is tried once more.",
            metadata: ["job": "\(job)", "rows": "\(rows)"]
        )
    }

    /// Whether anything is left to be sent now. Joins batches that are not full.
    func hasWork() async throws -> Bool {
        let now = Date()
        for job in jobs { try await journal.regroup(job, size: ingest.batchSize, at: now) }
        let due = try await journal.openWork(of: jobs).filter { $0.dueAt <= now }
        changed?.formUnion(due.map(\.job))
        return !due.isEmpty
    }

    /// Sends what is open.
    ///
    /// - Parameter stop: Ends it early.
    /// - Returns: Why sending ended.
    func send(_ accounts: Accounts, _ stop: RunStop) async throws -> ExitStatus {
        let wanted = Set(try await journal.openWork(of: jobs).map(\.account))
        let (ready, faults) = accounts.ready(wanted)
        // The others go on, and the results files must still say that rows are pending.
        for fault in faults { Output.complain(lines: fault.description) }
        guard !ready.isEmpty else { return ExitStatus.worst(of: faults.map(\.status)) }
        let progress = ProgressDisplay(isWanted: !isQuiet)
        let look = progress.isShown ? try ProgressReader(path: journal.path) : nil
        let shown = jobs
        var run = Run(
            journal: journal,
            jobs: jobs,
            accounts: ready.map {
                RunAccount(name: $0.name, client: $0.client, lister: $0.client, options: $0.options)
            },
            stop: stop.sending
        )
        if let look { run.onProgress = { look.progress($0, of: shown).map(progress.show) } }
        let logger = logger
        run.onAnswer = { $0.log(to: logger) }
        run.onListing = { $0.log(to: logger) }
        run.preflightBatchSize = looksFirst ? ingest.batchSize : nil
        run.notesApplied = verifies
        if looksFirst { logger.notice("Reading Zoom's lists of registrants before anything is sent.") }
        let prepared = run
        let summary = await Output.showing(progress) {
            stop.enter(.sending)
            return await prepared()
        }
        let endings = summary.endings.sorted { $0.key ?? "" < $1.key ?? "" }
        let statuses = endings.map { name, ending in ending.say(account: name) { logger.notice("\($0)") } }
        let verified = await verify(prepared, summary)
        for account in ready { await account.client.shutdown() }
        return ExitStatus.worst(of: faults.map(\.status) + statuses + verified)
    }

    /// Writes the results files, and says how each job stands.
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
            var status = failure ?? ExitStatus(job.counts)
            let verified = verifications[id]?.tally
            if let verified, verified.differing > 0 { status = ExitStatus.worst(of: [status, .someRefused]) }
            if !isQuiet, changed?.contains(id) ?? true {
                var notices = new.contains(id) ? job.notices.filter { !said.contains($0) } : []
                if owners.distinction(of: job, input: inputs[id]?.first ?? job.path) != nil, places.isOneForAll {
                    notices.append("another spreadsheet has this name too, so its results have a name of their own")
                }
                Output.say(Self.line(job, verified, results: written, reports: reports))
                for notice in notices { Output.say("\(job.name): \(notice)") }
            }
            return status
        }
        for id in alsoChanged.subtracting(jobs).sorted() {
            if let failure = try writeResults(of: reader.job(id), owners, from: reader).failure {
                statuses.append(failure)
            }
        }
        if !isQuiet, changed?.isEmpty ?? false { Output.say(Self.idleLine(jobs.count, standing, nextDue: nextDue)) }
        return statuses
    }

    /// Writes the results files of a job that may say something else than the journal, and the reports beside them.
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
                    version: Version.current
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

    /// What a run says that found nothing to do.
    private static func idleLine(_ jobs: Int, _ counts: Counts, nextDue: Date?) -> String {
        guard jobs > 0 else { return "Nothing to do: nothing new was found, and nothing is open in the journal." }
        var line = "Nothing to do: \(Phrases.count(counts.rows, "row")) of \(Phrases.count(jobs, "job")): \(counts)."
        if let nextDue { line += " The next deferred row may be sent at \(UTCTime(nextDue))." }
        if counts.needingPerson > 0 { line += " The results files say what needs a person." }
        return line
    }

    /// The results files of a job, each with the spreadsheet that it belongs to.
    private func resultsPaths(of job: JobSummary, _ owners: ResultsPathResolver) -> [(path: String, input: String?)] {
        guard let known = inputs[job.id] ?? job.path.map({ [$0] }) else {
            let distinction = owners.distinction(of: job, input: nil)
            return places.path(name: job.name, input: nil, distinction: distinction).map { [($0, nil)] } ?? []
        }
        var seen: Set<PathKey> = []
        return known.filter { owners.owns(job.id, $0) }.compactMap { input in
            let name = Directory.name(of: input)
            let distinction = owners.distinction(of: job, input: input)
            // Copies of one spreadsheet have the same results, once where they go into one directory.
            return places.path(name: name, input: input, distinction: distinction)
                .flatMap { seen.insert(PathKey($0)).inserted ? ($0, input) : nil }
        }
    }

    /// Whether a results file may say something else than the journal. A run that nobody watches leaves the others as they
    /// are, so that no program takes them for new ones night by night.
    private func isStale(_ path: String, of job: JobSummary, _ owners: ResultsPathResolver, input: String?) -> Bool {
        guard let changed, !changed.contains(job.id), let finished = job.finishedAt else { return true }
        guard input.map({ !owners.areSeveral($0) }) ?? true, let written = InboxEntry(path: path) else { return true }
        return written.modifiedAt < finished
    }
}

/// Asks the person at the terminal a question before anything is sent.
struct Confirmation {
    let write: (String) -> Void
    /// Takes the answer; nil where there is none.
    let read: () -> String?

    /// On a terminal; nil elsewhere, where nobody would answer.
    static var onTerminal: Confirmation? {
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return nil }
        return Confirmation(
            write: { Output.write($0.harmless, to: STDERR_FILENO) },
            read: { readLine() }
        )
    }

    /// Whether the person says yes. Anything else is a no.
    func callAsFunction(_ text: String) -> Bool {
        write("\(text)\nSend it all the same? [y/N] ")
        let answer = read().map { $0.lowercased().filter { !$0.isWhitespace } }
        return answer == "y" || answer == "yes"
    }
}
