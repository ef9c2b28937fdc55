import Foundation
import Testing

/// `scripts/install` with the built command, into a directory that stands for the whole system.
@Suite("Installing", .serialized)
struct InstallTests {
    let place = TestDirectory()
    static let hasSystemd = FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze")

    static let hasGroff = FileManager.default.isExecutableFile(atPath: "/usr/bin/groff")

    private var root: String { place.path("root") }

    private func install(_ arguments: String...) async throws {
        let ended = try await BuiltUsher.run(
            "\(Sources.path)/scripts/install",
            ["--destdir", root, "--prefix", "/usr", "--binary", BuiltUsher.executable.path] + arguments,
            in: place,
            environment: ProcessInfo.processInfo.environment
        )
        try #require(ended.code == 0, "\(ended)")
    }

    private func files() throws -> Set<String> {
        let found = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return Set(
            found.filter { path in
                var isDirectory: ObjCBool = false
                return FileManager.default.fileExists(atPath: "\(root)/\(path)", isDirectory: &isDirectory)
                    && !isDirectory.boolValue
            }
        )
    }

    @Test("everything is where Debian looks for it, and removing it leaves the settings as they were changed")
    func installAndRemove() async throws {
        try await install()
        let installed = try files()
        for file in [
            "usr/bin/usher", "usr/share/bash-completion/completions/usher", "usr/share/zsh/vendor-completions/_usher",
            "usr/share/fish/vendor_completions.d/usher.fish", "usr/share/man/man1/usher.1.gz",
            "usr/share/man/man1/usher-run.1.gz", "usr/share/man/man1/usher-resume.1.gz", "usr/lib/usher/usher-failure",
            "usr/sbin/usher-nightly", "usr/share/man/man8/usher-nightly.8.gz", "lib/systemd/system/usher.service",
            "lib/systemd/system/usher.timer", "lib/systemd/system/usher-backup.service",
            "lib/systemd/system/usher-backup.timer", "usr/share/man/man7/usher.7.gz",
            "usr/share/man/man7/usher-every-night.7.gz",
            "lib/systemd/system/usher-failure@.service", "lib/systemd/system/usher-check.path",
            "lib/systemd/system/usher-check.service", "etc/usher/config.yaml", "etc/usher/failure.conf",
        ] {
            #expect(installed.contains(file), "\(file)")
        }
        #expect(try place.mode("root/etc/usher/failure.conf") == 0o600)
        try place.append("root/etc/usher/config.yaml", "# mine\n")
        try await install()
        #expect(try place.read("root/etc/usher/config.yaml").hasSuffix("# mine\n"))
        try await install("--uninstall")
        #expect(try files() == ["etc/usher/config.yaml", "etc/usher/failure.conf"])
    }

