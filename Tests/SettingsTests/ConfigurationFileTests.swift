import FoundationEssentials
import Glibc
import Testing

@testable import Settings

@Suite("What a configuration file may say")
struct ConfigurationFileTests {
    @Test("the sample is a good file, and shows every setting there is")
    func sample() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appendingPathComponent("samples/config.yaml").path
        let file = try ConfigurationFile(path: path)
        let shown = Set(file.values.keys).union(file.nested.keys)
        #expect(Set(Setting.all.map(\.name)).subtracting(shown).isEmpty)
        #expect(file.profiles.map(\.name) == ["events", "training", "courses"])
        #expect(file.lists.map(\.name) == ["spring-conference"])
        #expect(Settings(file: file, environment: [:]).faults.isEmpty)
    }

    @Test("everything that is wrong is said at once, with its line, the nearest name and what is allowed")
    func faults() throws {
        let faults = try Some.faults(
            in: """
                plann: pro
                batch_size: 300
                journal: journal.db
                map:
                  meting: Sitzung
                shade: red
                quiet:
                  loud: true
                """
        )
        #expect(
            faults == [
                "/c.yaml:1: \"plann\" is not a setting. Is \"plan\" meant?",
                "/c.yaml:2: batch_size: \"300\" is not allowed. Write a whole number from 1 to 30.",
                """
                /c.yaml:3: journal: "journal.db" is relative, but a nightly run starts in another directory than yours. Write the \
                full path, from /.
                """,
                "/c.yaml:5: \"map.meting\" is not a setting. Is \"meeting\" meant?",
                faults[4],
                "/c.yaml:7: \"quiet\" has other names below it. Write true or false beside it.",
            ]
        )
        #expect(faults[4].hasPrefix("/c.yaml:6: \"shade\" is not a setting. There are: base_url, batch_size,"))
    }

    @Test("a file that everybody may change or exchange is refused, and so is a pipe", .timeLimit(.minutes(1)))
    func others() throws {
        let manager = FileManager.default
        let directory = manager.temporaryDirectory.appendingPathComponent("usher-config-\(UUID().uuidString)").path
        try manager.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? manager.removeItem(atPath: directory) }
        let path = "\(directory)/c.yaml"
        try Data("plan: pro\n".utf8).write(to: URL(fileURLWithPath: path))
        func refusal(file: Int, directory mode: Int) throws -> String? {
            try manager.setAttributes([.posixPermissions: file], ofItemAtPath: path)
            try manager.setAttributes([.posixPermissions: mode], ofItemAtPath: directory)
            do { _ = try ConfigurationFile(path: path) } catch { return error.description }
            return nil
        }
        #expect(try refusal(file: 0o644, directory: 0o755) == nil)
        #expect(try refusal(file: 0o664, directory: 0o1777) == nil)
        #expect(try refusal(file: 0o646, directory: 0o755)?.contains("Run: chmod o-w \(path)") == true)
        #expect(try refusal(file: 0o644, directory: 0o777)?.contains("Run: chmod o-w \(directory)") == true)
        try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory)
        #expect(mkfifo("\(directory)/pipe", 0o600) == 0)
        let error = #expect(throws: ConfigurationError.self) { try ConfigurationFile(path: "\(directory)/pipe") }
        #expect(error?.description.contains("it is a pipe") == true)
    }

    @Test(
        "a secret is refused wherever it stands, and is not repeated",
        arguments: [
            "client_secret: hunter2", "profiles:\n  a:\n    client_secret: hunter2",
            "profiles:\n  a:\n    credentials:\n      access_token: hunter2", "password: hunter2",
            "profiles:\n  a:\n    client_id: hunter2",
        ]
    )
    func secrets(text: String) throws {
        let faults = try Some.faults(in: text)
        #expect(faults.contains { $0.contains("does not belong in this file") })
        #expect(!faults.joined().contains("hunter2"))
    }

    @Test("profiles have names, settings of their own and a place for their secrets")
    func profiles() throws {
        let file = try Some.file(
            """
            profiles:
              events:
                plan: free
                rate: 1.5
                base_url: http://127.0.0.1:1/v2
                account: abc
                credentials:
                  directory: /run/secrets
              Training-2:
                credentials:
                  environment: TRAINING_
              other:
                plan: business
            """
        )
        #expect(file.profiles.map(\.name) == ["events", "Training-2", "other"])
        #expect(
            file.profiles[0].settings == ["plan": "free", "rate": "1.5", "base_url": "http://127.0.0.1:1/v2"]
        )
        #expect(file.profiles[0].accountID == "abc")
        let places: [CredentialLocation] = [.directory("/run/secrets"), .environment(prefix: "TRAINING"), .systemd]
        #expect(file.profiles.map(\.credentials) == places)
    }

    @Test(
        "a profile that can't be is refused",
        arguments: [
            ("profiles:\n  a b: x", 2, "form"), ("profiles:\n  _a:\n    plan: pro", 2, "is not a valid profile name"),
            ("profiles: x", 1, "has a value"), ("profiles:\n  a: x", 2, "has a value"),
            ("profiles:\n  a:\n    plam: pro", 3, "Is \"plan\" meant?"),
            ("profiles:\n  a:\n    plan: gold", 3, "free, pro or business"),
            ("profiles:\n  a:\n    credentials: x", 3, "has a value"),
            ("profiles:\n  a:\n    credentials:\n      directory: x", 4, "is relative"),
            ("profiles:\n  a:\n    credentials:\n      directory: /x\n      environment: X", 5, "not in both"),
            ("profiles:\n  a:\n    credentials:\n      environment: 1-X", 4, "beginning of a variable"),
            ("profiles:\n  a:\n    plan: pro\n  A:\n    plan: pro", 4, "has the name of"),
        ]
    )
    func profileFaults(text: String, line: Int, reason: String) throws {
        let faults = try Some.faults(in: text)
        #expect(faults.contains { $0.hasPrefix("/c.yaml:\(line): ") && $0.contains(reason) }, "\(faults)")
    }

    @Test("lists to decide name meetings and webinars as Zoom shows them, and an account")
    func lists() throws {
        let file = try Some.file(
            """
            profiles:
              Events:
                plan: free
            lists:
              spring-conference:
                meetings: 845 1209 3377, 684-2308-5123,84512093377
                webinars: 91234567890
                profile: events
              2027_summer:
                webinars: "912 3456 7890"
              talks:
                hosts: Ada@example.org, ben@example.org,ada@example.org
            """
        )
        #expect(file.lists.map(\.name) == ["spring-conference", "2027_summer", "talks"] && file.lists[0].line == 5)
        #expect(file.lists[0].meetings.map(\.description) == ["84512093377", "68423085123"])
        #expect(file.lists[0].targets(of: "Events").map(\.kind) == [.meeting, .meeting, .webinar])
        #expect(file.lists[0].profile == "Events" && file.lists[1].profile == nil)
        #expect(file.lists[1].webinars.map(\.description) == ["91234567890"])
        #expect(file.lists[2].hosts == ["Ada@example.org", "ben@example.org"] && file.lists[2].meetings.isEmpty)
        let shown = SettingsReport(Settings(file: file, environment: [:]), computed: { _, _ in nil })
        let lines = shown.text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(lines.contains("list spring-conference (to-decide/spring-conference.csv in the inbox)"))
        #expect(lines.contains("meetings 84512093377, 68423085123 /c.yaml:5"), "\(lines)")
        #expect(try shown.json().contains("\"2027_summer\""))
    }

    @Test(
        "a list that can't be is refused with its line",
        arguments: [
            ("lists: x", 1, "has a value"), ("lists:\n  a: 84512093377", 2, "has a value"),
            ("lists:\n  _a:\n    meetings: 84512093377", 2, "is not a valid name for a list"),
            ("lists:\n  a:\n    meeting: 84512093377", 3, "Is \"meetings\" meant?"),
            ("lists:\n  a:\n    meetings: 8.4512E+10", 3, "lists.a.meetings: \"8.4512E+10\""),
            ("lists:\n  a:\n    meetings: 84512093377,", 3, "Remove a comma"),
            ("lists:\n  a:\n    hosts: events", 3, "lists.a.hosts: \"events\" is not an email address"),
            ("lists:\n  a:\n    meetings: 845", 3, "has 3 digits"),
            ("lists:\n  a:\n    meetings:\n      b: 84512093377", 3, "has other names below it"),
            ("lists:\n  a:\n    webinars: 84512093377\n    profile: b", 4, "there is no profile \"b\""),
            ("profiles:\n  b:\n    plan: pro\nlists:\n  a:\n    profile: b", 5, "names nothing to list"),
            ("lists:\n  a:\n    meetings: 84512093377\n  A:\n    meetings: 84512093377", 4, "has the name of"),
            ("list:\n  a:\n    meetings: 84512093377", 1, "Is \"lists\" meant?"),
        ]
    )
    func listFaults(text: String, line: Int, reason: String) throws {
        let faults = try Some.faults(in: text)
        #expect(faults.contains { $0.hasPrefix("/c.yaml:\(line): ") && $0.contains(reason) }, "\(faults)")
    }
}
