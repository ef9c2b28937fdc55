import FoundationEssentials
import Glibc
import Testing
import Zoom

@testable import Settings

@Suite("Where secrets are read from")
struct SecretStoreTests {
    /// A directory of secret files for as long as a test takes.
    private func withFiles(
        _ files: [String: String],
        mode: Int = 0o400,
        _ body: (String) throws -> Void
    ) throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "usher-secrets-\(UUID().uuidString)"
        )
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        for (name, text) in files {
            let file = directory.appendingPathComponent(name)
            try Data(text.utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
        }
        try body(directory.path)
    }

    private static let app = ["a.account_id": "acc\n", "a.client_id": "cli", "a.client_secret": "hunter2\r\n"]

    private func profile(_ place: CredentialLocation, account: String? = nil) -> Profile {
        Profile(
            name: "a",
            accountID: account,
            settings: [:],
            credentials: place,
            line: 1
        )
    }

    private let expected = Credentials.serverToServer(
        accountID: "acc",
        clientID: "cli",
        clientSecret: Secret("hunter2")
    )

    @Test(
        "files of a directory, named after the profile, with or without a line end",
        arguments: [0o400, 0o440, 0o600, 0o640]
    )
    func directory(mode: Int) throws {
        try withFiles(Self.app, mode: mode) { path in
            let found = try SecretStore(environment: [:]).credentials(of: profile(.directory(path)))
            #expect(found == expected)
            let systemd = SecretStore(environment: ["CREDENTIALS_DIRECTORY": path])
            let handed = try systemd.credentials(of: profile(.systemd))
            #expect(handed == expected)
            #expect(systemd.hasSystemdFiles(for: "a"))
            #expect(!systemd.hasSystemdFiles(for: "b"))
        }
    }

    @Test("files that others may read, or the group change, are refused", arguments: [0o404, 0o444, 0o420, 0o406])
    func permissions(mode: Int) throws {
        try withFiles(Self.app, mode: mode) { path in
            let error = try #require(throws: ConfigurationError.self) {
                try SecretStore(environment: [:]).credentials(of: profile(.directory(path)))
            }
            #expect(error.faults.count == 3)
            #expect(error.faults.allSatisfy { $0.sentence.contains("chmod") })
            #expect(!error.description.contains("hunter2"))
        }
    }

    @Test(
        "a directory that others may write to is refused, beside what is wrong with the files",
        arguments: [0o777, 0o775, 0o1777]
    )
    func openDirectory(mode: Int) throws {
        try withFiles(Self.app, mode: 0o404) { path in
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            let error = try #require(throws: ConfigurationError.self) {
                try SecretStore(environment: ["CREDENTIALS_DIRECTORY": path]).credentials(of: profile(.systemd))
            }
            #expect(error.faults.map(\.place).first == path && error.faults.count == 4)
            #expect(error.description.contains("Run: chmod go-w \(path)"))
        }
    }

    @Test(
        "a file or directory of another user is refused",
        .enabled(if: geteuid() == 0, "only root can give files away")
    )
    func otherUser() throws {
        try withFiles(Self.app) { path in
            let store = SecretStore(environment: [:])
            #expect(chown("\(path)/a.client_id", 65_534, gid_t.max) == 0)
            let file = try #require(throws: ConfigurationError.self) {
                try store.credentials(of: profile(.directory(path)))
            }
            #expect(file.description.contains("another user (number 65534)"))
            #expect(file.description.contains("Run as root: chown 0 \(path)/a.client_id"))
            #expect(chown("\(path)/a.client_id", 0, gid_t.max) == 0 && chown(path, 65_534, gid_t.max) == 0)
            let directory = try #require(throws: ConfigurationError.self) {
                try store.credentials(of: profile(.directory(path)))
            }
            #expect(directory.faults.map(\.place) == [path])
        }
    }

    @Test("root's secrets are not to be given away: who may not read them is told how systemd hands them on")
    func rootsOwn() {
        func told(owner: UInt32?, user: UInt32 = 998, handedOn: Bool = false) -> String {
            let path = "/etc/usher/credentials/events.client_secret"
            return SecretFile.unreadable("no", owner: owner, user: user, handedOn: handedOn, example: path)
        }
        let handingOn = told(owner: 0)
        #expect(handingOn.contains("don't change its owner") && !handingOn.contains("chown"))
        let line = "LoadCredential=events.client_secret:/etc/usher/credentials/events.client_secret"
        #expect(handingOn.contains("systemctl edit usher.service") && handingOn.contains(line), "\(handingOn)")
        let alreadyDone = told(owner: 0, handedOn: true)
        #expect(alreadyDone.contains("take \"credentials:\" out of the profile") && !alreadyDone.contains(line))
        for other in [told(owner: 998), told(owner: 1_000), told(owner: nil), told(owner: 0, user: 0)] {
            #expect(other.contains("ls -ld") && !other.contains("systemd"), "\(other)")
        }
    }

    @Test("what systemd did not hand on is named with the line that makes it")
    func notHandedOn() throws {
        try withFiles(["a.account_id": "acc"]) { path in
            let error = try #require(throws: ConfigurationError.self) {
                try SecretStore(environment: ["CREDENTIALS_DIRECTORY": path]).credentials(of: profile(.systemd))
            }
            #expect(error.description.contains("No \(path)/a.client_id, no \(path)/a.client_secret was found."))
            let line = "LoadCredential=a.client_secret:/etc/usher/credentials/a.client_secret"
            #expect(error.description.contains(line), "\(error)")
        }
    }

    @Test("a pipe in a secret's place is refused, not waited for", .timeLimit(.minutes(1)))
    func pipe() throws {
        try withFiles([:]) { path in
            #expect(mkfifo("\(path)/a.access_token", 0o600) == 0)
            #expect(throws: ConfigurationError.self) {
                try SecretStore(environment: [:]).credentials(of: profile(.directory(path)))
            }
        }
    }

    @Test("the variables that begin as the profile says")
    func variables() throws {
        let store = SecretStore(
            environment: [
                "A_ACCOUNT_ID": "acc", "A_CLIENT_ID": "cli", "A_CLIENT_SECRET": "hunter2", "ZOOM_CLIENT_ID": "x",
            ]
        )
        #expect(try store.credentials(of: profile(.environment(prefix: "A"))) == expected)
        let token = SecretStore(environment: ["A_ACCESS_TOKEN": "t"])
        #expect(try token.credentials(of: profile(.environment(prefix: "A"))) == .token(Secret("t")))
    }

    @Test("a line end at the end of a variable is none of the secret, as in a file", arguments: ["\n", "\r\n", "\n\n"])
    func variableWithLineEnd(end: String) throws {
        let variables = ["A_ACCOUNT_ID": "acc", "A_CLIENT_ID": "cli", "A_CLIENT_SECRET": "hunter2"]
        let store = SecretStore(environment: variables.mapValues { $0 + end })
        #expect(try store.credentials(of: profile(.environment(prefix: "A"))) == expected)
        #expect(try SecretStore(environment: ["ZOOM_ACCESS_TOKEN": end]).variable("ZOOM_ACCESS_TOKEN") == nil)
    }

    @Test(
        "a variable that holds more than the secret is refused without being repeated",
        arguments: ["hunter2 ", " hunter2", "hunter2\nhunter2", "hunter2\t", "hünter2"]
    )
    func variableContent(text: String) throws {
        let error = try #require(throws: ConfigurationError.self) {
            try SecretStore(environment: ["A_ACCESS_TOKEN": text]).credentials(of: profile(.environment(prefix: "A")))
        }
        #expect(error.faults.map(\.place) == ["A_ACCESS_TOKEN"])
        #expect(!error.description.contains("nter2"))
    }

    @Test("the account's id may stand in the configuration file, if it does not contradict")
    func accountID() throws {
        var environment = ["A_CLIENT_ID": "cli", "A_CLIENT_SECRET": "hunter2"]
        let place = CredentialLocation.environment(prefix: "A")
        #expect(try SecretStore(environment: environment).credentials(of: profile(place, account: "acc")) == expected)
        environment["A_ACCOUNT_ID"] = "other"
        #expect(throws: ConfigurationError.self) {
            try SecretStore(environment: environment).credentials(of: profile(place, account: "acc"))
        }
    }

    @Test("what is missing is named, and only that")
    func missing() throws {
        let store = SecretStore(environment: ["A_CLIENT_ID": "cli"])
        let error = try #require(throws: ConfigurationError.self) {
            try store.credentials(of: profile(.environment(prefix: "A")))
        }
        #expect(error.description.contains("No A_ACCOUNT_ID, no A_CLIENT_SECRET was found."))
        let nowhere = try #require(throws: ConfigurationError.self) { try store.credentials(of: profile(.systemd)) }
        #expect(nowhere.description.contains("$CREDENTIALS_DIRECTORY is not set"))
    }

    @Test("a token beside a client's secret is refused, since it is not plain which counts")
    func both() throws {
        let files = Self.app.merging(["a.access_token": "t"]) { $1 }
        try withFiles(files) { path in
            #expect(throws: ConfigurationError.self) {
                try SecretStore(environment: [:]).credentials(of: profile(.directory(path)))
            }
        }
    }

    @Test("a file that holds more than the secret is refused", arguments: ["", "\n", "a b", "one\ntwo\n", "sécret"])
    func content(text: String) throws {
        try withFiles(["a.access_token": text]) { path in
            let error = try #require(throws: ConfigurationError.self) {
                try SecretStore(environment: [:]).credentials(of: profile(.directory(path)))
            }
            #expect(error.faults.map(\.place) == ["\(path)/a.access_token"])
        }
    }
}
