import Foundation
import Testing
import ZoomModel

@Suite("The README and the guides keep their word")
struct GuideTests {
    /// How a command of the README or a guide is tested.
    enum Proof {
        /// Run as it stands, where three jobs are in the journal; ends with this code.
        case runs(Int32)
        /// The same, with the sandbox in Zoom's place.
        case sends(Int32)
        /// The same, with the sandbox where the three jobs were carried out.
        case verifies(Int32)
        /// Run from the repository, with what is built already.
        case script(String)
        /// Not run here; this is where it is.
        case elsewhere(String)
    }

    private static let nightly =
        "It needs root and systemd; InstallTests and NightlyToolTests check its parts, and a person follows the guide."

    private static let named = Proof.elsewhere("The name of a command, without what it is about.")

    /// Every command that the README or a guide names. One that is missing here fails the test: say how it is proved.
    static let commands: [String: Proof] = [
        "scripts/demo": .script("scripts/demo --built"),
        "scripts/demo --shell": .script("echo 'usher run decisions.csv' | scripts/demo --shell --built"),
        "scripts/package": .elsewhere("PackageTests, with what is built already."),
        "scripts/test": .elsewhere("It is what runs this test."),
        "scripts/test --filter EndToEnd": .elsewhere("It is what runs this test."),
        "scripts/test --kills 200": .elsewhere("KillTests, with more kills."),
        "scripts/test --sanitize thread": .elsewhere("It builds everything anew; see scripts/test."),
        "scripts/test --sanitize address": .elsewhere("It builds everything anew; see scripts/test."),
        "scripts/test --filter FaultTests": .elsewhere("JournalTests has them."),
        "scripts/setup --for-tests": .elsewhere("It installs what is missing, which needs root."),
        "swift build": .elsewhere("It made the commands that this test starts."),
        "scripts/test --filter RowTests": .elsewhere("DecisionsTests has them."),
        "scripts/format": .elsewhere("scripts/format --lint is the first step of .ci/run."),
        "scripts/bench ingest dispatch": .elsewhere("It measures, and takes minutes."),
        "scripts/simulate --seeds 20000": .elsewhere("SimulationTests, with 2,000."),
        "scripts/simulate --stories --seeds 4000": .elsewhere("SimulationTests, with 400."),
        "scripts/simulate --seed SEED": .elsewhere("SimulationTests"),
        "scripts/simulate --release --seeds 100000": .elsewhere("SimulationTests, with 2,000."),
        "scripts/bench ingest": .elsewhere("It measures, and takes minutes."),
        "scripts/bench dispatch": .elsewhere("It measures, and takes minutes."),
        "usher --version": .elsewhere("HelpTests"),
        "scripts/bench scale": .elsewhere("It measures, and takes minutes."),
        "usher resume": .elsewhere("UnattendedRunTests"),
        "scripts/simulate --seeds N": .elsewhere("SimulationTests"),
        "scripts/simulate --stories": .elsewhere("SimulationTests, with 400."),
        "adduser anna usher": .elsewhere(nightly),
        "apt install ./usher_0.1.0_amd64.deb": .elsewhere(nightly),
        "install -m 600 /dev/stdin /etc/usher/credentials/zoom.account_id": .elsewhere(nightly),
        "install -m 600 /dev/stdin /etc/usher/credentials/zoom.client_id": .elsewhere(nightly),
        "install -m 600 /dev/stdin /etc/usher/credentials/zoom.client_secret": .elsewhere(nightly),
        "journalctl --unit usher.service --since today": .elsewhere(nightly),
        "ls /var/spool/usher/inbox/results": .elsewhere(nightly),
        "nano /etc/usher/config.yaml": .elsewhere(nightly),
        "nano /etc/usher/failure.conf": .elsewhere(nightly),
        "swift build -c release --scratch-path .build-release --static-swift-stdlib --product zoom-sandbox":
            .elsewhere("It builds everything anew; scripts/bench builds the same."),
        "scripts/install --uninstall": .elsewhere("InstallTests"),
        "systemctl enable --now usher.timer": .elsewhere(nightly),
        "systemctl list-timers usher.timer": .elsewhere(nightly),
        "systemctl start usher.service": .elsewhere(nightly),
        "systemctl start usher-failure@usher.service.service": .elsewhere(nightly),
        "usher-nightly doctor": .elsewhere(nightly),
        "usher-nightly report --last": .elsewhere(nightly),
        "usher-nightly status": .elsewhere(nightly),
        "usher-nightly run --dry-run": .elsewhere(nightly),
        "usher-nightly verify 3": .elsewhere(nightly),
        "scripts/format --lint": .elsewhere("The first step of .ci/run."),
        "usher check decisions.csv": .runs(0),
        "usher check --report check.html --output marked.csv decisions.csv": .runs(0),
        "systemctl enable --now usher-check.path": .elsewhere(nightly),
        "usher list 84512093377 --output to-decide.csv": .sends(0),
        "usher run decisions.csv": .sends(0),
        "usher run": named, "usher list": named, "usher list --host": named, "usher list --host ADDRESS": named,
        "usher check --report": named,
        "usher run --verify": named, "usher journal restore": named,
        "usher explain WORD": .elsewhere("ExplanationTests"),
        "scripts/demo --release": .elsewhere("scripts/demo, with another build."),
        "usher run --dry-run decisions.csv": .runs(0),
        "usher run --first 10 decisions.csv": .elsewhere("RunningAgainTests, with another list."),
        "usher run --stop-after-failures 20% decisions.csv": .elsewhere("StoppingTests"),
        "usher list --host events@example.org --output to-decide.csv": .elsewhere("ListTests, with another host."),
        "usher run --meeting 84512093377 --action approve guests.csv": .elsewhere("FieldTests, with another list."),
        "usher run --preflight decisions.csv": .sends(0),
        "usher run --dry-run --preflight decisions.csv": .elsewhere("PreflightTests; it needs credentials."),
        "usher run --verify decisions.csv": .sends(0),
        "usher run --reapply decisions.csv": .sends(0),
        "usher status": .runs(0),
        "usher status --check": .runs(0),
        "usher status --watch": .elsewhere("It watches a run under way; TerminalTests watch one."),
        "usher history": .runs(0),
        "usher report": .runs(0),
        "usher report --since 7d --format json": .runs(0),
        "usher report decisions.csv --output morning.html": .runs(0),
        "usher explain 3003": .runs(0),
        "usher config show": .runs(0),
        "usher doctor": .elsewhere("DoctorTests"),
        "usher journal backup /backup/journal-$(date +%F).db": .elsewhere("JournalCommandTests"),
        "usher journal backup --journal /var/lib/usher/journal.db": .elsewhere("JournalCommandTests"),
        "usher journal check": .runs(0),
        "usher journal restore /backup/journal-2026-11-24.db": .elsewhere("JournalCommandTests"),
        "usher journal prune --older-than 400d --dry-run": .runs(0),
        "usher journal prune --older-than 400d": .runs(0),
        "usher results decisions.csv --to-mend --output mend.csv": .runs(0),
        "usher verify 3": .verifies(0),
        "usher help run": .runs(0),
    ]

