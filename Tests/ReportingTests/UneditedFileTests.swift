import Foundation
import Glibc
import Testing

@testable import Reporting

@Suite("A file that is replaced until somebody edits it")
struct UneditedFileTests {
    private let desk: DirectoryHarness
    private let file: UneditedFile

    init() throws {
        desk = try DirectoryHarness()
        file = UneditedFile(path: desk.path("list.csv"))
    }

    private func replace(_ file: UneditedFile? = nil, by rows: String...) throws -> UneditedFile.Outcome {
        try (file ?? self.file).replace(permissionsOf: desk.directory.path) { sink in
            for row in ["head"] + rows { try sink(Array("\(row)\n".utf8)) }
            return rows.count
        }.outcome
    }

    private func edit(_ text: String, _ name: String = "list.csv") throws {
        try Data(text.utf8).write(to: URL(filePath: desk.path(name)))
    }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: desk.directory.path).filter { !$0.hasPrefix("journal") }
            .sorted()
    }

    private func inode() throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: file.path)[.systemFileNumber] as? Int
    }

    @Test("is made, replaced when there is something new, left untouched when not, and removed when it is empty")
    func own() throws {
        #expect(try replace() == .unchanged && names() == [])
        #expect(try replace(by: "a") == .written)
        let first = try inode()
        #expect(try replace(by: "a") == .unchanged && inode() == first)
        #expect(try replace(by: "b") == .written)
        #expect(try desk.text("list.csv") == "head\nb\n")
        #expect(try names() == [".list.csv.sha256", "list.csv"])
        #expect(try replace() == .removed && names() == [])
    }

    @Test(
        "is kept whatever was changed in it, with or without what is remembered of it",
        arguments: ["head\nb\n", "head\na", "head\na\n\n", "", "\u{FEFF}head\na\n"]
    )
    func edited(text: String) throws {
        #expect(try replace(by: "a") == .written)
        try edit(text)
        #expect(file.state == .edited)
        #expect(try replace(by: "c") == .kept && replace() == .kept && file.remove() == .kept)
        #expect(try desk.text("list.csv") == text)
        #expect(try names() == [".list.csv.sha256", "list.csv"])
    }

    @Test("that is not known to be unedited, is another's, a link or a pipe is kept", .timeLimit(.minutes(1)))
    func others() throws {
        #expect(try replace(by: "a") == .written)
        try FileManager.default.removeItem(atPath: desk.path(".list.csv.sha256"))
        #expect(try replace(by: "b") == .kept)
        for make in [
            { symlink("/etc/hostname", self.file.path) == 0 }, { mkfifo(self.file.path, 0o600) == 0 },
            { mkdir(self.file.path, 0o700) == 0 },
        ] {
            #expect(remove(file.path) == 0 && make())
            #expect(file.state == .edited)
        }
    }

    @Test("that was edited back to what was written is unedited, and so is what was there before a kill")
    func before() throws {
        #expect(try replace(by: "a") == .written)
        try edit("mine")
        try edit("head\na\n")
        #expect(try replace(by: "b") == .written)
        // As if the process had been killed when the new digest was there, and the new file was not.
        try edit("head\na\n")
        #expect(try replace(by: "c") == .written)
        #expect(try desk.text("list.csv") == "head\nc\n")
    }

    @Test("that somebody edited and copied to where edits belong is replaced")
    func copied() throws {
        let copies = desk.path("inbox")
        #expect(mkdir(copies, 0o700) == 0)
        let file = UneditedFile(path: desk.path("list.csv"), copies: copies)
        #expect(try replace(file, by: "a") == .written)
        try edit("head\na,approve\n")
        try edit("head\na,approved\n", "inbox/nearly.csv")
        #expect(try replace(file, by: "b") == .kept)
        try edit("head\na,approve\n", "inbox/decided.csv")
        #expect(try replace(file, by: "b") == .written)
        #expect(try desk.text("list.csv") == "head\nb\n")
    }

    @Test("whose content fails half-way is as it was")
    func fails() throws {
        struct Fault: Error {}
        #expect(try replace(by: "a") == .written)
        #expect(throws: Fault.self) {
            try file.replace(permissionsOf: desk.directory.path) { sink in
                try sink([1, 2, 3])
                throw Fault()
            }
        }
        #expect(try replace(by: "a") == .unchanged)
        #expect(try names() == [".list.csv.sha256", "list.csv"])
    }
}
