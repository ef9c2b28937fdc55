import Foundation
import Testing

@Suite("Running otherwise than from one file to the next")
struct RunningAgainTests {
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

    @Test("--first sends what the first rows decide, and the same command without it the rest")
    func first() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            let file = try place.write(Spreadsheet.one(registrants: 40).csv, as: "decisions.csv")
            let left = "Only the first 3 rows are sent (--first). 37 more rows stay pending"
            let dry = try await place.usher("run", "--dry-run", "--first", "3", file)
            #expect(dry.output.contains("approve 3 registrants in 1 request") && dry.output.contains(left), "\(dry)")
            for _ in 0..<2 {
                let some = try await place.usher("run", "--first", "3", "--no-preflight", file, to: sandbox)
                #expect(some.code == 75 && some.output.contains("3 applied, 37 pending"), "\(some)")
                #expect(some.output.contains(left), "\(some)")
                #expect(try await sandbox.stats().requests == 1)
            }
            let rest = try await place.usher("run", "--no-preflight", file, to: sandbox)
            #expect(rest.code == 0 && rest.output.contains("40 applied"), "\(rest)")
            #expect(try await sandbox.stats().requests == 3)
            let wrong = try await place.usher("run", "--first", "0", file)
            #expect(wrong.code == 64, "\(wrong)")
        }
    }

    @Test("a file from standard input is a job like any other, and never takes another job's results file")
    func standardInput() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            for registrants in [2, 3] {
                let sheet = Spreadsheet.one(registrants: registrants)
                let run = try await place.usher("run", "-", "--results", ".", to: sandbox, input: sheet.csv)
                #expect(run.code == 0, "\(run.errors)")
            }
            let files = try place.files.filter { $0.hasSuffix(".results.csv") }
            #expect(files == ["standard input.job-2.results.csv", "standard input.results.csv"])
            let results = Results(try await place.usher("results", "1").output)
            results.expectToMirror(Spreadsheet.one(registrants: 2))
            #expect(results.outcomes == ["applied": 2])
        }
    }

    @Test(
        "of a directory's files the one changed later counts, whatever its name, and that is said before anything is sent"
    )
    func changedLater() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            try FileManager.default.createDirectory(at: place.url("lists"), withIntermediateDirectories: true)
            for (name, action, age) in [("zz-monday", "approve", 9_000), ("aa-correction-afternoon", "deny", 60.0)] {
                var sheet = Spreadsheet.one(registrants: 1)
                sheet.rows[0].action = action
                try place.write(sheet.csv, as: "lists/\(name).csv")
                let path = place.url("lists/\(name).csv").path
                try FileManager.default.setAttributes([.modificationDate: Date() - age], ofItemAtPath: path)
            }
            for told in [
                try await place.usher("check", "lists"),
                try await place.usher("run", "--dry-run", "lists", to: sandbox),
            ] {
                #expect(
                    told.code == 0
                        && told.output.contains("aa-correction-afternoon.csv counts, because it was changed later")
                )
            }
            let run = try await place.usher("run", "lists", to: sandbox)
            #expect(run.code == 0, "\(run.errors)")
            #expect(Results(try place.read("lists/aa-correction-afternoon.csv.results.csv")).outcomes == ["applied": 1])
            #expect(Results(try place.read("lists/zz-monday.csv.results.csv")).outcomes == ["skipped": 1])
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
            // Directories are taken file by file.
            let both = try await place.usher("run", "north", "south", "--results", "out", to: sandbox)
            #expect(both.code == 0, "\(both.errors)")
            let names = try written()
            #expect(names.count == 2)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: place.url("out").path).count == 4,
                "and reports"
            )
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
}
