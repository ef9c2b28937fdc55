import Foundation
import Testing

@Suite("Stopped, or started twice")
struct StoppingTests {
    @Test("a signal ends a run in good order, and the next run does the rest", arguments: [SIGTERM, SIGINT, SIGHUP])
    func stopped(signal: Int32) async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--latency", "150ms", "--no-rate-limit")
            let sheet = Spreadsheet(decisions: 200, meetings: 5)
            let file = try place.write(sheet.csv, as: "decisions.csv")
            let command = ["run", file, "--batch-size", "2", "--rate", "unlimited", "--no-preflight"]

            let run = try place.startUsher(command, to: sandbox)
            try await sandbox.audit.reaches(10, by: run)
            run.signal(signal)
            let stopped = try await run.finished()

            #expect(stopped.code == 75)
            #expect(stopped.errors.contains("run the same command again"))
            let partial = try place.results(file)
            partial.expectToMirror(sheet)
            #expect(Set(partial.outcomes.keys) == ["applied", "pending"])
            #expect(partial.outcomes["applied"] == (try sandbox.audit.updates()).flatMap(\.done).count)

            let rest = try await place.startUsher(command, to: sandbox).finished()

            #expect(rest.code == 0)
            #expect(try place.results(file).outcomes == ["applied": 200])
            let asked = try sandbox.audit.updates().flatMap(\.asked)
            #expect(asked.count == 200, "each decision is sent once")
            #expect(Set(asked) == sheet.deeds)
        }
    }

    @Test("a second signal ends a run that waits for an answer, and nothing is lost")
    func secondSignal() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--fail", "hang:1")
            let sheet = Spreadsheet.one(registrants: 3)
            let file = try place.write(sheet.csv, as: "decisions.csv")

            let run = try place.startUsher(["run", file, "--no-preflight"], to: sandbox)
            try await sandbox.audit.reaches(1, by: run)
            run.signal(SIGTERM)
            try await eventually("word of the first signal") { run.errors.contains("under way") }
            #expect(run.isRunning)
            run.signal(SIGTERM)
            let stopped = try await run.finished(within: .seconds(20))
            #expect(stopped.code == 75)
            #expect(try await place.lastExit == "75", "the end is noted")

            try await sandbox.setFaults([])
            let rest = try await place.usher("run", file, to: sandbox)
            #expect(rest.code == 0, "\(rest.errors)")
            #expect(rest.errors.contains("sent again"), "what was in flight is sent again, and that is said")
            #expect(Set(try sandbox.audit.updates().flatMap(\.done)) == sheet.deeds)
        }
    }

    @Test("a run in which too much is refused stops, says so everywhere, and leaves the rest pending")
    func tooManyRefused() async throws {
        try await withWorkplace { place in
            // It knows no meeting.
            let sandbox = try await place.startSandbox()
            var sheet = Spreadsheet.one(registrants: 5)
            sheet.rows += Spreadsheet.one(meeting: "84500000001", registrants: 3).rows
            let file = try place.write(sheet.csv, as: "decisions.csv")
            let reason = "5 of 5 answered rows were refused (stop_after_failures: 5)"
            let variables = ["USHER_STOP_AFTER_FAILURES": "5"]
            let run = try await place.usher(
                "run",
                "--no-preflight",
                "--rate",
                "1",
                file,
                to: sandbox,
                environment: variables
            )
            #expect(run.code == 75 && run.errors.contains("\(reason). The rest is pending"), "\(run)")
            #expect(run.output.contains("5 failed, 3 pending"), "\(run)")
            #expect(try place.results(file).outcomes == ["failed": 5, "pending": 3])
            #expect(try place.read("decisions.csv.results.csv").contains("The run stopped because \(reason)"))
            let report = try await place.usher("report")
            #expect(report.output.contains("Not sent yet: 3 rows") && report.output.contains(reason), "\(report)")
            let resumed = try await place.usher("resume", "--stop-after-failures", "50%", to: sandbox)
            #expect(resumed.code == 1, "so few say nothing of a share: \(resumed)")
            let wrong = try await place.usher("run", "--stop-after-failures", "0", file)
            #expect(wrong.code == 64, "\(wrong)")
        }
    }

    @Test("a second run on the same journal says who is first, ends with 75 and touches nothing")
    func twoRuns() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            let sheet = Spreadsheet.one(registrants: 300)
            let file = try place.write(sheet.csv, as: "decisions.csv")
            let other = try place.write(Spreadsheet.one(meeting: "84500000001", registrants: 5).csv, as: "other.csv")

            let first = try place.startUsher(["run", file, "--batch-size", "1"], to: sandbox)
            try await sandbox.audit.reaches(1, by: first)
            // Zoom takes its time, so that the first run can't end before the others have looked.
            sandbox.child.signal(SIGSTOP)
            let second = try await place.usher("run", other, to: sandbox)
            let status = try await place.usher("status")
            #expect(first.isRunning)
            sandbox.child.signal(SIGCONT)

            #expect(second.code == 75)
            #expect(second.errors.contains("process \(first.pid)"))
            #expect(!place.has("\(other).results.csv"))
            #expect(status.code == 0, "who only reads is not kept waiting")
            #expect(try await first.finished().code == 0)
            #expect(try sandbox.audit.updates().allSatisfy { $0.target == "84512093377" })
        }
    }

    @Test("several runs started at once share the work out: one does it, the others end with 75")
    func race() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--latency", "100ms")
            let sheet = Spreadsheet.one(registrants: 60)
            let file = try place.write(sheet.csv, as: "decisions.csv")

            let runs = try (0..<4).map { _ in try place.startUsher(["run", file, "--batch-size", "10"], to: sandbox) }
            var codes: [Int32?] = []
            for run in runs { codes.append(try await run.finished().code) }

            #expect(codes.contains(0))
            #expect(codes.allSatisfy { $0 == 0 || $0 == 75 })
            let asked = try sandbox.audit.updates().flatMap(\.asked)
            #expect(asked.count == 60)
            #expect(Set(asked) == sheet.deeds)
        }
    }
}
