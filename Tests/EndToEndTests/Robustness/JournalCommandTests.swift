import Glibc
import SQLite
import Testing

@Suite("usher journal")
struct JournalCommandTests {
    @Test("backs up while a run is active; the copy is sound, and the run goes on")
    func backup() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--latency", "20ms", "--plan", "business")
            try place.write(Spreadsheet(decisions: 1_500, meetings: 60).csv, as: "d.csv")
            let run = try place.startUsher(["run", "d.csv", "--plan", "business", "--no-preflight"], to: sandbox)
            try await sandbox.audit.reaches(10)

            let backup = try await place.usher("journal", "backup", "copy.db")
            let check = try await place.usher("journal", "check")
            let again = try await place.usher("journal", "backup", "copy.db")
            let prune = try await place.usher("journal", "prune", "--older-than", "2d")

            #expect(run.isRunning)
            #expect(backup.code == 0, "\(backup.errors)")
            #expect(check.code == 0, "\(check.errors)")
            #expect(again.code == 74)
            #expect(again.errors.contains("there is a file of that name already"))
            #expect(prune.code == 75)
            #expect(try await run.end() == .exited(0))
            let copied = try await place.usher("journal", "check", "--journal", "copy.db")
            #expect(copied.code == 0)
            #expect(copied.output.contains("1 job, 1500 rows"))
            #expect(try place.files == ["audit.jsonl", "copy.db", "d.csv", "d.csv.report.html", "d.csv.results.csv"])
            // Put in the journal's place, it sends again what was in flight and finishes; nothing is sent that was applied.
            let sent = try sandbox.audit.updates().count
            let rest = try await place.usher("run", "d.csv", "--journal", "copy.db", "--plan", "business", to: sandbox)
            #expect(rest.code == 0)
            #expect(try sandbox.audit.updates().count < 2 * sent)
        }
    }

    @Test("check names what is wrong and ends with 74")
    func check() async throws {
        try await withWorkplace { place in
            try place.write(Spreadsheet.one(registrants: 40).csv, as: "d.csv")
            _ = try await place.usher("run", "d.csv", "--ingest-only")
            let sound = try await place.usher("journal", "check")
            #expect(sound.code == 0)
            #expect(sound.output.contains("is sound: 1 job, 40 rows, 2 batches, 0 requests."))
            do {
                let journal = try Connection(path: place.journal.path)
                try journal.execute("update batch set members = x'01' where id = 2")
            }
            let ruined = try await place.usher("journal", "check")
            #expect(ruined.code == 74)
            #expect(ruined.errors.contains("the members of batch 2 can't be read"))
            #expect(ruined.errors.contains("restore the latest backup"))
            let missing = try await place.usher("journal", "check", "--journal", "none.db")
            #expect(missing.code == 64)
        }
    }

    @Test("prune forgets old rows, and what was applied is still not sent again")
    func prune() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            try place.write(Spreadsheet.one(registrants: 40).csv, as: "old.csv")
            _ = try await place.usher("run", "old.csv", to: sandbox)
            do {
                let journal = try Connection(path: place.journal.path)
                try journal.execute("update job set finished_at = finished_at - 3 * 86400000")
            }
            let dry = try await place.usher("journal", "prune", "--older-than", "2d", "--dry-run")
            #expect(dry.output == "job 1 (old.csv): 40 rows\n1 job with 40 rows would be pruned.\n")
            let young = try await place.usher("journal", "prune", "--older-than", "1w")
            #expect(young.output == "0 jobs with 0 rows pruned.\n")
            let pruned = try await place.usher("journal", "prune", "--older-than", "2d")
            #expect(pruned.output == "1 job with 40 rows pruned.\n")
            #expect(try await place.usher("journal", "check").code == 0)
            #expect(try await place.usher("results", "1").code == 64)

            let sent = try sandbox.audit.count
            let again = try await place.usher("run", "old.csv", to: sandbox)
            #expect(again.code == 0)
            #expect(try sandbox.audit.count == sent)
            #expect(try place.results("old.csv").outcomes == ["skipped": 40])
        }
    }

    @Test("restore leaves a run alone, puts the backup in the journal's place, and says where the old one is")
    func restore() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--latency", "20ms", "--plan", "business")
            try place.write(Spreadsheet.one(registrants: 2).csv, as: "first.csv")
            #expect(try await place.usher("run", "first.csv", to: sandbox).code == 0)
            #expect(try await place.usher("journal", "backup", "copy.db").code == 0)
            let named = try await place.usher("journal", "backup", "./")
            #expect(named.output.contains(/^\.\/journal-\d{4}-\d\d-\d\dT\d{6}Z\.db: a copy/), "\(named)")
            try place.write(Spreadsheet(decisions: 1_500, meetings: 60).csv, as: "d.csv")
            let sent = try sandbox.audit.count
            let run = try place.startUsher(["run", "d.csv", "--rate", "2"], to: sandbox)
            try await sandbox.audit.reaches(sent + 2)
            let early = try await place.usher("journal", "restore", "copy.db")
            #expect(run.isRunning && early.code == 75, "\(early)")
            run.signal(SIGTERM)
            #expect(try await run.end() == .exited(75))
            let restored = try await place.usher("journal", "restore", "copy.db")
            #expect(restored.code == 0 && restored.output.contains("with 1 job and 2 rows."), "\(restored)")
            let kept = try #require(restored.output.firstMatch(of: #/kept as (\S+)\. /#)?.1)
            #expect(try await place.usher("status", "--journal", String(kept)).output.contains("d.csv"))
            #expect(try await !place.usher("status").output.contains("d.csv"))
            #expect(try await place.usher("journal", "check").code == 0)
            #expect(try await place.usher("journal", "restore", "nowhere.db").code == 74)
        }
    }
}
