import ArgumentParser
import Decisions
import Files
import FoundationEssentials
import Journal
import Reporting
import Sending
import Settings
import Zoom

struct ListCommand: AsyncParsableCommand, ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists who is waiting for a decision, as a spreadsheet to fill in. Changes nothing.",
        discussion: """
            The spreadsheet has a row for each registration, with Zoom's id, the answers to the meeting's questions, and an empty \
            column Action. Write approve, deny or cancel there, save it as CSV, and give it to `usher run`. Rows without an \
            action stay as they are in Zoom. Where people register for single occurrences of a series, each occurrence has rows of \
            its own; Usher reads an occurrence's id in its brackets.
            With --host it finds the numbers itself: all upcoming meetings and webinars of that host for which people register. \
            Meetings come by when they begin.
            The requests count against the plan's rate and the day's limit like all others. The app needs the scopes \
            meeting:read:meeting:admin and meeting:read:list_registrants:admin, with --host meeting:read:list_meetings:admin as \
            well, and for webinars the same of webinars.
            Ends with 1 if Zoom refuses to list one of several. Nothing is written if a list could not be read to its end: run \
            it again.

            Examples:
              usher list 84512093377 --output to-decide.csv
              usher list --webinar 91234567890 --status all > everybody.csv
              usher list --host events@example.com --output to-decide.csv
              usher list 84512093377 68423085123 --format json
            """
    )

    enum Status: String, CaseIterable, ExpressibleByArgument {
        case pending, approved, denied, all

        var lists: [RegistrantQuery.Status] {
            RegistrantQuery.Status.allCases.filter { self == .all || $0.rawValue == rawValue }
        }
    }

    @OptionGroup(title: "Sending") var sending: SendingOptions
    @OptionGroup(title: "Journal") var journal: JournalOptions
    @OptionGroup(title: "Messages") var log: LogOptions
    @OptionGroup(title: "Settings") var configuration: ConfigurationOptions

    @Option(
        name: .customLong("webinar"),
        help: ArgumentHelp("A webinar's number; may be given more than once.", valueName: "number")
    )
    var webinars: [String] = []

    @Option(
        name: .customLong("host"),
        help: ArgumentHelp(
            "All upcoming meetings and webinars of a host, by email address; may be given more than once.",
            valueName: "email"
        )
    )
    var hosts: [String] = []

    @Option(help: "Who to list: pending, approved, denied or all.")
    var status = Status.pending

    @Option(
        help: ArgumentHelp(
            "The file to write, which only you may read; without it, standard output.",
            valueName: "file"
        ),
        completion: .file()
    )
    var output: String?

    @Flag(help: "Replace the file if it is there.")
    var force = false

    @Option(help: "csv or json.")
    var format = RegistrantSheet.Format.csv

    @Option(help: ArgumentHelp("The profile of the account whose meetings they are.", valueName: "name"))
    var profile: String?

    @Argument(help: ArgumentHelp("The numbers of meetings.", valueName: "meeting"))
    var meetings: [String] = []

    var given: Settings.Flags { sending.given + journal.given + log.given + [(.profile, profile)] }

    func validate() throws {
        guard !meetings.isEmpty || !webinars.isEmpty || !hosts.isEmpty else {
            throw ValidationError("Name at least one meeting or host, for example: usher list 84512093377")
        }
        for host in hosts where !host.isEmailAddress {
            throw ValidationError("--host needs an email address, and \"\(host)\" is none.")
        }
        guard output != "" else { throw ValidationError("--output needs a file's name.") }
    }

    func run() async throws {
        let settings = settings
        let account = settings.chosenProfile?.name
        if let profile, account == nil { throw UsherError.usage("--profile: \(settings.unknownProfile(profile))") }
        let targets = try targets(of: account)
        try checkOutput()
        let (ready, faults) = try Accounts(settings).ready([account])
        guard let zoom = ready.first else { throw faults.first ?? .configuration("No credentials for Zoom.") }

        let logger = try log.logger(settings)
        let stop = RunStop(.sending)
        Signals.ignoreClosedPipes()
        let sheet = try RegistrantSheet()
        let listing = SheetListing(
            zoom: zoom,
            journal: try Journal(path: try settings.journal()),
            statuses: status.lists,
            stop: stop.sending,
            logger: logger
        )
        let progress = ProgressDisplay(isWanted: !settings.isQuiet)
        let result = try await withSignals(stop, logger: logger, parting: "Stopped at once. Nothing was written.") {
            try await Output.showing(progress) {
                try await listing(targets, hosts: hosts, into: sheet) { progress.show(line: sheet.progress) }
            }
        }
        throw ExitCode(try end(result, sheet) { logger.notice("\($0)") }.rawValue)
    }

    /// Writes what was listed, and says what was not.
    private func end(
        _ result: ListRun.Result,
        _ sheet: RegistrantSheet,
        notice: (String) -> Void
    ) throws -> ExitStatus {
        for refused in result.refused {
            Output.complain("\(refused.subject.words): \(refused.reason.withoutAddresses)")
        }
        for (host, reason) in result.withoutWebinars {
            Output.warn("\(host): meetings are listed, webinars are not. \(reason.withoutAddresses)")
        }
        guard result.ending == .done else {
            Output.complain("The list is not complete, so nothing was written.")
            return result.ending.say(account: settings.chosenProfile?.name, notice: notice)
        }
        let isSomeRefused = !result.refused.isEmpty
        guard sheet.hasPages || !isSomeRefused else {
            Output.complain("Nothing was listed, and nothing was written.")
            return .someRefused
        }
        if result.withoutRegistration > 0, !settings.isQuiet {
            Output.note(
                "\(Phrases.count(result.withoutRegistration, "upcoming meeting")) without registration left out."
            )
        }
        let count: Int
        if let output {
            // Another program may have made it meanwhile.
            try checkOutput()
            count = try sheet.write(format, to: output)
        } else {
            // One system call for many rows.
            var waiting: [UInt8] = []
            count = try sheet.write(format) { bytes in
                waiting += bytes
                guard waiting.count >= 1 << 16 else { return }
                Output.write(waiting)
                waiting.removeAll(keepingCapacity: true)
            }
            Output.write(waiting)
        }
        if let sentence = sheet.changes.sentence { Output.warn(sentence) }
        if let output, !settings.isQuiet {
            Output.say(said(of: count, in: output))
        }
        return isSomeRefused ? .someRefused : .done
    }

    private func said(of count: Int, in output: String) -> String {
        guard count > 0 else {
            let nobody = status == .pending ? "Nobody is waiting for a decision" : "Nobody is on these lists"
            return
                "\(nobody), so \(output) holds \(format == .csv ? "only the names of the columns" : "an empty list")."
        }
        return "\(Phrases.count(count, "registration")) written to \(output).\(format == .csv ? Self.advice : "")"
    }

    private static let advice = " Fill in the column Action, save it as CSV, and give it to `usher run`."

    private func targets(of account: String?) throws -> [Target] {
        var targets: [Target] = []
        for (kind, texts) in [(Target.Kind.meeting, meetings), (.webinar, webinars)] {
            for text in texts {
                switch MeetingID.reading(text, of: kind) {
                case .success(let id):
                    let target = Target(account: account, kind: kind, id: id)
                    if !targets.contains(target) { targets.append(target) }
                case .failure(let problem): throw UsherError.usage("\"\(text)\" \(problem.advice)")
                }
            }
        }
        return targets
    }

    /// - Throws: `UsherError` or `FileError`, if the file can't be written.
    private func checkOutput() throws {
        guard let output else { return }
        if let obstacle = RegistrantSheet.obstacle(at: output) { throw obstacle }
        guard force || !RegistrantSheet.isTaken(output) else {
            throw UsherError.usage(
                """
                \(output) is there already, and may hold decisions. Name another file, or add --force to replace it. Nothing was \
                written.
                """
            )
        }
    }
}

extension RegistrantSheet.Format: ExpressibleByArgument {}

extension ListRun.Refused.Subject {
    var words: String {
        switch self {
        case .target(let target): target.words
        case .host(let address): "host \(address)"
        }
    }
}

extension RegistrantSheet.Changes {
    /// What to say of it; nil if nothing changed.
    var sentence: String? {
        var parts: [String] = []
        if moved > 0 {
            parts.append(
                moved == 1 ? "1 was seen twice and is written once" : "\(moved) were seen twice and are written once"
            )
        }
        if missed > 0 { parts.append("Zoom counted \(missed) more than it listed") }
        guard !parts.isEmpty else { return nil }
        return "The lists changed while they were read: \(parts.joined(separator: "; ")). To be sure, list again."
    }
}
