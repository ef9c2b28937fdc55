import Files
import Foundation
import Reporting
import Spreadsheet
import Testing

@testable import Usher

@Suite("Names of files, which are other people's")
struct FileNameTests {
    let place = TestDirectory()

    private func list(_ rows: String...) -> String {
        (["Meeting,Email,Action"] + rows.map { "84512093377,\($0),approve" }).joined(separator: "\n") + "\n"
    }

    /// Reads spreadsheets into a journal, which needs no Zoom.
    private func ingest(_ arguments: String..., environment: [String: String] = [:]) async throws -> BuiltUsher.Ended {
        try await BuiltUsher.run(
            BuiltUsher.executable.path,
            ["run", "--ingest-only"] + arguments,
            in: place,
            environment: environment.merging(["STATE_DIRECTORY": place.path("state")]) { $1 }
        )
    }

    @Test("names that differ only in how Unicode writes a letter are two spreadsheets, each with its results")
    func normalization() async throws {
        try FileManager.default.createDirectory(atPath: place.path("lists"), withIntermediateDirectories: false)
        let names = ["caf\u{E9}.csv", "cafe\u{301}.csv"]
        try place.write("lists/\(names[0])", list("a@example.org"))
        try place.write("lists/\(names[1])", list("b@example.org"))
        #expect(try await ingest("lists").code == 75)
        #expect(try place.read("lists/\(names[0]).results.csv").contains("a@example.org"))
        #expect(try place.read("lists/\(names[1]).results.csv").contains("b@example.org"))
    }

    @Test("a path is cut at its slashes, though the name behind one begins with a mark that joins it")
    func combiningMarks() {
        #expect(Array(Directory.name(of: "/a/\u{301}b.csv").utf8) == Array("\u{301}b.csv".utf8))
        #expect(Directory.parent(of: "/a/\u{301}b.csv") == "/a")
        #expect(Directory.parent(of: "/a") == "/" && Directory.parent(of: "a") == "." && Directory.name(of: "a") == "a")
    }

    @Test("no name begins a line of output, of the log, of systemd's journal or of what is said in the results")
    func lines() async throws {
        try FileManager.default.createDirectory(atPath: place.path("inbox"), withIntermediateDirectories: false)
        let odd = "x\nusher: all is well\u{202E}\u{1B}[2J\u{9B}31m"
        try place.write("inbox/\(odd).csv", list("a@example.org"))
        try place.write("inbox/\(odd).docx", "PK")
        for stream in [nil, "8:1"] {
            // Only a file that is new or changed fails the run.
            try place.write("inbox/\(odd).xlsx", "PK\u{3}\u{4}\(stream ?? "")")
            let variables = stream.map { ["JOURNAL_STREAM": $0] } ?? [:]
            // Without its page the workbook is new again.
            try? FileManager.default.removeItem(atPath: place.path("inbox/results/\(odd).xlsx.check.html"))
            let ended = try await ingest("--inbox", "inbox", "--settle", "0", environment: variables)
            let said = (ended.output + ended.errors).split(separator: "\n")
            #expect(ended.code == 65 && said.count >= 3, "\(ended)")
            #expect(!said.contains { $0.contains("\u{202E}") || $0.hasPrefix("usher: all is well") }, "\(ended)")
            let errors = ended.errors.split(separator: "\n")
            if stream != nil { #expect(errors.allSatisfy { $0.hasPrefix("<") }, "\(ended)") }
        }
        let told = try place.read("inbox/results/not-taken.txt")
        #expect(
            told.contains("x usher: all is well\u{FFFD}") && told.contains("31m.xlsx: This is a workbook"),
            "\(told)"
        )
        // What would steer a terminal is shown without its effect.
        let environment = ["STATE_DIRECTORY": place.path("state")]
        for arguments in [["status"], ["check", "inbox/\(odd).csv"], ["run", "--ingest-only", "inbox/\(odd).csv"]] {
            let ended = try await BuiltUsher.run(
                BuiltUsher.executable.path,
                arguments,
                in: place,
                environment: environment
            )
            let said = ended.output + ended.errors
            #expect(said.contains("[2J"), "\(arguments): \(said)")
            #expect(!said.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{9B}" }, "\(arguments)")
        }
    }

    @Test("of more spreadsheets than a process may have open, each is taken")
    func many() async throws {
        try FileManager.default.createDirectory(atPath: place.path("lists"), withIntermediateDirectories: false)
        for number in 1...80 { try place.write("lists/\(number).csv", list("guest\(number)@example.org")) }
        for (arguments, code) in [
            (["check", "lists"], 0), (["run", "--dry-run", "--inbox", "lists", "--settle", "0"], 0),
            (["run", "--ingest-only", "lists"], 75),
        ] as [([String], Int32)] {
            let ended = try await BuiltUsher.run(
                "/bin/sh",
                ["-c", "ulimit -n 48; exec \"$0\" \"$@\"", BuiltUsher.executable.path] + arguments,
                in: place,
                environment: ["STATE_DIRECTORY": place.path("state")]
            )
            #expect(ended.code == code, "\(arguments): \(ended)")
        }
        #expect(try place.read("lists/80.csv.results.csv").contains("guest80@example.org"))
    }

    @Test("a disk without room for temporary files is no fault of the spreadsheet")
    func temporaryFiles() async throws {
        #expect(Reporting.ExitStatus(SpreadsheetError.temporaryFiles(SystemError(code: ENOSPC))) == .storage)
        #expect(Reporting.ExitStatus(SpreadsheetError(name: "a.csv", "It is empty.")) == .unreadable)
        let ended = try await BuiltUsher.run(
            BuiltUsher.executable.path,
            ["check", "-"],
            in: place,
            environment: ["TMPDIR": place.path("none")]
        )
        #expect(ended.code == 74)
        #expect(ended.errors.contains("Make room there, or set TMPDIR"), "\(ended)")
    }
}
