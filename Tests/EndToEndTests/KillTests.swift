import Foundation
import Randomness
import Testing

/// `SIGKILL` leaves no time for anything. Whatever the moment, running again must end with every decision applied, none
/// that nobody made, and none sent again after the journal had it as applied.
///
/// `USHER_KILLS` sets the number of kills, 20 by default; `scripts/test --kills 200` sets it. One job at a time, so that the
/// moment of a kill is the one that was meant.
@Suite("Killed at any moment", .serialized)
struct KillTests {
    static let killsPerJob = 5
    static let jobs: Range<Int> = {
        let kills = ProcessInfo.processInfo.environment["USHER_KILLS"].flatMap(Int.init) ?? 20
        return 0..<max(1, (kills + killsPerJob - 1) / killsPerJob)
    }()

    @Test("a job that is killed five times is finished, and nothing applied is sent again", arguments: jobs)
    func killed(job: Int) async throws {
        var chance = SplitMix64(seed: UInt64(job) &+ 1)
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox(
                "--open",
                "--no-rate-limit",
                "--registrant-daily",
                "0",
                "--latency",
                "0..8ms",
                "--seed-random",
                "\(job)",
                "--fail",
                "503:0.03",
                "--fail",
                "cut-before:0.03",
                "--fail",
                "cut-after:0.03"
            )
            let good = Spreadsheet(decisions: 840, meetings: 12, seed: UInt64(job))
            let sheet = good.withBadRows(every: 120)
            let file = try place.write(sheet.csv, as: "decisions.csv")
            let command = ["run", file, "--batch-size", "4"]
            var settled: [(Set<Deed>, after: Int)] = []

            for kill in 0..<Self.killsPerJob {
                let run = try place.startUsher(command + ["--rate", "60"], to: sandbox)
                if kill == 0, job % 4 == 0 {
                    // While the spreadsheet is read into the journal, or hardly later.
                    try await eventually("a journal") { FileManager.default.fileExists(atPath: place.journal.path) }
                } else {
                    // A run that is through before it is killed shows at its end.
                    try? await sandbox.audit.reaches(sandbox.audit.count + .random(in: 1...14, using: &chance), by: run)
                }
                // Between the sandbox's note and Usher's commit, or after it.
                try await Task.sleep(for: .microseconds(Int.random(in: 0..<6_000, using: &chance)))
                run.signal(SIGKILL)
                guard try await run.end() == .killed(by: SIGKILL) else { break }
                settled.append((try await place.applied(of: sheet), after: try sandbox.audit.count))
            }
            #expect(settled.count >= 3, "most kills must hit a run at work")
            try await place.finish(command + ["--rate", "unlimited"], to: sandbox)

            let results = try place.results(file)
            results.expectToMirror(sheet)
            let late = zip(results["outcome"], results["reason"]).first { $0.0 != "applied" && $0.0 != "rejected" }
            #expect(results.outcomes == ["applied": 840, "rejected": 7], "\(late?.0 ?? ""): \(late?.1 ?? "")")
            let updates = try sandbox.audit.updates()
            #expect(Set(updates.flatMap(\.done)) == good.deeds, "every decision is applied")
            #expect(Set(updates.flatMap(\.asked)).isSubset(of: good.deeds), "nothing is sent that no good row says")
            let all = try sandbox.audit.requests()
            for (deeds, count) in settled {
                let again = all.dropFirst(count).flatMap(\.asked).filter(deeds.contains)
                #expect(again.isEmpty, "sent again after its 204 was journaled")
            }
            let check = try await place.usher("status", "--check")
            #expect(check.code == 0, "\(check.errors)")
        }
    }
}

extension Spreadsheet {
    /// The same with rows in between that must never be sent.
    fileprivate func withBadRows(every step: Int) -> Spreadsheet {
        let bad = ["8.4E+10", "84O00000000", "", "12", "24.11.2026", "#REF!", "84,000,000,000"]
        var all: [Row] = []
        for (number, row) in rows.enumerated() {
            if number % step == 0 {
                all.append(
                    Row(meeting: bad[number / step % bad.count], registrant: "nobody\(number)", action: "approve")
                )
            }
            all.append(row)
        }
        return Spreadsheet(rows: all)
    }
}

extension Workplace {
    /// What the journal shows as applied, from the rows of its first job; nothing where the job has not come to be.
    fileprivate func applied(of sheet: Spreadsheet) async throws -> Set<Deed> {
        let told = try await usher("results", "1")
        guard told.code == 0 else {
            #expect(told.code == 64, "\(told.errors)")
            return []
        }
        let outcomes = Results(told.output)["outcome"]
        return Set(zip(sheet.rows, outcomes).filter { $1 == "applied" }.map { $0.0.deed })
    }

    /// Runs until no work remains: faults may make one run leave something to the next.
    fileprivate func finish(_ command: [String], to sandbox: Sandbox) async throws {
        for _ in 0..<10 {
            let run = try await startUsher(command, to: sandbox).finished()
            if run.code != 75 {
                #expect(run.code == 1, "the bad rows are rejected; \(run.errors)")
                return
            }
        }
        Issue.record("work still remains after ten runs")
    }
}
