import Decisions
import Foundation
import Journal
import Reporting
import Settings
import Spreadsheet
import Testing
import Zoom
import ZoomModel
import ZoomSandbox

@testable import Usher

@Suite("What usher doctor checks")
struct DoctorCheckTests {
    private let place = TestDirectory()

    private func settings(_ text: String, _ variables: [String: String] = [:]) throws -> Settings {
        try place.write("c.yaml", text)
        return Settings(path: place.path("c.yaml"), environment: variables)
    }

    private static let app = [
        "A_ACCOUNT_ID": "sandbox-account", "A_CLIENT_ID": "sandbox-client", "A_CLIENT_SECRET": "sandbox-secret",
    ]

    /// What is found about one account.
    private struct Findings {
        let diagnoses: [Diagnosis]

        /// How a check ended; nil where it was not made.
        subscript(check: String) -> Diagnosis.State? { self.diagnosis(check)?.state }

        func diagnosis(_ check: String) -> Diagnosis? { diagnoses.first { $0.check == "profile a: \(check)" } }

        var status: Reporting.ExitStatus { DoctorReport(diagnoses: diagnoses).status }
    }

    private func findings(
        at base: String,
        _ tokens: String = "http://127.0.0.1:1/oauth/token",
        credentials: [String: String] = app,
        needed: Set<Scopes.Use> = [],
        offline: Bool = false
    ) async throws -> Findings {
        let text = "base_url: \(base)\noauth_url: \(tokens)\nprofiles:\n  a:\n    credentials:\n      environment: A\n"
        let accounts = try Accounts(settings(text), environment: credentials)
        let check = AccountCheck(name: "a", accounts: accounts, needed: needed)
        let diagnoses = await check.diagnoses(offline: offline)
        #expect(!diagnoses.contains { "\($0)".contains("sandbox-secret") })
        return Findings(diagnoses: diagnoses)
    }

    private func findings(
        _ options: SandboxOptions = SandboxOptions(),
        clockOffset: Double = 0,
        credentials: [String: String] = app,
        needed: Set<Scopes.Use> = []
    ) async throws -> Findings {
        try await SandboxServer.run(options, clock: .system(offset: clockOffset)) { server in
            try await findings(at: server.baseURL, server.tokenURL, credentials: credentials, needed: needed)
        }
    }

    // MARK: Zoom

    @Test("an address without the API's path is told of, though it answers")
    func noPath() async throws {
        try await SandboxServer.run(SandboxOptions()) { server in
            let found = try await findings(at: server.url, server.tokenURL)
            #expect(found["server"] == .warning && found["token"] == .ok)
            #expect(found.diagnosis("server")?.advice == "Give the whole address: --base-url \(server.url)/v2")
        }
    }

    @Test("a server that is not there is 69, and offline it is not looked for")
    func unreachable() async throws {
        let nobody = "http://127.0.0.1:1/v2"
        let token = ["A_ACCESS_TOKEN": "t"]
        let found = try await findings(at: nobody, credentials: token)
        #expect(found["server"] == .problem && found["token"] == nil && found.status == .unreachable)
        let offline = try await findings(at: nobody, credentials: token, offline: true)
        #expect(offline["credentials"] == .ok && offline["server"] == nil && offline.status == .done)
    }

    @Test(
        "a clock that is wrong is told: half a minute is a warning, five minutes a problem",
        arguments: [
            (0, Diagnosis.State.ok, "It agrees"), (60, .warning, "behind"), (-60, .warning, "ahead of"),
            (600, .problem, "behind"), (-600, .problem, "ahead of"),
        ]
    )
    func clock(offset: Int, state: Diagnosis.State, words: String) async throws {
        let found = try await findings(clockOffset: Double(offset))
        #expect(found["clock"] == state)
        #expect(found.diagnosis("clock")?.detail.contains(words) == true)
        #expect(found.status == (state == .problem ? .configuration : .done))
    }

    @Test(
        "refused credentials are 77, whether an app's or a token",
        arguments: [app.merging(["A_CLIENT_SECRET": "no"]) { $1 }, ["A_ACCESS_TOKEN": "of-yesterday"]]
    )
    func refused(credentials: [String: String]) async throws {
        let found = try await findings(credentials: credentials)
        #expect(found["token"] == .problem && found["server"] == .ok)
        #expect(found.status == .refused)
    }

    @Test("a scope that is missing is a problem where it is needed, and a warning where not; broad ones do")
    func scopes() async throws {
        var options = SandboxOptions()
        options.app.scopes = ["meeting:update:registrant_status:admin"]
        let partly = try await findings(options)
        #expect(partly["scopes"] == .warning && partly.status == .done)
        let webinars = try await findings(options, needed: [.webinars])
        #expect(webinars.status == .refused)
        #expect(webinars.diagnoses.contains { $0.detail.contains("webinar:update:registrant_status:admin is missing") })
        options.app.scopes = ["user:read"]
        let none = try await findings(options)
        #expect(none["scopes"] == .problem && none.status == .refused)
        #expect(none.diagnoses.contains { $0.detail.contains("meeting:update:registrant_status:admin is missing") })
        options.app.scopes = [
            "meeting:write:meeting:admin", "meeting:read:meeting:admin", "webinar:write:webinar:admin",
            "webinar:read:webinar:admin", "meeting:read:list_meetings:admin", "webinar:read:list_webinars:admin",
        ]
        #expect(try await findings(options)["scopes"] == .ok)
    }

