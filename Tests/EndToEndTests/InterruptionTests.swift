import Foundation
import Testing

@Suite("Runs whose reader, terminal or user leaves early")
struct InterruptionTests {
    @Test("a run ends as it should though nobody reads what it says")
    func closedPipe() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            let files = try ["a.csv", "b.csv"].map {
                try place.write(Spreadsheet(decisions: 3, meetings: 1, seed: UInt64($0.utf8.first ?? 0)).csv, as: $0)
            }
            let command = """
                (usher run \(files.joined(separator: " ")) --metrics-file usher.prom --base-url \(sandbox.baseURL); \
                echo $? > code) | true
                """
            let shell = try place.start(
                URL(filePath: "/bin/sh"),
                ["-c", command],
                environment: ["ZOOM_ACCESS_TOKEN": Sandbox.token]
            )
            try await shell.end()
            #expect(try place.read("code") == "0\n", "\(shell.errors)")
            #expect(place.has("usher.prom"))
            for file in files { #expect(place.has("\(file).results.csv")) }
            #expect(try await place.lastExit == "0")
        }
    }

    @Test("a closed terminal that says so twice does not count as a second signal")
    func closedTerminal() async throws {
        try await withWorkplace { place in
            let (sandbox, run) = try await place.startRunThatHangs()
            run.signal(SIGHUP)
            try await eventually("word of the first signal") { run.errors.contains("under way") }
            run.signal(SIGHUP)
            try await sandbox.setFaults([])
            // Zoom's side of the request that hangs goes away, so that the run has nothing to wait for.
            sandbox.child.signal(SIGKILL)
            let stopped = try await run.finished()
            #expect(stopped.code == 75, "\(stopped.errors)")
            #expect(place.has("decisions.csv.results.csv"))
        }
    }

    @Test("a closed terminal ends nothing that was started with nohup")
    func nohup() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--latency", "100ms")
            let file = try place.write(Spreadsheet.one(registrants: 20).csv, as: "decisions.csv")
            let run = try place.start(
                URL(filePath: "/usr/bin/nohup"),
                [Products.usher.path, "run", file, "--batch-size", "1", "--base-url", sandbox.baseURL],
                environment: ["ZOOM_ACCESS_TOKEN": Sandbox.token]
            )
            try await sandbox.audit.reaches(1, by: run)
            run.signal(SIGHUP)
            #expect(try await run.finished().code == 0, "\(run.errors)")
        }
    }

    @Test("a signal while a large spreadsheet is read ends the run with 75 and a word, and nothing is kept of it")
    func whileReading() async throws {
        try await withWorkplace { place in
            let file = try place.write(Spreadsheet.one(registrants: 400_000).csv, as: "large.csv")
            let run = try place.startUsher(["run", file, "--ingest-only"])
            let lines = { try await place.usher("history").output.split(separator: "\n").count }
            while run.isRunning, try await lines() < 2 {}
            run.signal(SIGINT)
            let stopped = try await run.finished()
            #expect(stopped.code == 75, "\(stopped.errors)")
            #expect(stopped.errors.contains("Nothing was sent; run the same command again."))
            #expect(try await place.usher("status").output.contains("no job yet"))
        }
    }
}

extension Workplace {
    /// A run that waits for an answer which never comes.
    fileprivate func startRunThatHangs() async throws -> (Sandbox, Child) {
        let sandbox = try await startSandbox("--open", "--fail", "hang:1")
        let file = try write(Spreadsheet.one(registrants: 3).csv, as: "decisions.csv")
        let run = try startUsher(["run", file], to: sandbox)
        try await sandbox.audit.reaches(1, by: run)
        return (sandbox, run)
    }

    /// The exit code that the history shows of the only run; a dash where none was noted.
    var lastExit: String? {
        get async throws {
            let line = try await usher("history").output.split(separator: "\n").dropFirst().first
            return line?.prefix { $0 != "|" }.split(separator: " ").last.map(String.init)
        }
    }
}
