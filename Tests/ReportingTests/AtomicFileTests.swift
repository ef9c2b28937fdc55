import Foundation
import Testing

@testable import Reporting

@Suite("A file that appears whole or not at all")
struct AtomicFileTests {
    private let desk: DirectoryHarness

    init() throws {
        desk = try DirectoryHarness()
    }

    private func write(
        _ text: String,
        to path: String,
        like model: String? = nil,
        followsLink: Bool = true,
        finishing: Bool = true
    ) throws {
        var file = try AtomicFile(path: path, permissionsOf: model, followsLink: followsLink)
        try file.write(text.utf8)
        if finishing { try file.finish() }
    }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: desk.directory.path).filter { !$0.hasPrefix("journal") }
            .sorted()
    }

    private func mode(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: desk.path(name))[.posixPermissions] as? Int
    }

    @Test("replaces what stood there in one step, and leaves nothing else behind")
    func replaces() throws {
        try write("old", to: desk.path("r.csv"))
        var file = try AtomicFile(path: desk.path("r.csv"), permissionsOf: nil)
        try file.write(String(repeating: "new ", count: 100_000).utf8)
        #expect(try desk.text("r.csv") == "old")
        try file.finish()
        #expect(try desk.text("r.csv") == String(repeating: "new ", count: 100_000))
        #expect(try names() == ["r.csv"])
    }

    @Test("that was never finished leaves the old one, and no trace")
    func unfinished() throws {
        try write("old", to: desk.path("r.csv"))
        try write("new", to: desk.path("r.csv"), finishing: false)
        #expect(try desk.text("r.csv") == "old")
        #expect(try names() == ["r.csv"])
    }

    @Test("takes the place of a symbolic link instead of writing through it")
    func symbolicLink() throws {
        try write("precious", to: desk.path("target"))
        try FileManager.default.createSymbolicLink(atPath: desk.path("r.csv"), withDestinationPath: desk.path("target"))
        try write("new", to: desk.path("r.csv"))
        #expect(try desk.text("target") == "precious")
        #expect(try desk.text("r.csv") == "new")
    }

    @Test("takes over the rights of owner and group from the input, and gives others none")
    func permissions() throws {
        for (given, expected) in [
            (0o644, 0o640), (0o664, 0o660), (0o666, 0o660), (0o600, 0o600), (0o777, 0o660), (0o4777, 0o660),
            (0o400, 0o600), (0o440, 0o640),
        ] {
            try write("in", to: desk.path("in.csv"))
            try FileManager.default.setAttributes([.posixPermissions: given], ofItemAtPath: desk.path("in.csv"))
            try write("out", to: desk.path("out.csv"), like: desk.path("in.csv"))
            #expect(try mode("out.csv") == expected)
        }
        try write("out", to: desk.path("alone.csv"), like: desk.path("missing.csv"))
        #expect(try mode("alone.csv") == 0o600)
    }

    @Test("is of the input's group", .enabled(if: geteuid() == 0, "only root can give files away"))
    func group() throws {
        try write("in", to: desk.path("in.csv"))
        #expect(chown(desk.path("in.csv"), uid_t.max, 4_711) == 0)
        try write("out", to: desk.path("out.csv"), like: desk.path("in.csv"))
        let attributes = try FileManager.default.attributesOfItem(atPath: desk.path("out.csv"))
        #expect(attributes[.groupOwnerAccountID] as? Int == 4_711)
    }

    @Test("never takes the place of a pipe")
    func pipe() throws {
        #expect(mkfifo(desk.path("pipe"), 0o600) == 0)
        let error = #expect(throws: FileError.self) { try write("x", to: desk.path("pipe")) }
        #expect(error?.description.contains("Name a file that is or may become an ordinary one") == true)
        let type = try FileManager.default.attributesOfItem(atPath: desk.path("pipe"))[.type]
        #expect(type as? FileAttributeType != .typeRegular)
    }

    @Test("is written into no directory that a link leads to, where none may")
    func linkedDirectory() throws {
        try FileManager.default.createDirectory(atPath: desk.path("own"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: desk.path("link"), withDestinationPath: desk.path("own"))
        #expect(throws: FileError.self) { try write("x", to: desk.path("link/r.csv"), followsLink: false) }
        #expect(AtomicFile.obstacle(at: desk.path("link/r.csv"), followsLink: false) != nil)
        try write("x", to: desk.path("link/r.csv"))
        #expect(try desk.text("own/r.csv") == "x")
    }

    @Test("goes where it began, though another directory takes that one's name meanwhile")
    func exchangedDirectory() throws {
        let manager = FileManager.default
        for name in ["results", "elsewhere"] {
            try manager.createDirectory(atPath: desk.path(name), withIntermediateDirectories: false)
        }
        var file = try AtomicFile(path: desk.path("results/r.csv"), permissionsOf: nil, followsLink: false)
        try manager.moveItem(atPath: desk.path("results"), toPath: desk.path("moved"))
        try manager.createSymbolicLink(atPath: desk.path("results"), withDestinationPath: desk.path("elsewhere"))
        try file.write("x".utf8)
        try file.finish()
        #expect(try desk.text("moved/r.csv") == "x")
        #expect(try manager.contentsOfDirectory(atPath: desk.path("elsewhere")).isEmpty)
    }

    @Test("may have the longest name there is, and says of a longer one that it is too long before it begins")
    func longNames() throws {
        let longest = String(repeating: "n", count: 255)
        try write("x", to: desk.path(longest))
        #expect(try names() == [longest])
        #expect(AtomicFile.obstacle(at: desk.path(longest)) == nil)
        #expect(AtomicFile.obstacle(at: desk.path(longest + "n"))?.code == ENAMETOOLONG)
        #expect(AtomicFile.obstacle(at: desk.directory.path)?.code == EISDIR)
        #expect(AtomicFile.obstacle(at: desk.path("no/such"))?.code == ENOENT)
    }

    @Test("removes what killed processes left in its directory, also for other files, and nothing of those that live")
    func leftovers() throws {
        let dead = Process()
        dead.executableURL = URL(filePath: "/bin/true")
        try dead.run()
        dead.waitUntilExit()
        let pid = dead.processIdentifier
        let left = [".usher-\(pid)-1.tmp", "old name.csv.results.csv.\(pid).tmp", "r.csv.report.html.\(pid).tmp"]
        let others = [
            ".usher-\(getppid())-1.tmp", ".usher-x.tmp", "r.csv.\(pid).tmp", "r.csv.results.csv.tmp",
            ".usher-\(pid)-1.csv",
        ]
        for name in left + others { try Data("a@example.org".utf8).write(to: URL(filePath: desk.path(name))) }
        try write("new", to: desk.path("r.csv"))
        #expect(try names() == (others + ["r.csv"]).sorted())
    }

    @Test("explains why it could not be written")
    func failures() throws {
        let error = #expect(throws: FileError.self) { try write("x", to: desk.path("no/such/r.csv")) }
        #expect(error?.description.contains("Make that directory") == true)
        let directory = #expect(throws: FileError.self) { try write("x", to: desk.directory.path) }
        #expect(directory != nil)
        let figures = #expect(throws: FileError.self) {
            try ReportFile.write("x", to: desk.path("no/such/usher.prom"), isPublic: true)
        }
        #expect(figures?.description.contains("--metrics-file") == true)
        #expect(figures?.description.contains("usher results") == false)
    }
}
