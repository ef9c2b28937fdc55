import Foundation
import Testing
import ZoomModel

@Suite("On a terminal and elsewhere")
struct TerminalTests {
    @Test("elsewhere a long run prints plain lines, without a control character")
    func plain() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--latency", "20ms")
            let file = try place.write(Spreadsheet.one(registrants: 30).csv, as: "decisions.csv")
            let run = try await place.usher("run", file, "--batch-size", "2", to: sandbox)
            #expect(run.code == 0)
            let said = run.output + run.errors
            #expect(!said.contains("\u{1B}"))
            #expect(!said.contains("\r"))
            #expect(said.split(whereSeparator: \.isNewline).count < 10, "\(said)")
        }
    }

    @Test("on a terminal a long run shows how far it is, and leaves nothing of that behind")
    func terminal() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--latency", "20ms")
            let file = try place.write(Self.guests(60).csv, as: "decisions.csv")

            let shown = try await place.onTerminal("run", file, "--batch-size", "2", to: sandbox)

            #expect(shown.code == 0)
            #expect(shown.output.contains("/60"), "done and total are shown")
            #expect(shown.output.contains("\u{1B}"), "and drawn over")
            let screen = Screen(shown.output)
            #expect(screen.lines.contains { $0.contains("60 applied") }, "\(screen.lines)")
            #expect(!screen.lines.contains { $0.contains("/60") }, "nothing of the progress is left: \(screen.lines)")
        }
    }

    @Test("Ctrl-C on a terminal leaves it clean, and says what to do")
    func interrupted() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--latency", "50ms")
            let file = try place.write(Self.guests(200).csv, as: "decisions.csv")

            let shown = try await place.onTerminal("run", file, "--batch-size", "2", to: sandbox, interruptAfter: 5)

            #expect(shown.code == 75)
            let screen = Screen(shown.output)
            #expect(screen.lines.contains { $0.contains("run the same command again") }, "\(screen.lines)")
            #expect(screen.lines.last { !$0.isEmpty }?.contains("usher explain 75") == true, "\(screen.lines)")
            #expect(!shown.output.hasSuffix("\u{1B}[?25l"), "the cursor is back")
        }
    }

    @Test("--quiet draws nothing, even on a terminal")
    func quiet() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--latency", "20ms")
            let file = try place.write(Self.guests(30).csv, as: "decisions.csv")
            let shown = try await place.onTerminal("run", file, "--batch-size", "2", "--quiet", "--yes", to: sandbox)
            #expect(shown.code == 0)
            #expect(shown.output.isEmpty, "\(shown.output)")
        }
    }

    @Test("between its sentences a terminal shows log lines only with --verbose; elsewhere they come in any case")
    func sentences() async throws {
        try await withWorkplace { place in
            // It knows no meeting, so each request is refused.
            let sandbox = try await place.startSandbox()
            let file = try place.write(Self.guests(2).csv, as: "decisions.csv")
            let shown = try await place.onTerminal("run", file, to: sandbox)
            #expect(
                shown.code == 1 && !shown.output.contains("meeting=") && !shown.output.contains("ms="),
                "\(shown.output)"
            )
            #expect(shown.output.contains("2 failed"))
            let again = try await place.onTerminal("run", file, to: sandbox)
            #expect(again.output.contains("What had failed is tried once more.\r\n"), "\(again.output)")
            let verbose = try await place.onTerminal("run", file, "--verbose", to: sandbox)
            #expect(verbose.output.contains("meeting=84512093377"), "\(verbose.output)")
            let piped = try await place.usher("run", file, to: sandbox)
            #expect(piped.errors.contains(" warning Zoom refused a batch (meeting).") && piped.errors.contains("ms="))
            let toFile = try await place.usher("run", file, "--log-file", "usher.log", to: sandbox)
            #expect(!toFile.errors.contains("ms="), "\(toFile.errors)")
            #expect(try place.read("usher.log").contains("ms="))
        }
    }

    @Test("with log_format json each line of a run is a line of JSON, and of its errors too")
    func json() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox()
            let file = try place.write(Self.guests(2).csv, as: "decisions.csv")
            let run = try await place.usher("run", file, "nowhere.csv", "--log-format", "json", to: sandbox)
            #expect(run.code == 65, "\(run)")
            var levels: Set<String> = []
            for line in (run.output + run.errors).split(separator: "\n") {
                let object = try #require(
                    try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                    "\(line)"
                )
                if let level = object["level"] as? String { levels.insert(level) }
                if object["ms"] != nil { #expect(object["ms"] is Int && object["status"] is Int, "\(line)") }
            }
            #expect(levels == ["error", "warning", "notice"])
            let faulty = try await place.usher(
                "run",
                file,
                environment: ["USHER_LOG_FORMAT": "json", "USHER_PLAN": "gold"]
            )
            #expect(faulty.code == 78 && faulty.errors.hasPrefix("{"), "\(faulty.errors)")
        }
    }

    @Test("a run shows what it would send and asks; y sends it, and so does --yes without a question")
    func asked() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            let file = try place.write(Self.guests(3).csv, as: "decisions.csv")
            let shown = try await place.onTerminal("run", file, to: sandbox, typing: "y\n")
            #expect(shown.code == 0, "\(shown)")
            let lines = Screen(shown.output).lines
            #expect(lines.contains("decisions.csv: 3 rows: 3 to send"), "\(lines)")
            #expect(lines.contains("Send these 3 decisions? [y/N] y"), "\(lines)")
            #expect(lines.contains { $0.contains("3 applied") }, "\(lines)")
            let again = try await place.onTerminal("run", file, to: sandbox, typing: nil)
            #expect(again.code == 0 && !again.output.contains("[y/N]"), "nothing is left to ask about")
            let other = try place.write(Self.guests(4).csv, as: "other.csv")
            let unasked = try await place.onTerminal("run", "--yes", other, to: sandbox, typing: nil)
            #expect(unasked.code == 0 && !unasked.output.contains("[y/N]"), "\(unasked)")
        }
    }

    @Test(
        "anything else than yes, and Ctrl-C, sends nothing and leaves everything as it was",
        arguments: [
            ("n\n", "Nothing was sent"), ("\u{4}", "Nothing was sent"), ("\u{3}", "Stopped as asked. Nothing was sent"),
        ]
    )
    func declined(typing: String, said: String) async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            let file = try place.write(Self.guests(3).csv, as: "decisions.csv")
            let shown = try await place.onTerminal("run", file, to: sandbox, typing: typing)
            #expect(shown.code == 75, "\(shown)")
            let lines = Screen(shown.output).lines
            #expect(lines.contains { $0.hasPrefix("usher: \(said)") || $0.hasPrefix(said) }, "\(lines)")
            #expect(try await sandbox.stats().requests == 0)
            let status = try await place.usher("status")
            #expect(!status.output.contains("decisions.csv"), "\(status)")
            #expect(!FileManager.default.fileExists(atPath: place.url("decisions.csv.results.csv").path))
            // Where nobody sits, nothing is asked.
            let piped = try await place.usher("run", file, to: sandbox)
            #expect(piped.code == 0 && piped.output.contains("3 applied"), "\(piped)")
        }
    }

    @Test("resume asks too, and an inbox; a spreadsheet on standard input is asked about at the terminal")
    func askedToo() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            let file = try place.write(Self.guests(3).csv, as: "decisions.csv")
            _ = try await place.usher("run", "--ingest-only", file)
            let resumed = try await place.onTerminal("resume", to: sandbox, typing: "n\n")
            #expect(resumed.code == 75 && resumed.output.contains("Send these 3 decisions?"), "\(resumed)")
            try FileManager.default.createDirectory(at: place.url("inbox"), withIntermediateDirectories: true)
            let inbox = try await place.onTerminal("run", "--inbox", "inbox", to: sandbox, typing: "n\n")
            #expect(inbox.code == 75 && inbox.output.contains("Send these 3 decisions?"), "\(inbox)")
            #expect(try await sandbox.stats().requests == 0)
            let piped = try await place.onTerminal("run", "-", to: sandbox, typing: "yes\n", input: file)
            #expect(piped.code == 0 && piped.output.contains("3 applied"), "\(piped)")
        }
    }

    @Test("a list shows how far it is, and leaves nothing of that behind")
    func list() async throws {
        try await withWorkplace { place in
            let people = (0..<900).map { SeedRegistrant(id: "r\($0)") }
            let seed = Seed(meetings: [SeedMeeting(id: "84512093377", registrants: people)])
            let sandbox = try await place.startSandbox("--latency", "20ms", seed: seed)
            let shown = try await place.onTerminal("list", "84512093377", "--output", "list.csv", to: sandbox)
            #expect(shown.code == 0)
            #expect(shown.output.contains("300 of 900 registrations listed"), "\(shown.output)")
            let screen = Screen(shown.output)
            #expect(screen.lines.contains { $0.contains("900 registrations written") }, "\(screen.lines)")
            #expect(!screen.lines.contains { $0.contains("of 900") }, "\(screen.lines)")
        }
    }

    /// By email alone: about ids that are not of Zoom's form a terminal is asked first.
    private static func guests(_ count: Int) -> Spreadsheet {
        var sheet = Spreadsheet.one(registrants: count)
        for index in sheet.rows.indices { sheet.rows[index].registrant = "" }
        return sheet
    }
}

