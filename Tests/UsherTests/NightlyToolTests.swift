import Foundation
import Testing

/// The scripts beside the units, with programs in the place of systemd's and of curl that note what they are given.
@Suite("The nightly run's scripts")
struct NightlyToolTests {
    let place = TestDirectory()
    private static let scripts = "\(Sources.path)/scripts/systemd"

    private func run(_ script: String, _ arguments: String..., environment: [String: String] = [:]) async throws
        -> BuiltUsher.Ended
    {
        let path = "\(place.path):\(BuiltUsher.executable.deletingLastPathComponent().path):/usr/bin:/bin"
        return try await BuiltUsher.run(
            "\(Self.scripts)/\(script)",
            arguments,
            in: place,
            environment: ["PATH": path].merging(environment) { $1 }
        )
    }

    private func stand(inFor program: String, _ lines: String) throws {
        try place.write(program, "#!/bin/sh\n\(lines)\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: place.path(program))
    }

    /// Notes its configuration and what it is to send, and ends as told.
    private func standInForCurl() throws {
        try stand(
            inFor: "curl",
            """
            cat > "\(place.path)/config"
            while [ $# -gt 0 ]; do
                case "$1" in
                    --data-binary) cat "${2#@}" > "\(place.path)/body" ;;
                    --upload-file) cat "$2" > "\(place.path)/mail" ;;
                esac
                shift
            done
            exit "${CURL_ENDS_WITH:-0}"
            """
        )
    }

    @Test("a failure is posted with what the run said, quoted for JSON, and tried again while nobody takes it")
    func failure() async throws {
        let silent = try await run("usher-failure", "usher.service")
        #expect(silent.code == 0 && silent.errors.contains("names nobody to tell"))
        try standInForCurl()
        try stand(inFor: "journalctl", #"printf 'usher: "a\\b"\tc\nlast\033[0m\n'"#)
        var environment = [
            "USHER_FAILURE_WEBHOOK": "https://chat.example.org/hooks/abc", "MONITOR_SERVICE_RESULT": "exit-code",
            "MONITOR_EXIT_STATUS": "77", "MONITOR_INVOCATION_ID": "0123",
        ]
        let told = try await run("usher-failure", "usher.service", environment: environment)
        #expect(told.code == 0, "\(told)")
        #expect(try place.read("config") == "url = \"https://chat.example.org/hooks/abc\"\n")
        let body = try JSONDecoder().decode([String: String].self, from: Data(place.read("body").utf8))
        #expect(body["unit"] == "usher.service" && body["exit_code"] == "77")
        #expect(body["text"]?.contains("Zoom refused the credentials") == true)
        #expect(body["text"]?.hasSuffix("usher: \"a\\b\" c\nlast[0m") == true, "\(body)")
        environment["CURL_ENDS_WITH"] = "7"
        #expect(try await run("usher-failure", "usher.service", environment: environment).code == 1)
    }

    @Test("a mail introduces itself with the machine's name, and goes to the server that was named")
    func mail() async throws {
        try standInForCurl()
        try stand(inFor: "journalctl", "echo last")
        try stand(inFor: "uname", "echo box")
        var environment = [
            "USHER_FAILURE_MAIL": "events@example.org", "MONITOR_SERVICE_RESULT": "exit-code",
            "MONITOR_EXIT_STATUS": "69", "MONITOR_INVOCATION_ID": "0123",
        ]
        #expect(try await run("usher-failure", "usher.service", environment: environment).code == 0)
        let config = """
            url = "smtp://localhost:25/box"
            mail-from = "usher@box"
            mail-rcpt = "events@example.org"

            """
        #expect(try place.read("config") == config)
        let message = try place.read("mail")
        #expect(message.contains("To: events@example.org\nSubject: usher.service failed on box\n"), "\(message)")
        #expect(message.contains("(exit-code, exit code 69). Zoom could not be reached."), "\(message)")
        environment["USHER_FAILURE_SMTP"] = "smtps://mail.example.org/me"
        #expect(try await run("usher-failure", "usher.service", environment: environment).code == 0)
        #expect(try place.read("config").hasPrefix("url = \"smtps://mail.example.org/me\"\n"))
    }

    @Test("of a run that could not even be started it tells what systemd says")
    func notStarted() async throws {
        try standInForCurl()
        try stand(inFor: "journalctl", #"case "$1" in INVOCATION_ID=0123) echo Failed to set up credentials;; esac"#)
        let environment = [
            "USHER_FAILURE_WEBHOOK": "https://chat.example.org/hooks/abc", "MONITOR_SERVICE_RESULT": "exit-code",
            "MONITOR_EXIT_STATUS": "243", "MONITOR_INVOCATION_ID": "0123",
        ]
        #expect(try await run("usher-failure", "usher.service", environment: environment).code == 0)
        let body = try place.read("body")
        #expect(body.contains("exit code 243). A file with secrets is missing: "), "\(body)")
        #expect(body.contains(#"What it said last:\nFailed to set up credentials""#), "\(body)")
    }

    @Test("started by hand where nothing has failed, it says that it is a trial")
    func trial() async throws {
        try standInForCurl()
        try stand(inFor: "systemctl", #"case "$*" in *property=Result*) echo success;; *) echo;; esac"#)
        let environment = ["USHER_FAILURE_WEBHOOK": "https://chat.example.org/hooks/abc"]
        #expect(try await run("usher-failure", "usher.service", environment: environment).code == 0)
        let body = try JSONDecoder().decode([String: String].self, from: Data(place.read("body").utf8))
        #expect(body["text"]?.hasPrefix("A trial from ") == true, "\(body)")
        #expect(body["text"]?.contains("usher.service has not failed. ") == true, "\(body)")
        // Where systemd can't be asked, both are possible.
        try stand(inFor: "systemctl", "exit 1")
        #expect(try await run("usher-failure", "usher.service", environment: environment).code == 0)
        #expect(try place.read("body").contains("If somebody is trying whether it arrives: it does."))
    }

    // MARK: usher-nightly

    @Test("a command by hand gets the user, the secrets and the environment of the unit, in the order of its drop-ins")
    func byHand() async throws {
        try stand(
            inFor: "systemctl",
            """
            cat <<'END'
            # /lib/systemd/system/usher.service
            [Service]
            ExecStart=/usr/bin/usher run --inbox /var/spool/usher/inbox
            User=usher
            LoadCredential=zoom.account_id:/etc/usher/credentials/zoom.account_id
            # LoadCredential=no:/no
            StateDirectory=usher
            ProtectHome=yes
            ReadWritePaths=/var/spool/usher/inbox -/srv/events
            # /etc/systemd/system/usher.service.d/override.conf
            [Service]
            LoadCredential=
            LoadCredential=events.account_id:/etc/usher/credentials/events.account_id
            Environment="USHER_PLAN=pro" A=b
            END
            """
        )
        try stand(inFor: "id", "echo 0")
        try stand(inFor: "systemd-run", #"printf '%s\n' "$@"; exit 75"#)
        let ended = try await run("usher-nightly", "report", "--since", "7 d")
        #expect(ended.code == 75)
        let arguments = ended.output.split(separator: "\n").map(String.init)
        #expect(arguments.contains("--wait") && arguments.contains("--pipe"))
        #expect(
            arguments.filter { $0.hasPrefix("--property=") } == [
                "--property=User=usher",
                "--property=LoadCredential=zoom.account_id:/etc/usher/credentials/zoom.account_id",
                "--property=StateDirectory=usher", "--property=LoadCredential=",
                "--property=LoadCredential=events.account_id:/etc/usher/credentials/events.account_id",
                "--property=Environment=\"USHER_PLAN=pro\" A=b", "--property=NoNewPrivileges=yes",
            ]
        )
        #expect(arguments.suffix(5) == ["--", "/usr/bin/usher", "report", "--since", "7 d"])
        // What the night may not touch, the doctor must not be able to either.
        let doctor = try await run("usher-nightly", "doctor").output.split(separator: "\n")
        #expect(doctor.contains("--property=ProtectHome=yes") && doctor.suffix(2) == ["/usr/bin/usher", "doctor"])
        // A directory that is missing is for the doctor to tell.
        #expect(doctor.contains("--property=ReadWritePaths=-/var/spool/usher/inbox -/srv/events"))
        try stand(inFor: "systemd-run", "exit 243")
        let missing = try await run("usher-nightly", "doctor")
        #expect(missing.code == 243 && missing.errors.contains("A file with secrets is missing"), "\(missing)")
    }

    @Test("only root may, and without a command or a unit it says so")
    func refused() async throws {
        #expect(try await run("usher-nightly").code == 64)
        try stand(inFor: "id", "echo 1000")
        let other = try await run("usher-nightly", "doctor")
        #expect(other.code == 77 && other.errors.contains("Run it as root."))
        try stand(inFor: "id", "echo 0")
        try stand(inFor: "systemctl", "exit 1")
        let missing = try await run("usher-nightly", "doctor")
        #expect(missing.code == 78 && missing.errors.contains("no unit usher.service"), "\(missing)")
    }
}
