import ArgumentParser
import FoundationEssentials
import Settings
import Zoom

struct DoctorCommand: AsyncParsableCommand, ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Looks for everything that would keep a run from working, and says what to fix. Changes nothing.",
        discussion: """
            Checks the settings, the journal and its disk, the inbox and other places of files, and for each account the \
            credentials, the way to Zoom, the clock, the token and its scopes. Run it as the user who runs Usher; as \
            `usher-nightly doctor` it also looks at the timer, at whom a failure is told, and at who may read the secrets. \
            Asks nothing of Zoom while the settings are wrong. Ends with 0, or with the most severe problem's exit code: \
            74, 77, 78 or 69; warnings do not count.

            Examples:
              usher doctor
              usher doctor --offline       without the network
              usher doctor --format json
            """
    )

    static let takesFaultySettings = true

    @OptionGroup(title: "Sending") var sending: SendingOptions
    @OptionGroup(title: "Journal") var journal: JournalOptions
    @OptionGroup(title: "Settings") var configuration: ConfigurationOptions

    @Flag(help: "Skip checks that need the network.")
    var offline = false

    @Option(help: "text or json.")
    var format = OutputFormat.text

    var given: Settings.Flags { sending.given + journal.given }

    func run() async throws {
        let settings = settings
        var diagnoses = SettingsCheck.diagnoses(settings)
        do {
            diagnoses += JournalCheck(path: try settings.journal()).diagnoses()
        } catch let error as UsherError {
            diagnoses.append(.problem("journal", error.description, nil, error.status))
        }
        if settings.faults.isEmpty { diagnoses += NightCheck(settings: settings).diagnoses() }
        // systemd sets it for the nightly run, and for what stands in its place.
        if Environment.stateDirectory != nil { diagnoses += nightlyUnits() }
        let isBroken = !settings.faults.isEmpty
        do {
            let accounts = try Accounts(settings)
            for name in names(settings) {
                let check = AccountCheck(name: name, accounts: accounts, needed: needed(settings, of: name))
                diagnoses += await check.diagnoses(offline: offline || isBroken)
            }
            if isBroken, !offline {
                diagnoses.append(
                    .warning("server", "Zoom was not asked, since the settings are wrong.", "Mend them, and try again.")
                )
            }
            diagnoses += accounts.twins().map { .problem("profiles", $0, nil, .configuration) }
        } catch let error as UsherError {
            diagnoses.append(.problem("settings", error.description, nil, error.status))
        }
        let report = DoctorReport(diagnoses: diagnoses)
        switch format {
        case .text: Output.say(lines: report.text)
        case .json: Output.say(lines: try report.json())
        }
        throw ExitCode(report.status.rawValue)
    }

    private func nightlyUnits() -> [Diagnosis] {
        guard let units = NightlyUnits.asked() else { return [NightlyUnits.unanswered] }
        let secrets = SecretStore(environment: ProcessInfo.processInfo.environment)
        return units.diagnoses(.init(failureSettings: secrets.handedOn("usher-failure.conf")))
    }

    /// The profiles; and the unnamed account if there are none, or if it has credentials.
    private func names(_ settings: Settings) -> [String?] {
        let profiles: [String?] = settings.profiles.map(\.name)
        let hasOwn = ProcessInfo.processInfo.environment.contains { $0.key.hasPrefix("ZOOM_") && !$0.value.isEmpty }
        return profiles.isEmpty || hasOwn ? [nil] + profiles : profiles
    }

    /// What every run does under the settings, with one account.
    func needed(_ settings: Settings, of account: String?) -> Set<Scopes.Use> {
        var needed: Set<Scopes.Use> = []
        for list in settings.lists where list.profile ?? settings.chosenProfile?.name == account {
            for target in list.targets(of: account) { needed.formUnion([.details(target.kind), .lists(target.kind)]) }
            // Their webinars are left out if the app may not see them.
            if !list.hosts.isEmpty { needed.formUnion([.hosts(.meeting), .details(.meeting), .lists(.meeting)]) }
        }
        if settings.isOn(.webinars) { needed.insert(.webinars) }
        if settings.preflight == .on || settings.isOn(.verify) {
            needed.insert(settings.isOn(.webinars) ? .webinarLists : .meetingLists)
        }
        return needed
    }
}
