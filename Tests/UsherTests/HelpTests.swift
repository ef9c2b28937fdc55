import ArgumentParser
import Settings
import Testing

@testable import Usher

@Suite("Help")
struct HelpTests {
    @Test("every command shows examples that name it, none wider than a terminal")
    func examples() {
        for command in UsherCommand.configuration.subcommands {
            let name = command.configuration.commandName ?? ""
            let text = command.helpMessage(columns: 100)
            #expect(text.contains("Examples:"), "usher help \(name)")
            #expect(text.contains("usher \(name)"), "usher help \(name)")
            for line in command.configuration.discussion.split(separator: "\n") where line.hasPrefix("  usher ") {
                #expect(line.count <= 80, "usher help \(name): \(line)")
            }
            #expect(command.configuration.abstract.hasSuffix("."), "usher help \(name)")
        }
    }

    @Test(
        "a span of time before now is days, hours or minutes",
        arguments: [
            ("7d", 604_800, "7 days"), ("1d", 86_400, "day"), ("12h", 43_200, "12 hours"), ("30m", 1_800, "30 minutes"),
        ]
    )
    func pastTime(text: String, seconds: Int, words: String) throws {
        let time = try #require(PastTime(argument: text))
        #expect(time.seconds == seconds && time.words == words)
    }

    @Test(
        "what is no span of time is refused",
        arguments: ["", "d", "7", "-1d", "0d", "7w", "7 d", "9999999999999d", "١d"]
    )
    func noPastTime(text: String) {
        #expect(PastTime(argument: text) == nil)
    }

    @Test("--version prints the version, what it was built from, and nothing else, whatever the settings are")
    func version() async throws {
        let ended = try await BuiltUsher.run(
            BuiltUsher.executable.path,
            ["--version"],
            in: TestDirectory(),
            environment: ["USHER_CONFIG": "/nowhere/config.yaml"]
        )
        #expect(ended.code == 0)
        #expect(ended.output == "\(Version.current) (development)\n")
        #expect(ended.errors.isEmpty)
    }

    @Test("so do the commands of usher journal, and that one itself")
    func journal() {
        for command in JournalCommand.configuration.subcommands + [JournalCommand.self as any ParsableCommand.Type] {
            #expect(command.helpMessage(columns: 100).contains("Examples:\n  usher journal"))
        }
    }

    @Test("a report is about one thing")
    func oneThing() {
        #expect(throws: (any Error).self) { try ReportCommand.parse(["3", "--since", "7d"]) }
        #expect(throws: (any Error).self) { try ReportCommand.parse(["--last", "--since", "7d"]) }
        #expect(throws: Never.self) { try ReportCommand.parse(["--since", "7d"]) }
    }
}

@Suite("Flags that are settings")
struct FlagTests {
    /// What flags say, by the setting: `name=text`.
    private func given(_ typed: [String]) throws -> [String] {
        try RunCommand.parse(typed).given.compactMap { setting, text in text.map { "\(setting.name)=\($0)" } }
    }

    @Test("a flag that is not given says nothing, so that the environment and the file can")
    func nothing() throws {
        #expect(try given(["a.csv"]).isEmpty)
    }

    @Test(
        "each says what was typed: the last value of several, and nothing that stands behind --",
        arguments: [
            (["-q", "a.csv"], ["quiet=true"]), (["--quiet", "--no-quiet", "a.csv"], ["quiet=false"]),
            (["--no-report", "a.csv"], ["report=false"]),
            (["--plan", "free", "--plan=pro", "--", "--plan"], ["plan=pro"]),
            (["--rate", "2.50", "a.csv"], ["rate=2.5"]),
        ]
    )
    func values(typed: [String], expected: [String]) throws {
        #expect(try given(typed) == expected)
    }

    @Test("usher run has a flag for each setting that has one value")
    func all() throws {
        let flags = Set(try RunCommand.parse(["a.csv"]).given.map(\.setting.name))
        #expect(flags == Set(Setting.all.map(\.name)).subtracting(["map", "words"]))
    }

    @Test("an inbox that the settings name does not count where the command line names spreadsheets")
    func inbox() throws {
        let settings = Settings(file: nil, environment: ["USHER_INBOX": "/srv/inbox"])
        let options = try RunCommand.parse(["a.csv"]).inbox
        #expect(options.directory(settings, namesFiles: true) == nil)
        #expect(options.directory(settings, namesFiles: false) == "/srv/inbox")
        #expect(try RunCommand.parse(["--inbox", "/in"]).inbox.directory(settings, namesFiles: false) == "/in")
    }

    @Test("help names the flag of each setting, and of each that is on or off the one that switches it off")
    func help() {
        let help = RunCommand.helpMessage(columns: 1_000)
        // Whole words, since one flag's name may begin another's.
        let words = Set(help.split { !$0.isLetter && $0 != "-" }.map(String.init))
        for setting in Setting.all {
            #expect(words.contains("--\(setting.flag)"), "\(setting.name)")
            // What the file switches on, the command line can switch off.
            if setting.rule == .flag { #expect(words.contains("--no-\(setting.flag)"), "\(setting.name)") }
        }
    }

    @Test("help names the default of each setting that is on or off")
    func defaults() {
        let help = RunCommand.helpMessage(columns: 1_000)
        for setting in Setting.all where setting.rule == .flag {
            let flag = setting.standard == "true" ? setting.flag : "no-\(setting.flag)"
            #expect(help.contains("(default: --\(flag))"), "\(setting.name)")
        }
    }
}
