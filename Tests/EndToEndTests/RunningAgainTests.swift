import Foundation
import Testing
import ZoomModel

@Suite("Running again, and not quite running")
struct RunningAgainTests {
    @Test("an edited file sends what is new, and skips what the earlier job applied, naming it")
    func edited() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            var sheet = Spreadsheet.one(registrants: 4)
            let file = try place.write(sheet.csv, as: "decisions.csv")
            #expect(try await place.usher("run", file, to: sandbox).code == 0)
            let sent = try sandbox.audit.count

            sheet.rows[1].action = "deny"
            sheet.rows.append(Spreadsheet.Row(meeting: "84512093377", registrant: "r9", action: "approve"))
            try place.write(sheet.csv, as: file)
            let run = try await place.usher("run", file, to: sandbox)

            #expect(run.code == 0)
            let results = try place.results(file)
            results.expectToMirror(sheet)
            #expect(results["outcome"] == ["skipped", "applied", "skipped", "skipped", "applied"])
            #expect(results["reason"][0].contains("job 1"), "\(results["reason"][0])")
            let asked = Set(try sandbox.audit.requests().dropFirst(sent).flatMap(\.asked))
            #expect(asked == [sheet.rows[1].deed, sheet.rows[4].deed])
        }
    }

    @Test("what Zoom refused is asked once more when the file is named again, since the cause may be mended")
    func mended() async throws {
        try await withWorkplace { place in
            let answer = CannedAnswer(status: 400, code: 3003, message: "You're not the meeting host.", times: 1)
            let sandbox = try await place.startSandbox(
                seed: Seed(meetings: [SeedMeeting(id: "84512093377", answer: answer, open: true)])
            )
            let file = try place.write(Spreadsheet.one(registrants: 2).csv, as: "decisions.csv")

            // The answer is for the first request, whatever it asks.
            let first = try await place.usher("run", file, "--no-preflight", to: sandbox)
            #expect(first.code == 1)
            #expect(try place.results(file).outcomes == ["failed": 2])
            #expect(try place.results(file)["zoom_code"] == ["3003", "3003"])

            let second = try await place.usher("run", file, to: sandbox)
            #expect(second.code == 0)
            #expect(try place.results(file).outcomes == ["applied": 2])
        }
    }

    @Test("--ingest-only remembers the file, sends nothing and ends with 75; a run without it sends")
    func ingestOnly() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            let file = try place.write(Spreadsheet.one(registrants: 2).csv, as: "decisions.csv")

            // Nothing is sent, so neither credentials nor a server are needed.
            let ingest = try await place.usher("run", file, "--ingest-only")
            #expect(ingest.code == 75)
            #expect(try place.results(file).outcomes == ["pending": 2])
            #expect(try sandbox.audit.count == 0)
            #expect(try await place.usher("run", file, to: sandbox).code == 0)
            #expect(try place.results(file).outcomes == ["applied": 2])
        }
    }

    @Test("--dry-run says what would be sent to each meeting, sends nothing and leaves no file behind")
    func dryRun() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            var sheet = Spreadsheet.one(registrants: 31)
            sheet.rows.append(
                Spreadsheet.Row(meeting: "84500000001", occurrence: "1796666400000", registrant: "x", action: "deny")
            )
            let file = try place.write(sheet.csv, as: "decisions.csv")
            let before = try place.files

            let run = try await place.usher("run", file, "--dry-run", to: sandbox)

            #expect(run.code == 0)
            #expect(run.output.contains("84512093377: approve 31 registrants in 2 requests"))
            #expect(run.output.contains("84500000001, occurrence 1796666400000: deny 1 registrant in 1 request"))
            #expect(try sandbox.audit.count == 0)
            #expect(try place.files == before)
            #expect(!FileManager.default.fileExists(atPath: place.journal.path))
        }
    }

    @Test("a finished job needs neither credentials nor a server to be run again")
    func nothingToDo() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            let file = try place.write(Spreadsheet.one(registrants: 2).csv, as: "decisions.csv")
            #expect(try await place.usher("run", file, to: sandbox).code == 0)
            await sandbox.child.destroy()
            let again = try await place.usher("run", file)
            #expect(again.code == 0, "\(again.errors)")
        }
    }

    @Test("what was applied is sent again with --reapply, and then a renamed copy is that same job")
    func reapply() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            let file = try place.write(Spreadsheet.one(registrants: 3).csv, as: "decisions.csv")
            for arguments in [[], ["--reapply"]] {
                #expect(try await place.startUsher(["run", file] + arguments, to: sandbox).finished().code == 0)
            }
            #expect(try sandbox.audit.updates().flatMap(\.done).count == 6)
            let copy = try await place.usher("run", place.write(Spreadsheet.one(registrants: 3).csv, as: "b.csv"))
            #expect(copy.code == 0 && copy.output.contains("job 2"), "\(copy.output)\(copy.errors)")
            #expect(try place.results("b.csv").outcomes == ["applied": 3])
        }
    }

    @Test("a file from standard input is a job like any other, with its results from the journal")
    func standardInput() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            let sheet = Spreadsheet.one(registrants: 2)
            let run = try await place.usher("run", "-", to: sandbox, input: sheet.csv)
            #expect(run.code == 0, "\(run.errors)")
            let results = Results(try await place.usher("results", "1").output)
            results.expectToMirror(sheet)
            #expect(results.outcomes == ["applied": 2])
        }
    }

    @Test("--results puts the results elsewhere, and a directory of spreadsheets is taken file by file")
    func directories() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            for name in ["lists", "out"] {
                try FileManager.default.createDirectory(at: place.url(name), withIntermediateDirectories: true)
            }
            try place.write(Spreadsheet.one(registrants: 2).csv, as: "lists/a.csv")
            try place.write(Spreadsheet.one(meeting: "84500000001", registrants: 3).csv, as: "lists/b.csv")

            let run = try await place.usher("run", "lists", "--results", "out", to: sandbox)

            #expect(run.code == 0, "\(run.errors)")
            let written = try FileManager.default.contentsOfDirectory(atPath: place.url("out").path).sorted()
            #expect(written == ["a", "b"].flatMap { ["\($0).csv.report.html", "\($0).csv.results.csv"] })
            #expect(Results(try place.read("out/b.csv.results.csv")).outcomes == ["applied": 3])
        }
    }

    @Test("spreadsheets of one name keep their own results in one directory, also after one is edited")
    func sameName() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            for name in ["north", "south", "out"] {
                try FileManager.default.createDirectory(at: place.url(name), withIntermediateDirectories: true)
            }
            func written() throws -> [String] {
                try FileManager.default.contentsOfDirectory(atPath: place.url("out").path).sorted()
                    .filter { $0.hasSuffix(".results.csv") }
            }
            try place.write(Spreadsheet.one(registrants: 2).csv, as: "north/d.csv")
            try place.write(Spreadsheet.one(meeting: "84500000001", registrants: 3).csv, as: "south/d.csv")
            let both = try await place.usher("run", "north/d.csv", "south/d.csv", "--results", "out", to: sandbox)
            #expect(both.code == 0, "\(both.errors)")
            let names = try written()
            #expect(names.count == 2)
            let other = try #require(names.first { $0 != "d.csv.results.csv" })
            #expect(Results(try place.read("out/d.csv.results.csv")).outcomes == ["applied": 2])
            #expect(Results(try place.read("out/\(other)")).outcomes == ["applied": 3])
            let lines = both.output.split(separator: "\n")
            let named = lines.filter { !$0.contains(": Columns read: ") }
            #expect(named.count == 3 && named[1].contains(other), "\(lines)")
            #expect(named.last?.contains("another spreadsheet has this name") == true)

            try place.write(Spreadsheet.one(meeting: "84500000001", registrants: 4).csv, as: "south/d.csv")
            #expect(try await place.usher("run", "south/d.csv", "--results", "out", to: sandbox).code == 0)
            #expect(try written() == names)
            #expect(Results(try place.read("out/d.csv.results.csv")).outcomes == ["applied": 2])
            #expect(Results(try place.read("out/\(other)")).outcomes == ["skipped": 3, "applied": 1])
        }
    }

    @Test("what comes from standard input never takes another job's results file")
    func standardInputTwice() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            for registrants in [2, 3] {
                let sheet = Spreadsheet.one(registrants: registrants)
                let run = try await place.usher("run", "-", "--results", ".", to: sandbox, input: sheet.csv)
                #expect(run.code == 0, "\(run.errors)")
            }
            let files = try place.files.filter { $0.hasSuffix(".results.csv") }
            #expect(files == ["standard input.job-2.results.csv", "standard input.results.csv"])
        }
    }
}
