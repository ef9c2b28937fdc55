import Decisions
import Sending
import Testing

@testable import Settings

@Suite("Settings and where they come from")
struct SettingsTests {
    @Test("a flag counts before a variable, that before the file, and that before the default")
    func precedence() throws {
        let file = try Some.file("plan: free\nrate: 1\njournal: /file.db\n")
        let settings = Settings(file: file, environment: ["USHER_PLAN": "business", "USHER_RATE": "2", "PLAN": "x"])
            .with([(.plan, "pro"), (.journal, nil)])
        func from(_ setting: Setting) -> String? { settings.value(setting).map { "\($0.text) from \($0.origin)" } }
        #expect(from(.plan) == "pro from --plan")
        #expect(from(.rate) == "2 from USHER_RATE")
        #expect(from(.journal) == "/file.db from /c.yaml:3")
        #expect(from(.batchSize) == nil)
        #expect(settings.number(.batchSize) == 30)
    }

    @Test("a profile's own counts after flags and variables, and before the rest of the file and the defaults")
    func profile() throws {
        let file = try Some.file("plan: free\nrate: 1\nprofiles:\n  a:\n    plan: business\n    rate: 3\n")
        let settings = Settings(file: file, environment: ["USHER_RATE": "2"])
        let own = settings.of(try #require(settings.profiles.first))
        #expect(own.value(.plan) == SettingValue(text: "business", origin: .file("/c.yaml", line: 4)))
        #expect(own.value(.rate)?.origin == .variable("USHER_RATE"))
        #expect(own.with([(.plan, "pro")]).text(.plan) == "pro")
        #expect(settings.text(.plan) == "free")
    }

    @Test(
        "what is on or off is as the flag has it, else as the file has it, else as it is by itself",
        arguments: [
            ("quiet: true", nil, true), ("quiet: false", nil, false), ("quiet: true", "false", false),
            ("quiet: false", "true", true), ("plan: pro", nil, false),
        ]
    )
    func switches(file: String, flag: String?, expected: Bool) throws {
        let settings = Settings(file: try Some.file(file), environment: [:]).with([(.quiet, flag)])
        #expect(settings.isOn(.quiet) == expected)
    }

    @Test(
        "preflight is auto, on or off; true and false mean the last two, as they did",
        arguments: [
            ("plan: pro", .auto), ("preflight: auto", .auto), ("preflight: on", .on), ("preflight: off", .off),
            ("preflight: true", .on), ("preflight: false", .off),
        ] as [(String, PreflightMode)]
    )
    func preflight(file: String, expected: PreflightMode) throws {
        let settings = Settings(file: try Some.file(file), environment: [:])
        #expect(settings.preflight == expected)
        #expect(settings.with([(.preflight, "off")]).preflight == .off)
        let wrong = try #require(Setting.preflight.rule.fault(in: "sometimes", isFromFile: true))
        #expect(wrong.contains("auto, on or off"))
    }

    @Test("stop_after_failures is a number of rows or a percentage")
    func failures() {
        let rule = Setting.stopAfterFailures.rule
        for text in ["1", "50", "20%"] { #expect(rule.fault(in: text, isFromFile: true) == nil) }
        for text in ["0", "-1", "0%", "101%", "some"] {
            #expect(rule.fault(in: text, isFromFile: true)?.contains("a percentage from 1% to 100%") == true, "\(text)")
        }
    }

    @Test("every default is a value that its rule allows")
    func standards() {
        #expect(Settings().isOn(.report))
        for setting in Setting.all {
            guard let standard = setting.standard else { continue }
            #expect(setting.rule.fault(in: standard, isFromFile: true) == nil, "\(setting.name)")
        }
    }

    @Test(
        "a time zone is a name that this machine knows, and no path",
        arguments: [
            ("UTC", true), ("Mars/Olympus", false), ("/etc/passwd", false), ("../zoneinfo/UTC", false), ("", false),
            ("Europe", false), ("Europe/Berlin\n", false),
        ]
    )
    func zones(name: String, isKnown: Bool) {
        #expect((Setting.timeZone.rule.fault(in: name, isFromFile: true) == nil) == isKnown)
    }

    @Test("words for actions come from the file and the variable, which counts before it")
    func words() throws {
        let file = try Some.file("words:\n  approve: genehmigt, zugesagt\n  pending: offen\n")
        let settings = Settings(file: file, environment: ["USHER_WORDS": "deny=abgelehnt;approve=aprovado"])
        #expect(settings.faults.isEmpty)
        var expected = ActionWords()
        #expect(expected.add("aprovado", for: .approve) == nil)
        #expect(expected.add("abgelehnt", for: .deny) == nil)
        #expect(expected.add("offen", for: .pending) == nil)
        #expect(settings.actionWords == expected)
    }

    @Test(
        "words that mean something else already, or nothing, are refused with their place",
        arguments: ["approve=denied", "permit=ja", "approve", "approve=ja;deny=ja"]
    )
    func badWords(_ text: String) {
        let settings = Settings(file: nil, environment: ["USHER_WORDS": text])
        #expect(settings.faults.map(\.place) == ["USHER_WORDS"])
    }

    @Test("names of columns are taken from the file and the variable together, the variable's first")
    func columns() throws {
        let file = try Some.file("map:\n  meeting: Sitzung\n  email: Adresse\n")
        let settings = Settings(file: file, environment: ["USHER_MAP": "email=E-Mail, privat;action=Was"])
        let names = settings.columnNames.map { "\($0.key.rawValue)=\($0.value.text) \($0.value.origin)" }.sorted()
        #expect(names == ["action=Was USHER_MAP", "email=E-Mail, privat USHER_MAP", "meeting=Sitzung /c.yaml:2"])
    }

    @Test(
        "a variable of a setting whose value can't be is a fault that says so",
        arguments: [
            ("USHER_PLAN", "enterprise", "Write free, pro or business."),
            ("USHER_BATCH_SIZE", "31", "a whole number from 1 to 30"), ("USHER_RATE", "-1", "a number above 0"),
            ("USHER_QUIET", "1", "true or false"), ("USHER_BASE_URL", "http://example.org", "Plain http"),
            ("USHER_MAP", "Sitzung", "meeting=Sitzung"), ("USHER_PROFILE", "events", "There is no profile \"events\""),
        ]
    )
    func variableFaults(variable: String, value: String, reason: String) throws {
        let faults = Settings(file: nil, environment: [variable: value]).faults
        #expect(faults.count == 1)
        #expect(faults.first?.place == variable)
        #expect(faults.first?.sentence.contains(reason) == true, "\(faults)")
    }

    @Test(
        "variables that are no settings are ignored with one warning, which names what was perhaps meant and no value"
    )
    func unknownVariables() {
        let environment = [
            "USHER_BATCHSIZE": "31", "USHER_CONFG": "/nowhere", "USHER_SERVICE_HOST": "10.0.0.7", "USHER_PLAN": "free",
        ]
        let settings = Settings(file: nil, environment: environment)
        #expect(settings.faults.isEmpty)
        #expect(
            settings.warning == """
                There is no setting of this name, so it is ignored: USHER_BATCHSIZE (do you mean USHER_BATCH_SIZE?), \
                USHER_CONFG (do you mean USHER_CONFIG?), USHER_SERVICE_HOST
                """
        )
        #expect(settings.value(.batchSize) == nil)
        #expect(settings.text(.plan) == "free")
    }

    @Test("what is shown of a webhook is its host: the rest is as secret as a key")
    func webhook() throws {
        let settings = Settings(
            file: nil,
            environment: ["USHER_NOTIFY": "https://hooks.example.org/services/KEY?token=KEY"]
        )
        let report = SettingsReport(settings) { _, _ in nil }
        for text in [report.text, try report.json()] {
            #expect(text.contains("hooks.example.org") && !text.contains("KEY"))
        }
    }

    @Test("an empty variable is none, and a profile's secrets are no settings")
    func noFault() throws {
        let file = try Some.file("profiles:\n  a:\n    credentials:\n      environment: USHER_A_\n")
        let environment = ["USHER_PLAN": "", "USHER_CONFIG": "/c.yaml", "USHER_A_CLIENT_ID": "x", "PATH": "/bin"]
        #expect(Settings(file: file, environment: environment).faults.isEmpty)
        #expect(Settings(file: file, environment: environment).warning == nil)
    }

    @Test("a file that is missing is a fault, and so is a directory in its place")
    func unreadable() {
        #expect(Settings(path: "/nowhere/c.yaml", environment: [:]).faults.map(\.place) == ["/nowhere/c.yaml"])
        #expect(Settings(path: "/", environment: [:]).faults.map(\.place) == ["/"])
        #expect(Settings(path: "/dev/null", environment: [:]).faults.isEmpty)
    }

    @Test("the file is the one that was named, else the variable's, else the standard one if it is there")
    func finding() {
        #expect(ConfigurationFile.find(named: "/a", variable: "/b", standard: "/dev/zero") == "/a")
        #expect(ConfigurationFile.find(named: nil, variable: "/b", standard: "/dev/zero") == "/b")
        #expect(ConfigurationFile.find(named: nil, variable: nil, standard: "/dev/zero") == "/dev/zero")
        #expect(ConfigurationFile.find(named: "/dev/null", variable: "/b", standard: "/dev/zero") == nil)
        #expect(ConfigurationFile.find(named: nil, variable: nil, standard: "/nowhere/c.yaml") == nil)
    }
}
