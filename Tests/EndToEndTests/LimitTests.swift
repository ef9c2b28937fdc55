import Foundation
import Testing
import ZoomModel

@Suite("Zoom's limits")
struct LimitTests {
    @Test("a server that refuses everything is not hammered: the run ends with 75, and a later one does it all")
    func wall() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--no-rate-limit", "--fail", "429:1")
            let sheet = Spreadsheet.one(registrants: 2)
            let file = try place.write(sheet.csv, as: "decisions.csv")

            let run = try place.startUsher(["run", file, "--no-preflight"], to: sandbox)
            try await sandbox.audit.reaches(3, by: run)
            let times = try sandbox.audit.updates().map(\.date)
            #expect(zip(times, times.dropFirst()).allSatisfy { $1.timeIntervalSince($0) > 0.9 })
            run.signal(SIGTERM)
            #expect(try await run.finished().code == 75)
            #expect(try place.results(file).outcomes == ["pending": 2])

            try await sandbox.setFaults([])
            #expect(try await place.usher("run", file, to: sandbox).code == 0)
        }
    }

    @Test("what the day's limit leaves is deferred, and a run after midnight takes it up")
    func dayLimit() async throws {
        try await withWorkplace { place in
            // The sandbox's midnight comes in twenty seconds: enough for the first two runs on a busy machine.
            let offset = 86_400 - Int(Date().timeIntervalSince1970) % 86_400 - 20
            let sandbox = try await place.startSandbox(
                "--open",
                "--daily",
                "3",
                "--retry-after-form",
                "seconds",
                "--clock-offset",
                "\(offset)"
            )
            let sheet = Spreadsheet.one(registrants: 5)
            let file = try place.write(sheet.csv, as: "decisions.csv")
            // The lists would spend the day.
            let command = ["run", file, "--batch-size", "1", "--no-preflight"]

            let first = try place.startUsher(command, to: sandbox)
            try await sandbox.audit.reaches(4)
            first.signal(SIGTERM)
            #expect(try await first.finished().code == 75)
            let results = try place.results(file)
            #expect(results.outcomes == ["applied": 3, "deferred": 2])
            #expect(results["reason"].suffix(2).allSatisfy { $0.contains("daily") }, "\(results["reason"])")

            let early = try await place.startUsher(command + ["--ingest-only"], to: sandbox).finished()
            #expect(early.code == 75)
            #expect(early.output.contains("deferred"))
            #expect(try sandbox.audit.count == 4, "nothing is sent before its time")

            try await eventually("midnight, and a run that finishes the job", lookingEvery: .milliseconds(300)) {
                try await place.startUsher(command, to: sandbox).finished().code == 0
            }
            #expect(try place.results(file).outcomes == ["applied": 5])
            #expect(try sandbox.audit.updates().flatMap(\.done).count == 5)
        }
    }

}

extension Audit.Request {
    /// When it came in.
    fileprivate var date: Date {
        (try? Date(time, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))) ?? .distantPast
    }
}