    @Test("every command in them is known to this test, and does what it should", .enabled(if: Midnight.isFar))
    func commandsWork() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startReadmeSandbox()
            try FileManager.default.copyItem(at: Products.sample("google-sheets.csv"), to: place.url("decisions.csv"))
            for number in 1...3 {
                try place.write(
                    Spreadsheet.one(meeting: "8451209337\(number)", registrants: 2).csv,
                    as: "\(number).csv"
                )
            }
            let open = try await place.startSandbox("--open", audit: "open.jsonl")
            #expect(try await place.usher("run", "1.csv", "2.csv", "3.csv", to: open).code == 0)
            #expect(try await place.usher("run", "--ingest-only", "decisions.csv").code == 75)

            for command in Set(try Guide.all().flatMap(\.commands)).sorted() {
                switch Self.commands[command] {
                case .runs(let code): #expect(try await place.shell(command).code == code, "\(command)")
                case .sends(let code), .verifies(let code):
                    let zoom = command.hasPrefix("usher verify") ? open : sandbox
                    let line = "\(command) --base-url \(zoom.baseURL) --oauth-url \(zoom.tokenURL)"
                    let run = try await place.shell(line, environment: Sandbox.credentialsOnly)
                    #expect(run.code == code, "\(command): \(run.errors)")
                case .script(let line):
                    let built = line.hasSuffix("--built") ? " '\(Products.directory.path)'" : ""
                    let run = try await place.shell("cd '\(Products.repository.path)' && \(line)\(built)")
                    #expect(run.code == 0, "\(command): \(run.output)\(run.errors)")
                case .elsewhere: break
                case nil: Issue.record("a guide names `\(command)`, which GuideTests does not know")
                }
            }
        }
    }

    /// After a change of what Usher says: `USHER_RECORD=1 scripts/test --filter GuideTests` writes the transcripts again.
    @Test(
        "the README's list, decided by hand, run and verified, is what Usher really says",
        .enabled(if: Midnight.isFar)
    )
    func circle() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startReadmeSandbox()
            let listed = try await place.session(["usher list 84903127754 --output to-decide.csv"], sandbox: sandbox)
            // What a person does in a spreadsheet program.
            let list = try place.read("to-decide.csv")
            let decided = list.split(separator: "\r\n", omittingEmptySubsequences: false).map { line in
                line.hasPrefix("849 ") ? line + (line.contains(",Jonas,") ? "deny" : "approve") : line
            }
            try Data(decided.joined(separator: "\r\n").utf8).write(to: place.url("to-decide.csv"))
            let run = try await place.session(
                [
                    "cut -d , -f 6-8,12 to-decide.csv",
                    "usher check to-decide.csv",
                    "usher run to-decide.csv",
                    "usher verify to-decide.csv",
                    "cut -d , -f 6-8,12,13 to-decide.csv.results.csv",
                ],
                sandbox: sandbox
            )
            #expect(try place.results("to-decide.csv")["outcome"] == ["applied", "applied", "applied"])
            try Guide.readme().expect(listed, in: "list")
            try Guide.readme().expect(run, in: "run")
        }
    }

    @Test("the transcript of what comes back is what Usher really says", .enabled(if: Midnight.isFar))
    func transcript() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startReadmeSandbox()
            try FileManager.default.copyItem(at: Products.sample("google-sheets.csv"), to: place.url("decisions.csv"))
            for name in ["mangled.csv", "every-outcome.csv"] {
                try FileManager.default.copyItem(at: Products.sample(name), to: place.url(name))
            }
            let session = try await place.session(
                [
                    "usher check mangled.csv | head -n 4",
                    "usher run --dry-run decisions.csv | tail -n 4",
                    "usher run decisions.csv",
                    "usher run decisions.csv",
                    "usher run every-outcome.csv 2> log.txt",
                    "usher status",
                ],
                sandbox: sandbox
            )
            // Each row of this sample says in its last column how it should end, with a word for its outcome first.
            let results = try place.results("every-outcome.csv")
            #expect(results.records.count == 19)
            #expect(
                results["outcome"] == results["What should happen"].map { $0.prefix(while: \.isLetter).lowercased() }
            )
            try Guide.named("WhatComesBack").expect(session, in: "transcript")
        }
    }

    @Test("the README has at most 8 KB, and leads to every guide")
    func frontDoor() throws {
        let readme = try Guide.readme()
        #expect(readme.text.utf8.count <= 8_192)
        let linked = Set(readme.links.map(\.lastPathComponent))
        for guide in try Guide.all() where !["README.md", "Usher.md"].contains(guide.file.lastPathComponent) {
            #expect(linked.contains(guide.file.lastPathComponent), "\(guide.file.lastPathComponent)")
        }
    }

    @Test("every link of the README and the guides leads to a file of the repository")
    func links() throws {
        for guide in try Guide.all() {
            for link in guide.links {
                #expect(
                    FileManager.default.fileExists(atPath: link.path),
                    "\(guide.file.lastPathComponent): \(link.path)"
                )
            }
        }
    }
}