/// What a terminal shows in the end, of all that was written to it: enough of one for lines that are drawn over.
private struct Screen {
    var lines: [String] = []

    init(_ output: String) {
        var rows: [[Character]] = [[]]
        var row = 0
        var column = 0
        // Scalars, since Swift takes a carriage return and a line feed for one character.
        var rest = output.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\r": column = 0
            case "\n":
                row += 1
                while rows.count <= row { rows.append([]) }
            case "\u{1B}" where rest.first == "[":
                rest.removeFirst()
                let parameters = rest.prefix { ("0"..."?").contains($0) }
                rest = rest.dropFirst(parameters.count)
                let number = Int(String(parameters)) ?? 0
                switch rest.popFirst() {
                case "K" where number == 0: rows[row] = Array(rows[row].prefix(column))
                case "K": rows[row] = []
                case "J":
                    rows = Array(rows.prefix(row + 1))
                    rows[row] = Array(rows[row].prefix(column))
                case "A": row = max(0, row - max(1, number))
                case "G": column = max(0, number - 1)
                default: break
                }
            default:
                while rows[row].count <= column { rows[row].append(" ") }
                rows[row][column] = Character(scalar)
                column += 1
            }
        }
        lines = rows.map { String($0) }
    }
}

extension Workplace {
    /// Runs `usher` on a terminal of 100 columns; `output` is all that was written to it.
    ///
    /// - Parameters:
    ///   - typing: What a person types when asked.
    ///   - input: The file that standard input is, instead of the terminal.
    ///   - interruptAfter: Presses Ctrl-C when the sandbox has got so many requests.
    fileprivate func onTerminal(
        _ arguments: String...,
        to sandbox: Sandbox,
        typing answer: String? = "y\n",
        input: String? = nil,
        interruptAfter requests: Int? = nil
    ) async throws -> Finished {
        let command = [Products.usher.path] + arguments + ["--base-url", sandbox.baseURL]
        // The terminal's other end: passes on what the program writes, and Ctrl-C when the file `interrupt` appears.
        let script = """
            import fcntl, os, pty, select, struct, sys, termios, tty
            answer, input, command = sys.argv[1].encode(), sys.argv[2], sys.argv[3:]
            pid, terminal = pty.fork()
            if pid == 0:
                if input:
                    os.dup2(os.open(input, os.O_RDONLY), 0)
                os.execv(command[0], command)
            fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
            pressed = False
            seen = b""
            while True:
                if not pressed and os.path.exists("interrupt"):
                    pressed = True
                    os.write(terminal, b"\\x03")
                if not select.select([terminal], [], [], 0.02)[0]:
                    continue
                try:
                    data = os.read(terminal, 65536)
                except OSError:
                    break
                if not data:
                    break
                os.write(1, data)
                seen += data
                if answer and b"[y/N] " in seen:
                    os.write(terminal, answer)
                    answer = b""
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            """
        let child = try start(
            URL(filePath: "/usr/bin/env"),
            ["python3", "-c", script, answer ?? "", input ?? ""] + command,
            environment: ["ZOOM_ACCESS_TOKEN": Sandbox.token]
        )
        if let requests {
            try await sandbox.audit.reaches(requests, by: child)
            try write("", as: "interrupt")
        }
        return try await child.finished()
    }
}
