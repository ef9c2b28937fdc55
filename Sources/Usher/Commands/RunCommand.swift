import ArgumentParser
import Decisions
import Journal
import Logging
import Reporting
import Sending
import Settings
import Spreadsheet

struct RunCommand: AsyncParsableCommand, LoggingCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Sends the decisions of spreadsheets to Zoom, and writes what became of each row.",
        discussion: """
            Run the same file again to finish what was left. What was applied is never sent again.
            Credentials come from ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET, or from ZOOM_ACCESS_TOKEN;
            for several accounts, from where the profiles of the configuration file say.

            Examples:
              usher run --dry-run decisions.csv      says what would be sent
              usher run decisions.csv                sends; see decisions.csv.results.csv
              usher run --yes decisions.csv          does so without asking first
              usher run --first 10 decisions.csv     sends what the first rows decide
              usher run --plan business lists/       all spreadsheets of a directory
              usher run --inbox /srv/inbox           what is new there, and all that is open
              usher run --metrics-file usher.prom decisions.csv

            Exit codes: usher help exit-codes
            """
    )

    @OptionGroup(title: "Spreadsheets") var spreadsheets: SpreadsheetOptions
    @OptionGroup(title: "Inbox") var inbox: InboxOptions
    @OptionGroup(title: "Sending") var sending: SendingOptions
    @OptionGroup(title: "Journal") var journal: JournalOptions
    @OptionGroup(title: "Messages") var log: LogOptions
    @OptionGroup(title: "Afterwards") var after: RecordingOptions
    @OptionGroup(title: "Settings") var configuration: ConfigurationOptions
    @OptionGroup var results: ResultsOptions
    @OptionGroup(title: "Caution") var caution: CautionOptions

    @Flag(
        help: """
            Say what would be sent, for each meeting and action, by what the journal knows. Sends nothing and remembers nothing.
            """
    )
    var dryRun = false

    @Flag(help: "Read the spreadsheets into the journal and send nothing yet.")
    var ingestOnly = false

    @Option(
        help: ArgumentHelp(
            "Send only what the first rows decide, to try it out. The rest stays pending.",
            discussion: """
                Counts the rows below the header, in their order, over all spreadsheets named. Rows that repeat one of them are \
                done with it; of rows that overrule each other, the one that counts must be among them. The same command without \
                --first sends the rest, and so does usher resume; until then the run ends with 75.
                """,
            valueName: "rows"
        )
    )
    var first: Int?

    @Flag(help: "Send also what the journal shows as applied.")
    var reapply = false

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            """
            Look at Zoom's lists of registrants first, and send only what can be done and is not done yet.
            """,
            discussion: """
                Rows whose registrant is not registered fail without a request; those already in the wanted state are skipped. \
                Costs a few requests for each meeting, and needs the scope meeting:read:list_registrants:admin (webinar: for \
                webinars). With --dry-run, says what would not be sent.
                Without either flag, only rows that hold an id and an email are compared with Zoom, where the app may read \
                registrants: a row whose two are different people fails without being sent. With --no-preflight, nothing is \
                compared.
                """
        )
    )
    private var preflight: Bool?

    @Flag(
        inversion: .prefixedNo,
        help: "Take nothing of a spreadsheet in which any row is wrong. (default: --no-strict)"
    )
    private var strict: Bool?

    var given: Settings.Flags {
        let own: Settings.Flags = [
            (.preflight, preflight.map { $0 ? "on" : "off" }), (.strict, strict?.description),
        ]
        return spreadsheets.given + inbox.given + sending.given + journal.given + log.given + after.given
            + results.given
            + caution.given + own
    }

    func validate() throws {
        guard !(dryRun && ingestOnly) else { throw ValidationError("--dry-run and --ingest-only exclude each other.") }
        guard first ?? 1 > 0 else { throw ValidationError("--first must be 1 or more rows.") }
        guard first == nil || !ingestOnly else {
            throw ValidationError("--ingest-only sends nothing, so --first means nothing with it.")
        }
        let settings = settings
        // Faults in the settings are reported instead.
        guard settings.faults.isEmpty else { return }
        guard !(settings.preflight == .on && reapply) else {
            throw ValidationError(
                "--preflight skips who is in the wanted state already, and --reapply sends to them all the same: choose one."
            )
        }
        guard !(settings.preflight == .on && first != nil) else {
            throw ValidationError(
                """
                --first sends only some of the rows, and --preflight compares all of them with each other. Add --no-preflight, or \
                leave out --first.
                """
            )
        }
        guard inboxDirectory(settings) != nil else { return try spreadsheets.requireFiles(for: "run") }
        guard spreadsheets.files.isEmpty else {
            throw ValidationError("--inbox takes what is in the directory: name no other spreadsheets beside it.")
        }
        try spreadsheets.refuseGivenValues()
        guard first == nil else {
            throw ValidationError("--first with --inbox has no first row: name the spreadsheet that is meant.")
        }
        guard !reapply else {
            throw ValidationError(
                "--reapply with --inbox would send everything again: name the spreadsheet that is meant."
            )
        }
    }

    private func inboxDirectory(_ settings: Settings) -> String? {
        inbox.directory(settings, namesFiles: !spreadsheets.files.isEmpty)
    }

    func run() async throws {
        let settings = settings
        let sheetOptions = try spreadsheets.sheetOptions(settings)
        let inbox = try inboxDirectory(settings).map {
            try Inbox(path: $0, settleTime: Double(settings.number(.settle)), results: settings.text(.results))
        }
        // Reports errors of the command line before anything is touched.
        let accounts = try Accounts(settings, asksEveryone: sending.askEveryone)
        let afterRun = try settings.runRecorder()
        if dryRun {
            let (sources, unsettled) = try await inbox?.sources() ?? (spreadsheets.sources(), [])
            let status = try await tell(
                sources,
                unsettled: unsettled,
                of: inbox,
                options: sheetOptions,
                settings,
                // Only where the flag asks for it: a dry run needs no credentials otherwise.
                asking: preflight == true ? accounts : nil
            )
            throw ExitCode(status.rawValue)
        }
        let sources = spreadsheets.sources()
        let places = try ResultsLocation(directory: settings.text(.results), inbox: inbox)

        let run = JobRun(
            journal: try Journal(path: try settings.journal()),
            ingest: IngestOptions(sheet: sheetOptions, batchSize: settings.number(.batchSize), reapply: reapply),
            strict: settings.isOn(.strict),
            places: places,
            logger: try log.logger(settings),
            isQuiet: settings.isQuiet
        )
        run.writesReports = settings.isOn(.report)
        run.preflight = settings.preflight
        run.verifies = settings.isOn(.verify)
        try await caution.prepare(run, inputIsTaken: spreadsheets.files.contains("-"))
        let lists = inbox.map { inbox in
            ListsToDecide(
                inbox: inbox,
                lists: settings.lists,
                account: settings.chosenProfile?.name,
                journal: run.journal,
                logger: run.logger,
                isQuiet: settings.isQuiet,
                tally: afterRun.lists
            )
        }
        let status = try await afterRun(run.journal, allowedRate: accounts.allowedRate, logger: run.logger) { stop in
            var statuses =
                if let inbox { try await run.take(inbox.settled(), of: inbox) } else { try await run.take(sources) }
            if let first { try await run.leaveAllBut(first: first) }
            let sends = try await ingestOnly ? false : run.hasWork()
            guard try await run.isConfirmed(sends: sends) else { return .workRemains }
            if sends { statuses.append(try await run.send(accounts, stop)) }
            stop.enter(.closing)
            statuses += try run.report()
            if let lists, !ingestOnly {
                stop.enter(.sending)
                statuses += try await lists(accounts, stop.sending, after: statuses)
                stop.enter(.closing)
            }
            return ExitStatus.worst(of: statuses)
        }
        throw ExitCode(status.rawValue)
    }

    private func tell(
        _ sources: [SpreadsheetOpening],
        unsettled: [String],
        of inbox: Inbox?,
        options: SheetOptions,
        _ settings: Settings,
        asking accounts: Accounts?
    ) async throws -> ExitStatus {
        var run = try DryRun(journal: settings.journal(), evenIfMissing: accounts != nil || first != nil)
        defer { run?.end() }
        let looksFirst = settings.preflight == .on
        let isStrict = settings.isOn(.strict)
        let ingest = IngestOptions(sheet: options, batchSize: settings.number(.batchSize), reapply: reapply)
        var contradictions = sources.count > 1 ? ContradictionReport(options: options, in: .machine) : nil
        var statuses: [ExitStatus] = []
        for open in sources {
            do {
                let source = try open()
                // With a journal, taking the spreadsheet reads it anyway.
                let report =
                    isStrict || run == nil
                    ? try DryRunReport(of: source, options: options, batchSize: ingest.batchSize) : nil
                if isStrict, let report, report.rejected > 0 {
                    Output.complain(
                        "\(source.name): \(report.rejected) of its rows are wrong, so with --strict nothing of it would be taken. See `usher check`."
                    )
                    statuses.append(.unreadable)
                    continue
                }
                if run != nil {
                    let wasNamed = inbox == nil && source.wasNamed
                    try await run?.take(source, ingest, wasNamed: wasNamed, looksFirst: looksFirst)
                } else if let report {
                    Output.say(lines: report.text)
                    statuses.append(report.rejected > 0 ? .someRefused : .done)
                }
                try contradictions?.add(source)
            } catch {
                Output.complain(of: error)
                statuses.append(ExitStatus(error) ?? .unreadable)
            }
        }
        if inbox != nil { try await run?.takeOpen(looksFirst: looksFirst) }
        var leftOver = 0
        if let first, let rows = try await run?.leaveAllBut(first: first) { leftOver = rows }
        if let accounts, let found = try await run?.look(accounts, batchSize: ingest.batchSize, log.logger(settings)) {
            for lines in found.texts { Output.say(lines: lines) }
            statuses += found.statuses
        }
        for report in try await run?.reports(batchSize: ingest.batchSize) ?? [] {
            Output.say(lines: report.text)
            statuses.append(report.needsPerson ? .someRefused : .done)
        }
        if let first, leftOver > 0 { Output.say(JobRun.leftOver(leftOver, first: first)) }
        do {
            for line in try contradictions?.lines() ?? [] { Output.say(line) }
        } catch {
            Output.complain(of: error)
            statuses.append(ExitStatus(error) ?? .storage)
        }
        for name in unsettled {
            Output.say("\(name): still being written, or changed a moment ago; a later run takes it.")
            statuses.append(.workRemains)
        }
        return ExitStatus.worst(of: statuses)
    }
}
