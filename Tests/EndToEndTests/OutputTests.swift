import Foundation
import Testing

@Suite("Where output goes")
struct OutputTests {
    @Test("what can't be written to standard output is said, with 74; a closed pipe is the reader's choice")
    func fullDisk() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            let file = try place.write(Spreadsheet.one(registrants: 2).csv, as: "decisions.csv")
            #expect(try await place.usher("run", file, to: sandbox).code == 0)
            for command in [
                "usher status", "usher results 1", "usher report --format json --output -", "usher check \(file)",
            ] {
                let lost = try await place.shell("\(command) > /dev/full")
                #expect(lost.code == 74, "\(command)")
                #expect(lost.errors.contains("not complete"), "\(lost.errors)")
                #expect(try await place.shell("\(command) | true").code == 0)
            }
        }
    }

    @Test("commands take a spreadsheet's name, and what is to be mended goes into a file that can be run again")
    func byName() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            let good = CSVText.line(["84512093377", "", "", "a@example.org", "approve", ""])
            let bad = CSVText.line(["84512093377", "", "", "b@example.org", "perhaps", ""])
            let file = try place.write(CSVText.line(Spreadsheet.header) + good + bad, as: "decisions.csv")
            #expect(try await place.usher("run", file, to: sandbox).code == 1)
            let written = try await place.usher("results", file, "--to-mend", "--output", "mend.csv")
            #expect(written.code == 0 && written.output == "mend.csv: 1 row of decisions.csv.\n", "\(written)")
            let mend = try place.read("mend.csv")
            #expect(mend.contains("b@example.org") && !mend.contains("a@example.org"))
            try place.write(mend.replacing("perhaps", with: "approve"), as: "mend.csv")
            #expect(try await place.usher("run", "mend.csv", to: sandbox).code == 0)
            #expect(try await place.usher("verify", "mend.csv", to: sandbox).code == 0)
            #expect(try await place.usher("resume", file, to: sandbox).code == 1)
            #expect(try await place.usher("report", file).output.contains("decisions.csv"))
            #expect(try await place.usher("results", file, "-o", "all.json", "--format", "json").code == 0)
            #expect(try place.read("all.json").hasPrefix("["))
            let itself = try await place.usher("results", file, "--output", file)
            #expect(itself.code == 64 && itself.errors.contains("the spreadsheet itself"), "\(itself)")
            try place.write(CSVText.line(Spreadsheet.header) + good, as: "decisions.csv")
            #expect(try await place.usher("run", file, to: sandbox).code == 0)
            let newest = try await place.usher("results", file)
            #expect(
                newest.errors == "decisions.csv was read as jobs 1 and 3. This is job 3, the newest.\n",
                "\(newest)"
            )
            let status = try await place.usher("status", file)
            #expect(status.output.split(separator: "\n").count { $0.contains("decisions.csv") } == 2, "\(status)")
            #expect(try await place.usher("status", "decision.csv").errors.contains("Is \"decisions.csv\" meant?"))
        }
    }

    @Test("a dry run knows the journal: what is applied would not be sent, and what is open from earlier nights would")
    func dryRunKnowsJournal() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            try FileManager.default.createDirectory(at: place.url("inbox"), withIntermediateDirectories: true)
            var sheet = Spreadsheet.one(registrants: 3)
            try place.write(sheet.csv, as: "inbox/list.csv")
            let inbox = ["--inbox", "inbox", "--settle", "0"]
            #expect(try await place.usher("run", inbox[0], inbox[1], inbox[2], inbox[3], to: sandbox).code == 0)
            let old = try place.write(Spreadsheet.one(meeting: "84512093378", registrants: 2).csv, as: "old.csv")
            #expect(try await place.usher("run", "--ingest-only", old).code == 75)
            let before = try await place.usher("status").output
            let idle = try await place.usher("run", "--dry-run", inbox[0], inbox[1], inbox[2], inbox[3])
            #expect(
                idle.code == 0 && idle.output.contains("list.csv: nothing would be sent.\n  3 rows need not be sent.")
            )
            #expect(idle.output.contains("  meeting 84512093378: approve 2 registrants in 1 request\n"), "\(idle)")
            sheet.rows[0].action = "deny"
            try place.write(sheet.csv, as: "inbox/list.csv")
            let changed = try await place.usher("run", "--dry-run", inbox[0], inbox[1], inbox[2], inbox[3])
            #expect(changed.output.contains("  meeting 84512093377: deny 1 registrant in 1 request\n"), "\(changed)")
            #expect(changed.output.contains("Together 1 registrant in 1 request; 2 rows need not be sent."))
            #expect(!changed.output.contains("approve 3"))
            #expect(try await place.usher("status").output == before, "it remembers nothing")
            #expect(try sandbox.audit.updates().count == 1)
            let left = try await place.shell("ls -d \"$TMPDIR\"/usher-dry-run-* 2>/dev/null")
            #expect(left.output.isEmpty, "\(left)")
        }
    }
}