    @Test("every guide is a manual page that groff formats without a word of complaint", .enabled(if: hasGroff))
    func guides() async throws {
        try await install()
        let pages = try files().filter { $0.hasSuffix(".7.gz") }
        let guides = try FileManager.default.contentsOfDirectory(atPath: "\(Sources.path)/Sources/Usher/Usher.docc")
        #expect(pages.count == guides.count { $0.hasSuffix(".md") })
        for page in pages {
            let shown = try await place.run(
                "/bin/sh",
                "-c",
                "gzip -dc '\(root)/\(page)' | groff -k -man -Tutf8 -ww -rLL=80n"
            )
            #expect(
                shown.code == 0 && shown.errors.isEmpty && shown.output.contains("usher"),
                "\(page): \(shown.errors)"
            )
        }
    }

    @Test("another prefix is what the units name")
    func prefix() async throws {
        let ended = try await place.run(
            "\(Sources.path)/scripts/install",
            "--destdir",
            root,
            "--prefix",
            "/opt/usher",
            "--binary",
            BuiltUsher.executable.path
        )
        try #require(ended.code == 0, "\(ended)")
        let unit = try place.read("root/opt/usher/lib/systemd/system/usher.service")
        #expect(unit.contains("ExecStart=/opt/usher/bin/usher run\n") && !unit.contains("/usr/bin/usher"))
        #expect(try place.read("root/opt/usher/sbin/usher-nightly").contains(" -- /opt/usher/bin/usher "))
    }

    @Test(
        "bash completes commands, options, values and the names of files",
        arguments: [
            ("jour", ["usher"], "journal"), ("--enc", ["usher", "run"], "--encoding"),
            ("b", ["usher", "run", "--plan"], "business"), ("dec", ["usher", "run"], "decisions.csv"),
            ("dec", ["usher", "check"], "decisions.csv"), ("in", ["usher", "run", "--inbox"], "inbox"),
            ("dec", ["usher", "run", "--journal"], "decisions.csv"),
        ]
    )
    func completion(word: String, before: [String], expected: String) async throws {
        try place.write("decisions.csv", "")
        try FileManager.default.createDirectory(atPath: place.path("inbox"), withIntermediateDirectories: true)
        let script = try await place.run(BuiltUsher.executable.path, "--generate-completion-script", "bash").output
        let words = before + [word]
        let asked = """
            \(script)
            COMP_WORDS=(\(words.joined(separator: " "))) COMP_CWORD=\(before.count)
            COMP_LINE='\(words.joined(separator: " "))'; COMP_POINT=${#COMP_LINE}
            _usher usher '\(word)' '\(before.last ?? "")'
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let completed = try await place.run("/bin/bash", "--norc", "-c", asked)
        #expect(completed.output == "\(expected)\n", "\(completed)")
    }

    @Test("systemd finds nothing to say about the units, and rates them as hardened", .enabled(if: hasSystemd))
    func units() async throws {
        try await install()
        // What the units refer to is systemd's own.
        try await place.run("/bin/cp", "-an", "/lib/systemd/system/.", "\(root)/lib/systemd/system/")
        let verified = try await place.run(
            "/usr/bin/systemd-analyze",
            "verify",
            "--man=no",
            "--root=\(root)",
            "usher.service",
            "usher.timer",
            "usher-failure@usher.service",
            "usher-check.path",
            "usher-check.service",
            "usher-backup.service",
            "usher-backup.timer"
        )
        #expect(verified.code == 0 && verified.output.isEmpty && verified.errors.isEmpty, "\(verified)")
        // The threshold is in tenths.
        for unit in ["usher.service", "usher-failure@usher.service", "usher-check.service", "usher-backup.service"] {
            let rated = try await place.run(
                "/usr/bin/systemd-analyze",
                "security",
                "--offline=true",
                "--threshold=15",
                "--root=\(root)",
                unit
            )
            #expect(rated.code == 0, "\(unit): \(rated.output.split(separator: "\n").last ?? "")")
        }
        let times = try await place.run("/usr/bin/systemd-analyze", "calendar", "*-*-* 01:30:00", "*-*-* 00:05:00 UTC")
        #expect(times.code == 0)
    }

    @Test("what checks the inbox has the nightly run's user, rights and hardening, but no secrets, journal and network")
    func check() throws {
        func lines(_ unit: String) throws -> Set<Substring> {
            let text = try String(contentsOfFile: "\(Sources.path)/scripts/systemd/\(unit)", encoding: .utf8)
            return Set(text.split(separator: "[Service]")[1].split(separator: "\n").filter { !$0.hasPrefix("#") })
        }
        let own = try lines("usher-check.service")
        let hardening = [
            "User=", "Group=", "UMask=", "No", "Protect", "Private", "Restrict", "Cap", "Ambient", "Device", "Lock",
            "Memory",
            "Proc", "Remove", "Keyring", "SystemCall",
        ]
        let wanted = try lines("usher.service").filter { line in
            hardening.contains(where: line.hasPrefix)
                && !["RestrictAddress", "Restart"].contains(where: line.hasPrefix)
        }
        #expect(wanted.count > 20 && own.isSuperset(of: wanted), "\(wanted.subtracting(own))")
        #expect(own.isSuperset(of: ["PrivateNetwork=yes", "RestrictAddressFamilies=AF_UNIX"]))
        #expect(!own.contains { $0.hasPrefix("LoadCredential") || $0.hasPrefix("OnFailure") })
    }

    @Test("the failure unit and the backup say as little of Swift's threads as the nightly run does")
    func quietThreads() throws {
        for unit in ["usher.service", "usher-failure@.service", "usher-backup.service", "usher-check.service"] {
            let text = try String(contentsOfFile: "\(Sources.path)/scripts/systemd/\(unit)", encoding: .utf8)
            #expect(text.contains("\nEnvironment=LIBDISPATCH_LOG=NO\n"), "\(unit)")
        }
    }

    @Test("the inbox of the unit is known to what is run in its place, and nothing else names one")
    func inbox() throws {
        let unit = try String(contentsOfFile: "\(Sources.path)/scripts/systemd/usher.service", encoding: .utf8)
        #expect(unit.contains("\nEnvironment=USHER_INBOX=/var/spool/usher/inbox\n"))
        #expect(unit.contains("\nExecStart=/usr/bin/usher run\n") && !unit.contains("--inbox"))
    }

    @Test("the unit's exit codes are those of the command")
    func exitCodes() throws {
        let unit = try String(contentsOfFile: "\(Sources.path)/scripts/systemd/usher.service", encoding: .utf8)
        #expect(unit.contains("SuccessExitStatus=1 75\n"))
        #expect(unit.contains("RestartPreventExitStatus=64 65 74 77 78 CREDENTIALS NAMESPACE\n"))
    }
}
