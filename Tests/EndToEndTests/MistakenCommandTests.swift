import Foundation
import Testing

@Suite("Mistakes on the command line are answered with what was meant")
struct MistakenCommandTests {
    @Test(
        "a command that does not exist",
        arguments: [
            (["chekc", "d.csv"], "There is no command `usher chekc`. Is `usher check` meant?"),
            (["d.csv"], "There is no command `usher d.csv`. `usher --help` lists what there is."),
            (
                ["journal", "bakcup", "x.db"],
                "There is no command `usher journal bakcup`. Is `usher journal backup` meant?"
            ),
        ]
    )
    func unknownCommand(arguments: [String], sentence: String) async throws {
        try await withWorkplace { place in
            let usher = try await place.startUsher(arguments).finished()
            #expect(usher.code == 64)
            #expect(usher.errors.contains(sentence), "\(usher.errors)")
        }
    }

    @Test("a flag that usher config show can't show")
    func unknownFlag() async throws {
        try await withWorkplace { place in
            let usher = try await place.usher("config", "show", "--plam", "free")
            #expect(usher.code == 64)
            #expect(usher.errors.contains("--plan") && usher.errors.contains("`usher config show`"), "\(usher.errors)")
            #expect(!usher.errors.contains("Usage"))
        }
    }

    @Test("nothing to explain, or nothing known", arguments: [[], ["foo"]])
    func explain(words: [String]) async throws {
        try await withWorkplace { place in
            let usher = try await place.startUsher(["explain"] + words).finished()
            #expect(usher.code == 64)
            for part in ["Outcomes: applied", "Exit codes", "3003", "429"] { #expect(usher.errors.contains(part)) }
        }
    }

    @Test("a backup that can't be made is told as such, and a directory in the journal's place too")
    func files() async throws {
        try await withWorkplace { place in
            try place.write(Spreadsheet.one(registrants: 3).csv, as: "d.csv")
            _ = try await place.usher("run", "d.csv", "--ingest-only")
            for (file, part) in [
                ("none/x.db", "No such file"), ("d.csv", "of that name already"), (".", "it is a directory"),
            ] {
                let backup = try await place.usher("journal", "backup", file)
                #expect(backup.code == 74)
                #expect(backup.errors.hasPrefix("usher: The backup \(file) could not be made: "), "\(backup.errors)")
                #expect(backup.errors.contains(part) && !backup.errors.contains("--journal"), "\(backup.errors)")
            }
            let status = try await place.usher("status", "--journal", ".")
            #expect(status.code == 74)
            #expect(status.errors.contains("it is a directory. Name a file"), "\(status.errors)")
        }
    }
}
