import Foundation
import Testing

@Suite("Several accounts")
struct ProfileTests {
    /// A spreadsheet with an account column.
    private static func sheet(_ rows: [(account: String, meeting: String, registrant: String)]) -> String {
        CSVText.line(["Account", "Meeting", "Registrant ID", "Action"])
            + rows.map { CSVText.line([$0.account, $0.meeting, $0.registrant, "approve"]) }.joined()
    }

    private static func deed(_ meeting: String, _ registrant: String) -> Deed {
        Deed(target: meeting, action: "approve", registrant: registrant)
    }

    /// Two accounts: one of plan free with its secrets in files, one of plan business with a token in a variable.
    private func configure(_ place: Workplace, _ events: Sandbox, _ training: Sandbox, more: String = "") throws {
        let directory = place.url("secrets")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        for (name, text) in [
            ("account_id", "sandbox-account"), ("client_id", "sandbox-client"), ("client_secret", "sandbox-secret\n"),
        ] {
            let file = directory.appending(path: "events.\(name)")
            try Data(text.utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: file.path)
        }
        try place.write(
            """
            \(more)
            profiles:
              events:
                plan: free
                base_url: \(events.baseURL)
                oauth_url: \(events.tokenURL)
                credentials:
                  directory: \(directory.path)
              Training:
                plan: business
                base_url: \(training.baseURL)
                oauth_url: \(training.tokenURL)
                credentials:
                  environment: TRAINING
            """,
            as: "c.yaml"
        )
    }

    private static let token: [String: String?] = ["TRAINING_ACCESS_TOKEN": "of-training", "USHER_CONFIG": "c.yaml"]

    /// Seconds from the first request to the last.
    private static func span(of requests: [Audit.Request]) throws -> TimeInterval {
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let times = try requests.map { try Date($0.time, strategy: format) }.sorted()
        return try #require(times.last).timeIntervalSince(try #require(times.first))
    }

    @Test("each row goes to the account that it names, at that account's own rate; a name that is none is rejected")
    func routing() async throws {
        try await withWorkplace { place in
            let events = try await place.startSandbox("--open", "--plan", "free", audit: "events.jsonl")
            let training = try await place.startSandbox(
                "--open",
                "--plan",
                "business",
                "--token",
                "of-training",
                audit: "training.jsonl"
            )
            try configure(place, events, training, more: "profile: events")
            var rows: [(account: String, meeting: String, registrant: String)] = []
            for number in 0..<6 {
                rows.append((number % 2 == 0 ? "events" : "", "8451209337\(number)", "e\(number)"))
                rows.append(("TRAINING", "8551209337\(number)", "t\(number)"))
            }
            rows.append(("sales", "84512093370", "s"))
            let file = try place.write(Self.sheet(rows), as: "decisions.csv")

            let run = try await place.usher("run", file, environment: Self.token)

            #expect(run.code == 1, "\(run.errors)")
            let results = try place.results(file)
            #expect(results.outcomes == ["applied": 12, "rejected": 1])
            let reason = try #require(results["reason"].last)
            #expect(
                reason == "Account: \"sales\" is not a profile. Write one of events, Training, or leave the cell empty."
            )
            let toEvents = try events.audit.updates()
            let toTraining = try training.audit.updates()
            #expect(Set(toEvents.flatMap(\.done)) == Set((0..<6).map { Self.deed("8451209337\($0)", "e\($0)") }))
            #expect(Set(toTraining.flatMap(\.done)) == Set((0..<6).map { Self.deed("8551209337\($0)", "t\($0)") }))
            // Six requests at two a second; at the other account's rate it is a tenth of one.
            let slow = try Self.span(of: toEvents)
            let fast = try Self.span(of: toTraining)
            #expect(slow >= 1.9, "\(slow) s")
            #expect(fast < slow, "\(fast) s")

            let again = try await place.usher("run", file, environment: Self.token)
            #expect(again.code == 1)
            #expect(try events.audit.updates().count == toEvents.count, "nothing is sent twice")
            #expect(try training.audit.updates().count == toTraining.count, "nothing is sent twice")
        }
    }

    @Test(
        "the guides' profiles find their secrets as their drop-in hands them on, and another user leaves root's alone",
        .enabled(if: Privileges.canBecomeNobody, "needs root, to become another user")
    )
    func handedOn() async throws {
        let blocks = try Guide.all().flatMap { $0.text.split(separator: "```") }
        let example = try #require(blocks.first { $0.hasPrefix("yaml\n") && $0.contains("\nprofiles:\n") })
        let dropIn = try #require(blocks.first { $0.hasPrefix("ini\n") && $0.contains("LoadCredential=") })
        let lines = dropIn.split(separator: "\n").filter { $0.hasPrefix("LoadCredential=") }
        #expect(lines.first == "LoadCredential=", "the usual three would be missing")
        try await withWorkplace { place in
            // As systemd makes it: the user's own, and readable by nobody else.
            let (roots, handed) = (place.url("root"), place.url("handed"))
            for directory in [roots, handed] {
                try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
            }
            func put(_ name: Substring, in directory: URL, owner: Int) throws {
                let file = directory.appending(path: String(name))
                try Data("s3cret-\(name)\n".utf8).write(to: file)
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o400, .ownerAccountID: owner],
                    ofItemAtPath: file.path
                )
            }
            for line in lines.dropFirst() {
                let parts = line.dropFirst("LoadCredential=".count).split(separator: ":")
                try #require(parts.count == 2 && parts[1] == "/etc/usher/credentials/\(parts[0])", "\(line)")
                try put(parts[0], in: roots, owner: 0)
                try put(parts[0], in: handed, owner: 65_534)
            }
            try place.giveDesk(to: 65_534)
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: roots.path)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o500, .ownerAccountID: 65_534],
                ofItemAtPath: handed.path
            )
            let profiles = String(example.dropFirst("yaml\n".count))
            try place.write(profiles, as: "c.yaml")
            func doctor(_ variables: String) async throws -> Finished {
                let nobody = "setpriv \(Privileges.nobody.joined(separator: " "))"
                return try await place.script(
                    "\(variables) \(nobody) usher doctor --offline --config c.yaml --journal own/journal.db"
                )
            }
            let well = try await doctor("CREDENTIALS_DIRECTORY='\(handed.path)'")
            #expect(well.code == 0, "\(well.output)")
            for name in ["events", "training"] {
                #expect(well.output.contains("\nok       profile \(name): credentials "), "\(well.output)")
            }
            let directory = "  events:\n    credentials:\n      directory: \(roots.path)\n"
            try place.write(profiles.replacing("  events:\n", with: directory), as: "c.yaml")
            let refused = try await doctor("")
            #expect(refused.code == 78, "\(refused.output)")
            #expect(refused.output.contains("Leave it so: don't change its owner."), "\(refused.output)")
            #expect(refused.output.contains("LoadCredential=events.client_secret:\(roots.path)/events.client_secret"))
            #expect(refused.output.contains("usher-nightly"), "\(refused.output)")
            let already = try await doctor("CREDENTIALS_DIRECTORY='\(handed.path)'")
            #expect(already.output.contains("take \"credentials:\" out of the profile."), "\(already.output)")
        }
    }
}
