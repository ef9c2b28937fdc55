import Foundation
import Testing

@Suite("Secrets and addresses stay where they belong")
struct SecretTests {
    private static let clientSecret = Sandbox.credentials["ZOOM_CLIENT_SECRET"] ?? ""
    private static let basic = Data("sandbox-client:\(clientSecret)".utf8).base64EncodedString()

    @Test("no output, file or process list holds a secret, at any log level", arguments: ["text", "json"])
    func nowhere(format: String) async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox(
                "--open",
                "--bad",
                "0.05",
                "--latency",
                "20ms",
                "--token",
                "unique-token-7731",
                "--fail",
                "503:0.1"
            )
            // All tokens that a sandbox gives begin alike.
            let secrets = [Self.clientSecret, Self.basic, "unique-token-7731", "Bearer ", "sandbox-1-"]
            var said: [Finished] = []
            for (name, variables) in [
                ("app.csv", Sandbox.credentialsOnly), ("token.csv", ["ZOOM_ACCESS_TOKEN": "unique-token-7731"]),
            ] {
                try place.write(Spreadsheet(decisions: 150, meetings: 12).csv + "\n,,\(name),,approve,\n", as: name)
                let before = try sandbox.audit.count
                let run = try place.startUsher(
                    ["run", name, "--log-level", "trace", "--log-format", format, "--reapply"],
                    to: sandbox,
                    environment: variables
                )
                try await sandbox.audit.reaches(before + 1)
                // While it runs: what `ps` shows everybody, and what a crash would leave behind.
                let command = try String(contentsOfFile: "/proc/\(run.pid)/cmdline", encoding: .utf8)
                for secret in secrets { #expect(!command.contains(secret)) }
                let limits = try String(contentsOfFile: "/proc/\(run.pid)/limits", encoding: .utf8)
                let core = limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") } ?? ""
                #expect(core.split(separator: " ").dropFirst(4).prefix(2) == ["0", "0"])
                said.append(try await run.finished())
            }
            said.append(try await place.usher("status", "--check"))
            said.append(try await place.usher("results", "1", "--format", "json"))
            for secret in secrets {
                for text in said {
                    #expect(!text.output.contains(secret), "\(secret)")
                    #expect(!text.errors.contains(secret), "\(secret)")
                }
                for file in try place.ownFiles() {
                    #expect(try Data(contentsOf: file).range(of: Data(secret.utf8)) == nil, "\(file.path)")
                }
            }
        }
    }

    @Test("nobody else can look into a running process", .enabled(if: Privileges.canBecomeNobody, "needs root"))
    func processMemory() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--latency", "300ms")
            try place.write(Spreadsheet(decisions: 60, meetings: 12).csv, as: "d.csv")
            try place.giveDesk(to: 65_534)
            let nobody = "setpriv \(Privileges.nobody.joined(separator: " "))"
            let done = try await place.script(
                """
                \(nobody) usher run d.csv --journal own/journal.db $BASE -q & pid=$!
                until [ -s audit.jsonl ]; do sleep 0.02; done
                stat -c 'owner=%u' /proc/$pid/environ
                \(nobody) cat /proc/$pid/environ > /dev/null 2>&1 || echo refused
                wait $pid; echo "run=$?"
                """,
                to: sandbox
            )
            #expect(done.output == "owner=0\nrefused\nrun=0\n", "\(done.errors)")
        }
    }

    @Test("at the default log level no address is said, whatever happens to its owner")
    func addresses() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox(
                "--open",
                "--bad",
                "0.2",
                "--fail",
                "503:0.1",
                "--fail",
                "400:0.05"
            )
            let sheet = Spreadsheet(decisions: 200, meetings: 10)
            try place.write(sheet.csv + ",,,lonely@example.org,perhaps,\r\n", as: "d.csv")
            let run = try await place.usher("run", "d.csv", to: sandbox)
            let debug = try await place.usher(
                "run",
                "d.csv",
                "--log-level",
                "trace",
                "--log-format",
                "json",
                to: sandbox
            )
            let status = try await place.usher("status")
            #expect(run.code == 1, "\(run.errors)")
            #expect(try place.results("d.csv").outcomes["failed"] ?? 0 > 0)
            for text in [run.output, run.errors, debug.errors, status.output] { #expect(!text.contains("example.org")) }
        }
    }

    @Test("a spreadsheet made to exhaust memory is refused in bounded memory", arguments: ["cell", "header", "row"])
    func bombs(kind: String) async throws {
        try await withWorkplace { place in
            let head = "Meeting,Email,Action"
            let text =
                switch kind {
                case "cell": "\(head)\n84500000001,\"" + String(repeating: "a", count: 100_000_000)
                case "header": head + String(repeating: ",x", count: 20_000_000) + "\n"
                default: "\(head)\n84500000001,a@example.org,approve" + String(repeating: ",y", count: 20_000_000)
                }
            try place.write(text, as: "d.csv")
            let run = try place.startUsher(["run", "d.csv", "--ingest-only"])
            let peak = try await run.peakMemory()
            let ended = try await run.finished()
            #expect(ended.code == 65, "\(ended.errors)")
            #expect(peak < PeakMemory.limit)
        }
    }
}

extension Workplace {
    /// All that `usher` wrote: the journal and what lies beside it, results, captured output; not the sandbox's files.
    func ownFiles() throws -> [URL] {
        let root = directory.deletingLastPathComponent()
        let everything = FileManager.default.enumerator(at: root, includingPropertiesForKeys: [.isRegularFileKey])
        return (everything?.allObjects as? [URL] ?? []).filter {
            let isFile = try? $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile
            return isFile == true && !$0.lastPathComponent.hasPrefix("audit")
        }
    }
}
