import ArgumentParser
import Reporting
import Sending
import Settings
import Zoom

/// A directory instead of files on the command line.
struct InboxOptions: ParsableArguments {
    @Option(
        name: .customLong("inbox"),
        help: ArgumentHelp(
            "Take every spreadsheet in this directory, and all that is open in the journal.",
            discussion: """
                For unattended runs. Results go to results/ in it; the spreadsheets stay where they are. Files that are \
                still being written are left for the next run. What Zoom refused is asked again on the next two nights. For each of \
                the configuration file's lists, to-decide/NAME.csv is left there, with whoever waits for a decision.
                """,
            valueName: "directory"
        ),
        completion: .directory
    )
    private var directory: String?

    @Option(
        name: .customLong("settle"),
        help: ArgumentHelp(
            "How long a file in the inbox must have been left alone before it is read.",
            valueName: "seconds"
        )
    )
    private var settleTime = Settable<Int>(.settle)

    var given: Settings.Flags { [(.inbox, directory), (.settle, settleTime.given?.description)] }

    func validate() throws {
        guard (0...3_600).contains(settleTime.given ?? 0) else {
            throw ValidationError("--settle must be from 0 to 3600 seconds.")
        }
    }

    /// The directory to look into, if any: set by a flag, or set elsewhere if no spreadsheet is named.
    func directory(_ settings: Settings, namesFiles: Bool) -> String? {
        directory ?? (namesFiles ? nil : settings.text(.inbox))
    }
}

/// What keeps a run from sending what nobody wants sent.
struct CautionOptions: ParsableArguments {
    @Flag(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Send without asking first.",
            discussion: """
                On a terminal, you see what would be sent, and only y or yes sends it; anything else leaves all as it was. \
                Elsewhere, nothing is asked.
                """
        )
    )
    private var yes = false

    @Option(
        help: ArgumentHelp(
            "Stop the run when so many of its rows were refused, for example 50 or 20%. The rest stays pending.",
            discussion: """
                Rows that failed in this run count, also those that Zoom's lists showed to be wrong; a percentage, of the rows \
                answered in it, once these are \(FailureLimit.fewestAnswered). Each account counts for itself, and each run \
                begins at zero: the next night goes on until the limit again.
                """,
            valueName: "number"
        )
    )
    private var stopAfterFailures: FailureLimit?

    var given: Settings.Flags { [(.stopAfterFailures, stopAfterFailures?.description)] }

    /// Has a run ask, if there is someone to ask.
    ///
    /// - Parameter inputIsTaken: Whether a spreadsheet comes on standard input.
    func prepare(_ run: JobRun, inputIsTaken: Bool = false) async throws {
        guard !yes, let confirmation = Confirmation.atTerminal(inputIsTaken: inputIsTaken) else { return }
        run.confirmation = confirmation
        try await run.journal.beginDraft()
    }
}

/// What a run writes besides results files, and whom it notifies.
struct RecordingOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            """
            Compare what was applied with Zoom's lists of registrants at the end, and name the rows that differ. \
            (default: --no-verify)
            """,
            discussion: """
                Zoom's answer that all was done does not prove it. Rows that differ stay applied, with what the lists showed as their \
                reason, and the run ends with 1. Costs a few requests for each meeting, and needs the scope \
                meeting:read:list_registrants:admin (webinar: for webinars).
                """
        )
    )
    private var verify: Bool?

    @Flag(inversion: .prefixedNo, help: "Write a report (FILE.report.html) beside the results. (default: --report)")
    private var report: Bool?

    @OptionGroup var times: TimeZoneOptions

    @Option(
        help: ArgumentHelp(
            "Write figures for Prometheus to this file at the end, in one step; node_exporter's textfile collector reads it.",
            valueName: "file"
        ),
        completion: .file()
    )
    private var metricsFile: String?

    @Option(
        help: ArgumentHelp(
            "Post a summary in JSON there at the end: numbers alone, no names, no addresses, no credentials.",
            discussion: "https always, except to this machine. A failed post never affects the run.",
            valueName: "url"
        )
    )
    private var notify: String?

    var given: Settings.Flags {
        [
            (.verify, verify?.description), (.report, report?.description), (.metricsFile, metricsFile),
            (.notify, notify),
        ] + times.given
    }
}

/// Where those who read the pages live.
struct TimeZoneOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The time zone of those who read reports and checks, for example Europe/Berlin. Default: this machine's.",
            valueName: "zone"
        )
    )
    private var timeZone: String?

    var given: Settings.Flags { [(.timeZone, timeZone)] }

    func validate() throws {
        guard let timeZone, !TimeZoneName.isKnown(timeZone) else { return }
        throw ValidationError(
            "--time-zone \(timeZone) is not allowed. Write \(Setting.timeZone.rule.allowed)."
        )
    }
}

extension FailureLimit: ExpressibleByArgument {}

extension Settings {
    /// What to do after a run, checked before anything is sent.
    func runRecorder() throws -> RunRecorder {
        var url: WebhookURL?
        if let address = text(.notify) {
            do { url = try WebhookURL(address) } catch { throw UsherError.usage("--notify: \(error)") }
        }
        let metricsFile = text(.metricsFile)
        guard metricsFile?.isEmpty != true else { throw UsherError.usage("--metrics-file needs a file's name.") }
        return RunRecorder(
            metricsFile: metricsFile,
            webhook: url,
            network: try network(),
            isQuiet: isQuiet,
            namesJournal: journalIsForThisRunAlone
        )
    }
}
