import ArgumentParser
import Foundation
import Journal
import Reporting
import Settings
import Spreadsheet
import Testing

@testable import Usher

@Suite("Mistakes on the command line are answered with what was meant")
struct CommandLineTests {
    private let place = TestDirectory()

    @Test(
        "a command that does not exist",
        arguments: [
            (["chekc", "d.csv"], "There is no command `usher chekc`. Is `usher check` meant?"),
            (["d.csv"], "There is no command `usher d.csv`. `usher --help` lists what there is."),
            (
                ["journal", "bakcup", "x.db"],
                "There is no command `usher journal bakcup`. Is `usher journal backup` meant?"
            ),
        ]
    )
    func unknownCommand(typed: [String], sentence: String) throws {
        let error = try #require(throws: UsherError.self) { try UsherCommand.refuseUnknownCommand(typed[...]) }
        #expect(error.status == .usage && error.description.contains(sentence), "\(error)")
    }

    @Test("what is a command, help or a flag is left to the parser")
    func knownCommand() {
        for typed in [["run", "x"], ["journal", "check"], ["help", "run"], ["--version"], ["--help"], []] {
            #expect(throws: Never.self) { try UsherCommand.refuseUnknownCommand(typed[...]) }
        }
    }

    @Test(
        "an option or a value that usher run does not take",
        arguments: [
            ([], ["Name at least one spreadsheet"]), (["d.csv", "--fast"], ["--fast"]),
            (["d.csv", "--plan", "gold"], ["gold", "free", "pro", "business"]),
            (["d.csv", "--batch-size", "31"], ["--batch-size", "1 to 30"]), (["d.csv", "--rate", "0"], ["--rate"]),
            (["d.csv", "--preflight", "--reapply"], ["choose one"]),
            (["d.csv", "--preflight", "--first", "3"], ["--no-preflight", "--first"]),
        ]
    )
    func run(typed: [String], says: [String]) throws {
        let error = try #require(throws: (any Error).self) { try RunCommand.parse(typed) }
        #expect(RunCommand.exitCode(for: error).rawValue == Reporting.ExitStatus.usage.rawValue)
        let message = RunCommand.fullMessage(for: error)
        for words in says { #expect(message.contains(words), "\(message)") }
    }

    @Test("a directory without spreadsheets")
    func emptyDirectory() throws {
        let sources = try RunCommand.parse([place.path]).spreadsheets.sources()
        let error = try #require(throws: SpreadsheetError.self) { try sources[0]() }
        #expect(sources.count == 1 && error.description.contains(place.path))
        #expect(error.description.contains("no spreadsheet") && error.description.contains("Name another"))
    }

    @Test("a flag that usher config show can't show is told in the words of usher run, without its usage")
    func unknownFlag() throws {
        let show = try ConfigShowCommand.parse(["--plam", "free"])
        let error = try #require(throws: UsherError.self) { try show.run() }
        #expect(error.status == .usage)
        #expect(error.description.contains("--plan") && error.description.contains("`usher config show`"), "\(error)")
        #expect(!error.description.contains("Usage"))
    }

    @Test("nothing to explain, or nothing known: what there is is listed", arguments: [[], ["foo"]])
    func explain(words: [String]) throws {
        let explain = try ExplainCommand.parse(words)
        let error = try #require(throws: UsherError.self) { try explain.run() }
        #expect(error.status == .usage)
        for part in ["Outcomes: applied", "Exit codes", "3003", "429"] { #expect(error.description.contains(part)) }
    }

    // MARK: The journal

    @Test("a journal or a job that is not there is a mistake of the command line, and none is made")
    func missing() async throws {
        let path = place.path("journal.db")
        let status = try StatusCommand.parse(["7", "--journal", path])
        let none = await #expect(throws: JournalError.missing(path: path)) { try await status.run() }
        #expect(none?.description.contains("no journal") == true && none?.description.contains("usher run") == true)
        let verify = try VerifyCommand.parse(["1", "--journal", path])
        await #expect(throws: JournalError.missing(path: path)) { try await verify.run() }
        #expect(!FileManager.default.fileExists(atPath: path))
        _ = try Journal(path: path)
        await #expect(throws: JournalError.noSuchJob(JobID(rawValue: 1))) { try await verify.run() }
        for error in [JournalError.missing(path: path), .noSuchJob(JobID(rawValue: 1)), .pruned(JobID(rawValue: 1))] {
            #expect(Reporting.ExitStatus(error) == .usage)
        }
    }

    @Test("a journal that can't be one is named, with what to do, and ends with 74")
    func unusable() async throws {
        try place.write("d.csv", "Meeting,Email,Action\n84512093377,guest@example.org,approve\n")
        try FileManager.default.createDirectory(atPath: place.path("directory"), withIntermediateDirectories: false)
        for (path, says) in [
            (place.path("directory"), "is a directory"), (place.path("d.csv/j.db"), "ot a directory"),
            (place.path("d.csv"), "is not an Usher journal"),
        ] {
            let error = try #require(throws: JournalError.self) { try Journal(path: path) }
            #expect(error.description.contains(says) && error.description.contains("--journal"), "\(error)")
            #expect(Reporting.ExitStatus(error) == .storage)
        }
        let status = try StatusCommand.parse(["--journal", place.path])
        let error = await #expect(throws: JournalError.self) { try await status.run() }
        #expect(error?.description.contains("it is a directory. Name a file") == true)
        #expect(try place.read("d.csv").hasSuffix("approve\n"))
    }

    @Test("a backup that can't be made is told as such, and not as trouble of the journal")
    func backup() async throws {
        let path = place.path("journal.db")
        _ = try Journal(path: path)
        try place.write("d.csv", "")
        for (name, part) in [
            ("none/x.db", "No such file"), ("d.csv", "of that name already"), (".", "it is a directory"),
        ] {
            let file = place.path(name)
            let backup = try JournalBackupCommand.parse([file, "--journal", path])
            let error = try #require(throws: JournalError.self) { try backup.run() }
            #expect(Reporting.ExitStatus(error) == .storage)
            #expect(error.description.hasPrefix("The backup \(file) could not be made: "), "\(error)")
            #expect(error.description.contains(part) && !error.description.contains("--journal"), "\(error)")
        }
    }

    @Test("an age is days or weeks, and what was sent today and yesterday is never pruned")
    func age() {
        func days(_ text: String) -> Int? {
            (try? JournalPruneCommand.parse(["--older-than=\(text)"]))?.olderThan.days
        }
        #expect(days("2d") == 2 && days("1w") == 7 && days("400d") == 400)
        for wrong in ["1d", "0w", "400", "d", "-3d", "9999999999999999999d", ""] { #expect(days(wrong) == nil) }
    }

    // MARK: The settings

    /// All commands that do something.
    private static let commands: [any ParsableCommand.Type] = UsherCommand.configuration.subcommands.flatMap {
        $0.configuration.subcommands.isEmpty ? [$0] : $0.configuration.subcommands
    }

    @Test("each command that has settings sees the faults in them; only one goes on to tell them itself")
    func faults() throws {
        try place.write("c.yaml", "plan: pro\nbatch_sise: 3\nper_meeting: 11\n")
        let needed = [
            "RunCommand": ["d.csv"], "CheckCommand": ["d.csv"], "ResultsCommand": ["1"], "VerifyCommand": ["1"],
            "ListCommand": ["84512093377"],
            "JournalBackupCommand": ["x.db"], "JournalRestoreCommand": ["x.db"],
            "JournalPruneCommand": ["--older-than", "2d"],
        ]
        var withoutSettings: Set<String> = []
        var telling: Set<String> = []
        for command in Self.commands {
            let name = command.configuration.commandName ?? ""
            guard let configured = command as? any ConfiguredCommand.Type else {
                withoutSettings.insert(name)
                continue
            }
            if configured.takesFaultySettings { telling.insert(name) }
            let parsed = try configured.parse(["--config", place.path("c.yaml")] + (needed["\(command)"] ?? []))
            let faults = parsed.configuration.settings.faults
            #expect(
                faults.map { $0.description.replacing("\(place.path)/", with: "") } == [
                    "c.yaml:2: \"batch_sise\" is not a setting. Is \"batch_size\" meant?",
                    "c.yaml:3: per_meeting: \"11\" is not allowed. Write a whole number from 1 to 10.",
                ]
            )
        }
        #expect(withoutSettings == ["explain", "exit-codes"])
        #expect(telling == ["doctor"])
        #expect(Reporting.ExitStatus(ConfigurationError([])) == .configuration)
    }
}
