import ArgumentParser
import Decisions
import Foundation
import Settings
import Testing
import Zoom

@testable import Usher

@Suite("Accounts and what is set for them")
struct AccountsTests {
    private let place = TestDirectory()

    /// The settings of a file and of flags of `usher run`.
    private func settings(_ file: String = "", _ flags: [String] = []) throws -> Settings {
        try place.write("c.yaml", file)
        let settings = Settings(path: place.path("c.yaml"), environment: [:])
        #expect(settings.faults.isEmpty)
        return settings.with(try RunCommand.parse(flags + ["a.csv"]).given)
    }

    private func accounts(
        _ file: String = "",
        _ flags: [String] = [],
        environment: [String: String] = [:]
    ) throws -> Accounts {
        try Accounts(settings(file, flags), environment: environment)
    }

    private func refusal(_ file: String = "", _ flags: [String] = []) throws -> UsherError {
        try #require(throws: UsherError.self) { try accounts(file, flags) }
    }

    private static let two = """
        profiles:
          events:
            credentials:
              environment: EVENTS
          Training:
            credentials:
              environment: TRAINING

        """

    private static let app = [
        "EVENTS_ACCOUNT_ID": "1", "EVENTS_CLIENT_ID": "2", "EVENTS_CLIENT_SECRET": "3",
    ]

    /// The names of those that are ready, and what is wrong with the others.
    private func ready(_ names: Set<String?>, of accounts: Accounts) async -> (names: [String?], faults: [UsherError]) {
        let (ready, faults) = accounts.ready(names)
        for account in ready { await account.client.shutdown() }
        return (ready.map(\.name), faults)
    }

    // MARK: Rate, addresses and encoding

    @Test("a rate that the plan does not allow is blamed on the line, or on the flag, that asks for it")
    func rate() throws {
        let line = try refusal("plan: free\nrate: 15\n")
        #expect(line.status == .configuration)
        #expect(line.description.contains("c.yaml:2: rate: 15 is more than the plan \"free\" allows (2 a second)."))
        let flag = try refusal("", ["--rate", "21"])
        #expect(flag.status == .usage)
        #expect(flag.description.contains("--rate 21 is more") && flag.description.contains("20 a second"))
        #expect(flag.description.contains("--plan"))
        #expect(throws: Never.self) { try accounts("", ["--rate", "20"]) }
        #expect(throws: Never.self) { try accounts("", ["--rate", "21", "--base-url", "http://127.0.0.1:1/v2"]) }
    }

    @Test(
        "an address that can't be is a mistake of the command line, told with its flag and without a password",
        arguments: [
            ("--base-url", "zoom.us", "https://"), ("--base-url", "http://zoom.us/v2", "https://"),
            ("--base-url", "https://u:hunter2@zoom.us", "Leave it out"), ("--oauth-url", "ftp://zoom.us", "https://"),
        ]
    )
    func address(flag: String, text: String, advice: String) throws {
        let error = try refusal("", [flag, text])
        #expect(error.status == .usage)
        #expect(error.description.contains(flag) && error.description.contains(advice), "\(error)")
    }

    @Test("requests are written as JSON, unless something else is asked for")
    func encoding() throws {
        #expect(try accounts().configuration(of: nil)?.encoding == .json)
        #expect(try accounts("", ["--encoding", "multipart"]).configuration(of: nil)?.encoding == .multipart)
        #expect(try accounts("encoding: multipart\n").configuration(of: nil)?.encoding == .multipart)
    }

    // MARK: Credentials

    @Test("an account without credentials is told with what it lacks, and the others are ready")
    func missing() async throws {
        let (names, faults) = await ready(
            ["events", "Training"],
            of: try accounts(Self.two, environment: Self.app)
        )
        #expect(names == ["events"])
        #expect(faults.map(\.status) == [.configuration])
        #expect(
            faults.first?.description.contains(
                "No TRAINING_ACCOUNT_ID, no TRAINING_CLIENT_ID, no TRAINING_CLIENT_SECRET was found."
            ) == true
        )
    }

    @Test("two profiles for one Zoom account are not both ready, for they would ask twice as fast as it allows")
    func twins() async throws {
        let file = Self.two.replacing("TRAINING", with: "EVENTS")
        let accounts = try accounts(file, environment: Self.app)
        let (names, faults) = await ready(["events", "Training"], of: accounts)
        #expect(names.count == 1)
        #expect(faults.map(\.status) == [.configuration])
        #expect(faults.first?.description.contains("are for the same Zoom account") == true)
        #expect(accounts.twins().count == 1)
        #expect(await ready(["events"], of: accounts).faults.isEmpty)
    }

    @Test("rows that name no account go to the profile that was chosen, and an unknown one is refused")
    func chosen() throws {
        func account(_ flags: [String]) throws -> String? {
            let settings = try settings(Self.two, flags)
            return try RunCommand.parse(flags + ["a.csv"]).spreadsheets.sheetOptions(settings).account
        }
        #expect(try account([]) == nil)
        #expect(try account(["--profile", "training"]) == "Training")
        let unknown = try #require(throws: UsherError.self) { try account(["--profile", "trainning"]) }
        #expect(unknown.status == .usage && unknown.description.contains("Is \"Training\" meant?"))
    }

    @Test("where no profile was chosen and nothing is set, the variables and the profiles are named")
    func none() throws {
        let error = try #require(throws: UsherError.self) {
            try CredentialSource.fromEnvironment(profiles: ["events", "Training"])
        }
        #expect(error.status == .configuration)
        #expect(error.description.contains("ZOOM_ACCOUNT_ID") && error.description.contains("ZOOM_ACCESS_TOKEN"))
        #expect(error.description.contains("Or choose a profile with --profile: events, Training."))
        #expect(error.description.hasSuffix("Nothing was sent."))
    }
}