extension Guide {
    /// Compares a section with what was said, or records it.
    fileprivate func expect(_ session: String, in section: String) throws {
        if ProcessInfo.processInfo.environment["USHER_RECORD"] != nil {
            try replace(section, with: session)
        } else {
            #expect(try self.section(section) == session, "record it again with USHER_RECORD=1")
        }
    }
}

extension Workplace {
    /// A sandbox that knows who is in the samples.
    fileprivate func startReadmeSandbox() async throws -> Sandbox {
        let seed = try Data(contentsOf: Products.sample("sandbox.json"))
        return try await startSandbox(seed: JSONDecoder().decode(Seed.self, from: seed))
    }

    /// The commands, each with what it says, as a block of Markdown.
    fileprivate func session(_ commands: [String], sandbox: Sandbox) async throws -> String {
        var session = "\n```console\n"
        for command in commands {
            let sends =
                ["usher run", "usher list", "usher verify"].contains(where: command.hasPrefix)
                && !command.contains("--dry-run")
            let line = sends ? "\(command) --base-url \(sandbox.baseURL) --oauth-url \(sandbox.tokenURL)" : command
            let run = try await shell("{ \(line); } 2>&1", environment: Sandbox.credentialsOnly)
            session += "$ \(command)\n\(asShown(run.output))"
        }
        return session + "```\n"
    }

    /// What was said, with a day and a place that are always the same.
    fileprivate func asShown(_ text: String) -> String {
        // The directory is reached by way of a link on some systems.
        let places = [directory.resolvingSymlinksInPath().path, directory.path]
        return places.reduce(text) { $0.replacing($1, with: "/home/ada/guests") }
            .replacing("\u{FEFF}", with: "").replacing("\r\n", with: "\n")
            .replacing(/\d{4}-\d\d-\d\dT00:00:00Z/, with: "2026-09-15T00:00:00Z")
            .replacing(/\d{4}-\d\d-\d\dT(?!00:00:00Z)\d\d:\d\d:\d\dZ/, with: "2026-09-14T18:02:11Z")
    }
}
