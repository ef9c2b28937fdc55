import ArgumentParser
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

    @Test("--version prints the version and nothing else, whatever the settings are")
    func version() async throws {
        let ended = try await BuiltUsher.run(
            BuiltUsher.executable.path,
            ["--version"],
            in: TestDirectory(),
            environment: ["USHER_CONFIG": "/nowhere/config.yaml"]
        )
        #expect(ended.code == 0)
        #expect(ended.output == "\(Version.current)\n")
        #expect(ended.errors.isEmpty)
    }

    @Test("a report is about one thing")
    func oneThing() {
        #expect(throws: (any Error).self) { try ReportCommand.parse(["3", "--since", "7d"]) }
        #expect(throws: (any Error).self) { try ReportCommand.parse(["--last", "--since", "7d"]) }
        #expect(throws: Never.self) { try ReportCommand.parse(["--since", "7d"]) }
    }
}
