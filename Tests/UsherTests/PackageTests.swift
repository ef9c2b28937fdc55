import Foundation
import Testing

/// `scripts/package`, with the built command behind a script, since the tests' own needs Swift's libraries.
@Suite("The Debian package", .enabled(if: Machine.hasDpkg))
struct PackageTests {
    let place = TestDirectory()

    private func package(_ environment: [String: String] = [:]) async throws -> BuiltUsher.Ended {
        try place.write("usher", "#!/bin/sh\nexec '\(BuiltUsher.executable.path)' \"$@\"\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: place.path("usher"))
        return try await place.run(
            "\(Sources.path)/scripts/package",
            "--binary",
            "usher",
            "--output",
            ".",
            environment: ["SOURCE_DATE_EPOCH": "1790000000"].merging(environment) { $1 }
        )
    }

    private func made() throws -> String {
        try #require(
            try FileManager.default.contentsOfDirectory(atPath: place.path).first { $0.hasSuffix(".deb") }
        )
    }

    @Test("it names its maintainer, its settings and what it needs, and asks for a maintainer where none is set")
    func metadata() async throws {
        let placeholder = try await package()
        try #require(placeholder.code == 0, "\(placeholder)")
        #expect(placeholder.output.contains("Set DEBFULLNAME and DEBEMAIL"))
        let named = try await package(["DEBFULLNAME": "Ada", "DEBEMAIL": "ada@example.org"])
        #expect(named.code == 0 && !named.output.contains("DEBFULLNAME"), "\(named)")
        let file = try made()
        let fields = try await place.run("/usr/bin/dpkg-deb", "--field", file).output
        #expect(fields.contains("Package: usher\n") && fields.contains("Maintainer: Ada <ada@example.org>\n"))
        #expect(fields.contains(", adduser, ca-certificates\n"), "\(fields)")
        let kept = try await place.run("/usr/bin/dpkg-deb", "--info", file, "conffiles").output
        #expect(kept == "/etc/usher/config.yaml\n/etc/usher/failure.conf\n")
        let contents = try await place.run("/usr/bin/dpkg-deb", "--contents", file).output
        #expect(contents.contains("-rw------- root/root") && contents.contains("./etc/usher/failure.conf"))
        #expect(contents.contains("./usr/sbin/usher-nightly") && contents.contains("./lib/systemd/system/usher.timer"))
        #expect(contents.contains("./lib/systemd/system/usher-check.path"))
    }

    @Test("the scripts that run on installation and removal are good shell, and removal keeps journal and inbox")
    func scripts() async throws {
        try #require(try await package().code == 0)
        #expect(try await place.run("/usr/bin/dpkg-deb", "--control", made(), "control").code == 0)
        for script in ["postinst", "prerm", "postrm"] {
            let checked = try await place.run("/bin/sh", "-n", "control/\(script)")
            #expect(checked.code == 0, "\(script): \(checked.errors)")
            #expect(try place.mode("control/\(script)") == 0o755)
        }
        let removal = try place.read("control/postrm")
        #expect(!removal.contains("rm -rf /var"))
    }

    @Test("lintian finds no error and nothing to warn of", .enabled(if: Machine.hasLintian))
    func lintian() async throws {
        try #require(try await package().code == 0)
        let found = try await place.run("/usr/bin/lintian", "--fail-on", "error,warning", made())
        #expect(found.code == 0 && found.output.isEmpty, "\(found)")
    }

    @Test("the same sources give the same package, byte for byte")
    func reproducible() async throws {
        try #require(try await package().code == 0)
        let first = try Data(contentsOf: URL(filePath: place.path(made())))
        try #require(try await package().code == 0)
        #expect(try Data(contentsOf: URL(filePath: place.path(made()))) == first)
    }

    @Test("a command that needs Swift's own libraries is not packed", .enabled(if: Machine.isLinkedDynamically))
    func dynamic() async throws {
        let ended = try await place.run("\(Sources.path)/scripts/package", "--binary", BuiltUsher.executable.path)
        #expect(ended.code == 1 && ended.errors.contains("Build it with --static-swift-stdlib."), "\(ended)")
    }
}

/// What the tests find here.
private enum Machine {
    static let hasDpkg = FileManager.default.isExecutableFile(atPath: "/usr/bin/dpkg-deb")
    static let hasLintian = FileManager.default.isExecutableFile(atPath: "/usr/bin/lintian")
    /// Whether the tests were built as usual.
    static let isLinkedDynamically =
        (try? Data(contentsOf: BuiltUsher.executable, options: .alwaysMapped))?
        .range(of: Data("libswiftCore.so".utf8)) != nil
}
