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
            for command in ["usher status", "usher results 1", "usher report --format json", "usher check \(file)"] {
                let lost = try await place.shell("\(command) > /dev/full")
                #expect(lost.code == 74, "\(command)")
                #expect(lost.errors.contains("not complete"), "\(lost.errors)")
                #expect(try await place.shell("\(command) | true").code == 0)
            }
        }
    }

    @Test("a device is written to where it stands for standard output, and never replaced")
    func device() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            let file = try place.write(Spreadsheet.one(registrants: 2).csv, as: "decisions.csv")
            #expect(try await place.usher("run", file, to: sandbox).code == 0)
            let report = try await place.shell("usher report --output -")
            #expect(report.code == 0 && report.output.contains("applied"))
            let pipe = place.url("pipe").path
            #expect(mkfifo(pipe, 0o600) == 0)
            #expect(try await place.usher("report", "--output", pipe).code == 74)
            #expect(try await place.shell("test -p pipe").code == 0)
        }
    }

    @Test("config show keeps the key of a webhook to itself", arguments: ["text", "json"])
    func webhook(format: String) async throws {
        try await withWorkplace { place in
            let address = "https://hooks.example.org/services/KEY?token=KEY"
            let shown = try await place.usher("config", "show", "--format", format, "--notify", address)
            #expect(shown.code == 0)
            #expect(shown.output.contains("hooks.example.org") && !shown.output.contains("KEY"))
        }
    }

    @Test("a dry run of an inbox says what the run itself would refuse")
    func dryRun() async throws {
        try await withWorkplace { place in
            let csv = Spreadsheet.one(registrants: 2).csv
            try FileManager.default.createDirectory(at: place.url("inbox"), withIntermediateDirectories: true)
            try place.write(csv, as: "inbox/list.csv")
            try place.write(csv, as: "inbox/list (Anna's conflicted copy 2026-11-26).csv")
            let run = try await place.usher("run", "--dry-run", "--inbox", "inbox", "--settle", "0")
            #expect(run.code == 65)
            #expect(run.errors.contains("conflict copy") && run.output.contains("Together 2 registrants"))
        }
    }
}
