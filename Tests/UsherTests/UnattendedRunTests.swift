import Foundation
import Reporting
import Testing
import ZoomModel
import ZoomSandbox

@Suite("Runs that nobody watches")
struct UnattendedRunTests {
    let place = TestDirectory()

    init() throws {
        try FileManager.default.createDirectory(atPath: place.path("inbox"), withIntermediateDirectories: true)
    }

    private func list(_ rows: String...) -> String {
        (["Meeting,Email,Action"] + rows.map { "84512093377,\($0)" }).joined(separator: "\n") + "\n"
    }

    private func withUsher(_ body: @Sendable (BuiltUsher) async throws -> Void) async throws {
        var options = SandboxOptions()
        options.isOpen = true
        try await SandboxServer.run(options) { sandbox in try await body(BuiltUsher(in: place, against: sandbox)) }
    }

    private func status(_ usher: BuiltUsher, _ email: String) -> SandboxStatus? {
        usher.sandbox.status(of: NamedRegistrant(email: email), "84512093377")
    }

    @Test("each spreadsheet is carried out where it lies, and one that can't be read does not stop the others")
    func oneBad() async throws {
        try place.write("inbox/a.csv", list("a@example.org,approve"))
        try place.write("inbox/b.xlsx", "PK\u{3}\u{4}")
        try place.write("inbox/c.csv", list("c@example.org,deny"))
        try place.write("inbox/.~lock.c.csv#", "x")
        try await withUsher { usher in
            let ended = try await usher.send("run", "--inbox", "inbox", "--settle", "0")
            #expect(ended.code == 65, "\(ended)")
            #expect(ended.errors.contains("b.xlsx: This is a workbook"))
            #expect(status(usher, "a@example.org") == .approved && status(usher, "c@example.org") == .denied)
        }
        #expect(try place.read("inbox/results/a.csv.results.csv").contains("a@example.org,approve,applied"))
        #expect(try place.read("inbox/results/c.csv.results.csv").contains("c@example.org,deny,applied"))
        #expect(try place.mode("inbox/results/a.csv.results.csv").map { $0 & 0o007 } == 0)
        #expect(try place.read("inbox/a.csv") == list("a@example.org,approve"))
    }

    @Test(
        "what is not taken is said beside the results, and no longer when it is mended; a file of terabytes takes no time"
    )
    func notTaken() async throws {
        try place.write("inbox/a.csv", list("a@example.org,approve"))
        try place.write("inbox/b.csv", "nothing\n")
        try place.write("inbox/c.csv", list("c@example.org,approve"))
        let huge = try FileHandle(forUpdating: URL(filePath: place.path("inbox/b.csv")))
        try huge.truncate(atOffset: 1 << 40)
        try huge.close()
        try FileManager.default.createDirectory(
            atPath: place.path("inbox/results/c.csv.results.csv"),
            withIntermediateDirectories: true
        )
        try await withUsher { usher in
            let ended = try await usher.send("run", "--inbox", "inbox", "--settle", "0")
            #expect(ended.code == 74, "\(ended)")
            #expect(status(usher, "a@example.org") == .approved && status(usher, "c@example.org") != .approved)
            let told = try place.read("inbox/results/not-taken.txt")
            #expect(told.contains("b.csv: It is larger than 2 GiB.") && told.contains("c.csv: The results of c.csv"))
            try FileManager.default.removeItem(atPath: place.path("inbox/b.csv"))
            try FileManager.default.removeItem(atPath: place.path("inbox/results/c.csv.results.csv"))
            #expect(try await usher.send("run", "--inbox", "inbox", "--settle", "0").code == 0)
            #expect(status(usher, "c@example.org") == .approved)
            #expect(!FileManager.default.fileExists(atPath: place.path("inbox/results/not-taken.txt")))
        }
    }

    @Test("a file that can't be read fails the run in which it is new, and is listed with the day until it goes")
    func onceNew() async throws {
        try place.write("inbox/a.csv", list("a@example.org,approve"))
        try place.write("inbox/b.xlsx", "PK\u{3}\u{4}")
        try place.write("inbox/c.csv", list("c@example.org,perhaps"))
        try await withUsher { usher in
            // Who checked it before has told staff, but not the administrator.
            #expect(try await usher.run(["check", "--inbox", "inbox", "--settle", "0"]).code == 65)
            #expect(try place.read("inbox/results/a.csv.check.html").contains("Ready: 1 row to send."))
            let first = try await usher.send("run", "--inbox", "inbox", "--settle", "0", "--strict")
            #expect(first.code == 65 && first.errors.contains("b.xlsx: This is a workbook"), "\(first)")
            #expect(!FileManager.default.fileExists(atPath: place.path("inbox/results/a.csv.check.html")))
            let strict = try place.read("inbox/results/c.csv.check.html")
            #expect(strict.contains("Nothing of this spreadsheet was taken.") && strict.contains("unknown action"))
            let second = try await usher.send("run", "--inbox", "inbox", "--settle", "0", "--strict")
            #expect(second.code == 0 && !second.errors.contains("workbook"), "\(second)")
            #expect(try place.read("inbox/results/b.xlsx.check.html").contains("This is a workbook"))
            let day = ReaderZone.machine.day(of: Date())
            #expect(try place.read("inbox/results/not-taken.txt").contains("name that file. Not taken since \(day)"))
            try place.append("inbox/b.xlsx", "changed")
            #expect(try await usher.send("run", "--inbox", "inbox", "--settle", "0").code == 65)
            try FileManager.default.removeItem(atPath: place.path("inbox/b.xlsx"))
            #expect(try await usher.send("run", "--inbox", "inbox", "--settle", "0").code == 0)
            #expect(!FileManager.default.fileExists(atPath: place.path("inbox/results/b.xlsx.check.html")))
        }
    }