    @Test("what the settings ask of every run is needed")
    func needed() throws {
        let doctor = try DoctorCommand.parse([])
        #expect(
            doctor.needed(Settings(file: nil, environment: ["USHER_WEBINARS": "true"]), of: nil).contains(.webinars)
        )
        #expect(!doctor.needed(Settings(), of: nil).contains(.webinars))
        let lists = try settings(
            """
            profile: a
            profiles:
              a:
                plan: pro
              b:
                plan: pro
            lists:
              one:
                meetings: 84512093377
              two:
                webinars: 91234567890
                profile: b
            """
        )
        #expect(doctor.needed(lists, of: "a") == [.meetingLists, .meetingDetails])
        #expect(doctor.needed(lists, of: "b") == [.webinarLists, .webinarDetails])
    }

    // MARK: Settings

    @Test("a variable that is named like a setting and is none is a warning, without its value")
    func unknownVariable() throws {
        let found = SettingsCheck.diagnoses(Settings(file: nil, environment: ["USHER_SERVICE_HOST": "10.0.0.7"]))
        #expect(found.map(\.check) == ["variables", "settings"])
        #expect(found.map(\.state) == [.warning, .ok])
        #expect(!found.contains { "\($0)".contains("10.0.0.7") })
    }

    @Test("which configuration file counts is said, and what is wrong in it, each with what to do")
    func configurationFile() throws {
        let none = SettingsCheck.diagnoses(Settings())
        #expect(none.map(\.detail) == ["There is no configuration file; flags, variables and defaults count."])
        let good = SettingsCheck.diagnoses(try settings("plan: pro\n"))
        #expect(good.map(\.detail) == ["Nothing is wrong in \(place.path("c.yaml"))."])
        let faulty = SettingsCheck.diagnoses(try settings("plam: pro\n"))
        #expect(faulty.map(\.status) == [.configuration])
        let fault = try #require(faulty.first)
        #expect(fault.detail.contains("c.yaml:1") && fault.detail.contains("Is \"plan\" meant?"))
        try FileManager.default.setAttributes([.posixPermissions: 0o646], ofItemAtPath: place.path("c.yaml"))
        let open = SettingsCheck.diagnoses(Settings(path: place.path("c.yaml"), environment: [:]))
        #expect(
            open.map(\.status) == [.configuration]
                && open.last?.detail.contains("chmod o-w \(place.path("c.yaml"))") == true
        )
    }

    @Test("secrets that others may read or exchange are 78, with what to do and without the secret")
    func openSecrets() async throws {
        let secrets = place.path("secrets")
        try FileManager.default.createDirectory(atPath: secrets, withIntermediateDirectories: false)
        try place.write("secrets/a.access_token", "hunter2")
        for (path, mode) in [(secrets, 0o777), ("\(secrets)/a.access_token", 0o644)] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        }
        let settings = try settings("profiles:\n  a:\n    credentials:\n      directory: \(secrets)\n")
        let check = AccountCheck(name: "a", accounts: try Accounts(settings, environment: [:]), needed: [])
        let found = Findings(diagnoses: await check.diagnoses(offline: true))
        #expect(found["credentials"] == .problem && found.status == .configuration)
        let detail = found.diagnosis("credentials")?.detail ?? ""
        #expect(
            detail.contains("chmod go-w ") && detail.contains("chmod o= ") && !detail.contains("hunter2"),
            "\(detail)"
        )
    }

    // MARK: The journal

    @Test("a journal that is damaged is 74, and comes before all else")
    func damage() async throws {
        let journal = try Journal(path: place.path("journal.db"))
        let rows = (0..<2_000).map { "84512093377,guest.\($0)@example.org,approve\n" }.joined()
        try place.write("d.csv", "Meeting,Email,Action\n" + rows)
        let source = try SpreadsheetSource(path: place.path("d.csv"))
        _ = try await journal.ingest(source, options: IngestOptions(), at: Date())
        // A copy is one file, without a log beside it.
        let path = place.path("copy.db")
        try JournalReader(path: journal.path).backup(to: path)
        #expect(JournalCheck(path: path).diagnoses().first?.state == .ok)
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        let size = try handle.seekToEnd()
        try handle.seek(toOffset: size / 2)
        try handle.write(contentsOf: Data(repeating: 0xA5, count: 8_192))
        try handle.close()
        let found = JournalCheck(path: path).diagnoses()
        #expect(found.first?.check == "journal" && found.first?.state == .problem, "\(found)")
        let worst = DoctorReport(diagnoses: found + [.problem("token", "No.", nil, .refused)])
        #expect(worst.status == .storage)
        #expect(!FileManager.default.fileExists(atPath: place.path(".usher-doctor-\(getpid())")))
    }

    @Test("lists without an inbox, and a sheet that was filled in where nothing is sent, are warned of")
    func toDecide() throws {
        let text = "lists:\n  one:\n    meetings: 84512093377\n"
        let alone = NightCheck(settings: try settings(text)).diagnoses()
        #expect(alone.contains { $0.check == "lists" && $0.state == .warning && $0.detail.contains("no inbox") })
        try FileManager.default.createDirectory(
            atPath: place.path("inbox/to-decide"),
            withIntermediateDirectories: true
        )
        let inbox = try settings("inbox: \(place.path("inbox"))\n\(text)")
        #expect(NightCheck(settings: inbox).diagnoses().map(\.state) == [.ok])
        try place.write("inbox/to-decide/one.csv", "Action\napprove\n")
        let edited = try #require(NightCheck(settings: inbox).diagnoses().first { $0.check == "lists" })
        #expect(edited.detail.contains("one.csv") && edited.advice?.contains("move the file into") == true)
    }
}
