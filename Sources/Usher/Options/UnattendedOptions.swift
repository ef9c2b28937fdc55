import ArgumentParser
import Settings
import Zoom

/// A directory in the place of files on the command line.
struct InboxOptions: ParsableArguments {
    @Option(
        name: .customLong("inbox"),
        help: ArgumentHelp(
            "Take every spreadsheet in this directory, and all that is open in the journal.",
            discussion: """
                For runs that nobody watches. Results go to results/ in it; the spreadsheets stay where they are. Files that are \
                still being written are left for the next run. What Zoom refused is asked again on the next two nights.
                """,
            valueName: "directory"
        ),
        completion: .directory
    )
    var directory: String?

    @Option(
        name: .customLong("settle"),
        help: ArgumentHelp(
            "How long a file in the inbox must have been left alone before it is read.",
            valueName: "seconds"
        )
    )
    var settleTime = 60

    func validate() throws {
        guard (0...3_600).contains(settleTime) else {
            throw ValidationError("--settle must be from 0 to 3600 seconds.")
        }
    }

    /// The inbox, if there is to be one.
    ///
    /// - Throws: `UsherError` where it is not there, or can't be read.
    func inbox() throws -> Inbox? {
        try directory.map { try Inbox(path: $0, settleTime: Double(settleTime)) }
    }
}

/// What a run leaves behind beside results files, and whom it tells.
struct RecordingOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "Compare what was applied with Zoom's lists of registrants at the end, and name the rows that differ.",
            discussion: """
                Zoom's answer that all was done is no proof. Rows that differ stay applied, with what the lists showed as their \
                reason, and the run ends with 1. Costs a few requests for each meeting, and needs the scope \
                meeting:read:list_registrants:admin (webinar: for webinars).
                """
        )
    )
    var verify = false

    @Flag(inversion: .prefixedNo, help: "Write a report (FILE.report.html) beside the results.")
    var report = true

    @Option(
        help: ArgumentHelp(
            "Write figures for Prometheus to this file at the end, in one step; node_exporter's textfile collector reads it.",
            valueName: "file"
        ),
        completion: .file()
    )
    var metricsFile: String?

    @Option(
        help: ArgumentHelp(
            "Post a summary in JSON there at the end: numbers alone, no names, no addresses, no credentials.",
            discussion: "https always, except to this machine. When nobody answers, the run is as good.",
            valueName: "url"
        )
    )
    var notify: String?

    /// What is to be done, checked before anything is sent.
    func afterRun(_ settings: Settings, isQuiet: Bool) throws -> RunRecorder {
        var url: WebhookURL?
        if let notify {
            do { url = try WebhookURL(notify) } catch { throw UsherError.usage("--notify: \(error)") }
        }
        guard metricsFile?.isEmpty != true else { throw UsherError.usage("--metrics-file needs a file's name.") }
        return RunRecorder(
            metricsFile: metricsFile,
            webhook: url,
            isQuiet: isQuiet,
            namesJournal: JournalOptions.isForThisRunAlone(settings)
        )
    }
}