    @Test("a results file that somebody mended and put into the inbox is carried out")
    func mendedResults() async throws {
        try place.write("inbox/a.csv", list("a@example.org,approve", "b@example.org,perhaps"))
        try await withUsher { usher in
            #expect(try await usher.send("run", "--inbox", "inbox", "--settle", "0").code == 1)
            let results = try place.read("inbox/results/a.csv.results.csv")
            try place.write("inbox/a.csv.results.csv", results.replacing("perhaps", with: "deny"))
            let ended = try await usher.send("run", "--inbox", "inbox", "--settle", "0")
            #expect(ended.output.contains("a.csv.results.csv"), "\(ended)")
            #expect(status(usher, "b@example.org") == .denied)
        }
    }

    @Test("a second run says in one line that there is nothing to do, asks for no token, and touches no file")
    func nothingToDo() async throws {
        try place.write("inbox/a.csv", list("a@example.org,approve"))
        try await withUsher { usher in
            #expect(try await usher.send("run", "--inbox", "inbox", "--settle", "0").code == 0)
            let written = try FileManager.default.attributesOfItem(
                atPath: place.path("inbox/results/a.csv.results.csv")
            )
            let before = usher.sandbox.stats
            let ended = try await usher.send("run", "--inbox", "inbox", "--settle", "0")
            #expect(ended.code == 0)
            #expect(ended.output == "Nothing to do: 1 row of 1 job: 1 applied.\n" && ended.errors.isEmpty)
            #expect(usher.sandbox.stats == before)
            let after = try FileManager.default.attributesOfItem(atPath: place.path("inbox/results/a.csv.results.csv"))
            #expect(after[.systemFileNumber] as? Int == written[.systemFileNumber] as? Int)
        }
    }

    @Test("what it recommends to look at is its own journal, unless a person's command finds that anyway")
    func recommendation() async throws {
        try place.write("inbox/a.csv", list("nobody,approve"))
        try await withUsher { usher in
            let journal = place.path("state/journal.db")
            let systemd = try await usher.send("run", "--inbox", "inbox", "--settle", "0")
            #expect(systemd.code == 1)
            #expect(systemd.output.hasSuffix("What happened: usher report --journal \(journal)\n"), "\(systemd)")
            var configured = usher
            configured.variables["USHER_JOURNAL"] = journal
            try place.write("inbox/b.csv", list("nobody,deny"))
            let found = try await configured.send("run", "--inbox", "inbox", "--settle", "0")
            #expect(found.output.hasSuffix("What happened: usher report\n"), "\(found)")
            let odd = place.path("it's mine/journal.db")
            let named = try await configured.send("run", "--inbox", "inbox", "--settle", "0", "--journal", odd)
            #expect(named.output.contains("report --journal '\(place.path)/it'\\''s mine/journal.db'\n"), "\(named)")
        }
    }

    @Test("a results file that was thrown away is written again without asking Zoom")
    func resultsAgain() async throws {
        try place.write("inbox/a.csv", list("a@example.org,approve"))
        try await withUsher { usher in
            _ = try await usher.send("run", "--inbox", "inbox", "--settle", "0")
            try FileManager.default.removeItem(atPath: place.path("inbox/results/a.csv.results.csv"))
            let before = usher.sandbox.stats
            #expect(try await usher.send("run", "--inbox", "inbox", "--settle", "0").code == 0)
            #expect(usher.sandbox.stats == before)
        }
        #expect(try place.read("inbox/results/a.csv.results.csv").contains("applied"))
    }

    @Test(
        "an edited file sends what is new, and the results are those of the file as it is now, also when it is changed back"
    )
    func edited() async throws {
        try place.write("inbox/a.csv", list("a@example.org,approve"))
        try await withUsher { usher in
            _ = try await usher.send("run", "--inbox", "inbox", "--settle", "0")
            try place.write("inbox/a.csv", list("a@example.org,approve", "b@example.org,approve"))
            #expect(try await usher.send("run", "--inbox", "inbox", "--settle", "0").code == 0)
            #expect(usher.sandbox.stats.applied == 2)
            let results = try place.read("inbox/results/a.csv.results.csv")
            #expect(
                results.contains("a@example.org,approve,skipped") && results.contains("b@example.org,approve,applied")
            )
            try place.write("inbox/a.csv", list("a@example.org,approve"))
            _ = try await usher.send("run", "--inbox", "inbox", "--settle", "0")
            let back = try place.read("inbox/results/a.csv.results.csv")
            #expect(back.contains("a@example.org") && !back.contains("b@example.org"))
            #expect(usher.sandbox.stats.applied == 2)
        }
    }

    @Test("the same content under two names is sent once, and has results under both")
    func twice() async throws {
        try place.write("inbox/a.csv", list("a@example.org,approve"))
        try place.write("inbox/b.csv", list("a@example.org,approve"))
        try await withUsher { usher in
            let ended = try await usher.send("run", "--inbox", "inbox", "--settle", "0")
            #expect(ended.code == 0 && usher.sandbox.stats.applied == 1)
        }
        for name in ["a", "b"] {
            #expect(try place.read("inbox/results/\(name).csv.results.csv").contains("applied"))
        }
    }

    @Test("what is open of any job is taken up, though its spreadsheet is gone")
    func openJobs() async throws {
        try place.write("list.csv", list("a@example.org,approve"))
        try await withUsher { usher in
            #expect(try await usher.send("run", "--ingest-only", "list.csv").code == 75)
            try FileManager.default.removeItem(atPath: place.path("list.csv"))
            #expect(try await usher.send("run", "--inbox", "inbox", "--settle", "0").code == 0)
            #expect(status(usher, "a@example.org") == .approved)
        }
        #expect(try place.read("list.csv.results.csv").contains("applied"))
    }

    @Test("what Zoom refused is not asked again by a second run of the same night")
    func sameNight() async throws {
        try place.write("inbox/a.csv", list("nobody@example.org,approve"))
        var options = SandboxOptions()
        options.seed.meetings = []
        try await SandboxServer.run(options) { sandbox in
            let usher = BuiltUsher(in: place, against: sandbox)
            #expect(try await usher.send("run", "--inbox", "inbox", "--settle", "0").code == 1)
            let before = sandbox.stats
            let ended = try await usher.send("run", "--inbox", "inbox", "--settle", "0")
            #expect(ended.code == 0 && ended.output.hasPrefix("Nothing to do:"))
            #expect(ended.output.hasSuffix("The results files say what needs a person.\n"))
            #expect(sandbox.stats == before)
        }
    }

    @Test("a short list that got no answer ends with 69, so that it is tried again soon, and stays pending")
    func unreachable() async throws {
        try place.write("inbox/a.csv", list("a@example.org,approve"))
        var options = SandboxOptions()
        options.faults = try [#require(FaultRule("cut-before:1.0"))]
        try await SandboxServer.run(options) { sandbox in
            let usher = BuiltUsher(in: place, against: sandbox)
            let ended = try await usher.send("run", "--inbox", "inbox", "--settle", "0")
            #expect(ended.code == 69, "\(ended)")
            #expect(ended.output.contains("1 pending") && ended.errors.contains("run the same command again"))
        }
    }

    @Test("an inbox that is not there ends with 78, names on the command line beside it with 64")
    func wrong() async throws {
        try await withUsher { usher in
            let missing = try await usher.send("run", "--inbox", "none")
            #expect(missing.code == 78 && missing.errors.contains("There is no inbox none. Make that directory"))
            #expect(try await usher.send("run", "--inbox", "inbox", "a.csv").code == 64)
            #expect(try await usher.send("run", "--inbox", "inbox", "--reapply").code == 64)
            #expect(try await usher.send("run").code == 64)
        }
    }

    @Test("resume finishes a job without its spreadsheet, and says so when nothing is open")
    func resume() async throws {
        try place.write("list.csv", list("a@example.org,approve", "b@example.org,deny"))
        try await withUsher { usher in
            #expect(try await usher.send("resume").code == 64)
            // Nothing is sent, so no credentials are needed.
            let ingest = try await usher.run(["run", "--ingest-only", "list.csv"])
            #expect(ingest.code == 75 && usher.sandbox.stats.requests == 0)
            #expect(try place.read("list.csv.results.csv").contains("b@example.org,deny,pending"))
            try FileManager.default.removeItem(atPath: place.path("list.csv"))
            #expect(try await usher.send("resume", "7").code == 64)
            let ended = try await usher.send("resume", "1")
            #expect(ended.code == 0, "\(ended)")
            #expect(ended.output.contains("2 rows: 2 applied."))
            #expect(try place.read("list.csv.results.csv").contains("b@example.org,deny,applied"))
            let before = usher.sandbox.stats
            #expect(try await usher.send("resume").output.hasPrefix("Nothing to do:"))
            #expect(usher.sandbox.stats == before)
        }
    }
}
