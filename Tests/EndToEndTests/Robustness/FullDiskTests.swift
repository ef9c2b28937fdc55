import Testing

/// A real file system of a few hundred kilobytes, and the kernel's own "no space left on device".
@Suite("A full disk", .enabled(if: Privileges.canMount, "needs root, to mount a small disk"))
struct FullDiskTests {
    /// Mounts a disk of 2 MiB at `disk`.
    private static let mount = "set -u; mkdir -p disk; mount -t tmpfs -o size=2m,mode=0700 tmpfs disk;"
    /// Fills it, and then gives some kilobytes back.
    private static func fill(leaving kilobytes: Int) -> String {
        "dd if=/dev/zero of=disk/filler bs=4k 2>/dev/null; truncate -s -\(kilobytes)K disk/filler;"
    }

    @Test(
        "under the journal ends a run with 74; what it could not note is sent once more, and the next run ends the work",
        arguments: [0, 200, 400]
    )
    func journal(roomLeft: Int) async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--no-rate-limit")
            let sheet = Spreadsheet.one(registrants: 600)
            try place.write(sheet.csv, as: "d.csv")
            let done = try await place.script(
                """
                \(Self.mount)
                usher run d.csv --journal disk/j/journal.db --ingest-only -q; echo "ingest=$?"
                \(Self.fill(leaving: roomLeft))
                usher run d.csv --journal disk/j/journal.db $BASE --plan business -q; echo "full=$?"
                wc -l < audit.jsonl | sed 's/^/sent=/'
                rm disk/filler
                usher journal check --journal disk/j/journal.db > /dev/null; echo "check=$?"
                usher run d.csv --journal disk/j/journal.db $BASE --plan business -q; echo "again=$?"
                """,
                to: sandbox,
                mounting: true
            )
            #expect(done.output.contains("ingest=75"))
            #expect(done.output.contains("full=74"), "\(done.output) \(done.errors)")
            #expect(done.errors.contains("is full") || done.errors.contains("Make room"))
            #expect(done.output.contains("check=0"))
            #expect(done.output.contains("again=0"), "\(done.output) \(done.errors)")
            let updates = try sandbox.audit.updates()
            // 20 batches, and once more those whose answer could not be noted: the meeting's one request under way, and the
            // next, whose intent was on disk before.
            #expect((20...22).contains(updates.count))
            #expect(updates.allSatisfy { $0.status == 204 })
            #expect(Set(updates.flatMap(\.done)) == sheet.deeds)
            #expect(try place.results("d.csv").outcomes == ["applied": 600])
            if roomLeft == 0 { #expect(done.output.contains("sent=0")) }
            if roomLeft == 400 { #expect(!done.output.contains("sent=0")) }
        }
    }

    @Test("under a new journal takes nothing of the spreadsheet and sends nothing")
    func ingest() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--no-rate-limit")
            try place.write(Spreadsheet(decisions: 20_000, meetings: 50).csv, as: "d.csv")
            let done = try await place.script(
                """
                \(Self.mount)
                usher run d.csv --journal disk/j/journal.db $BASE -q; echo "full=$?"
                usher status --journal disk/j/journal.db; echo "status=$?"
                """,
                to: sandbox,
                mounting: true
            )
            #expect(done.output.contains("full=74"), "\(done.output) \(done.errors)")
            #expect(done.output.contains("status=0") || done.output.contains("status=64"))
            #expect(!done.output.contains("d.csv"))
            #expect(try sandbox.audit.count == 0)
        }
    }

    @Test("under the results ends with 74 and keeps the older results whole; the same command writes them later")
    func results() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--no-rate-limit")
            try place.write(Spreadsheet.one(registrants: 600).csv, as: "d.csv")
            let done = try await place.script(
                """
                \(Self.mount)
                echo older > disk/d.csv.results.csv
                \(Self.fill(leaving: 8))
                usher run d.csv --results disk $BASE --plan business -q; echo "full=$?"
                cat disk/d.csv.results.csv; ls disk
                rm disk/filler
                usher run d.csv --results disk $BASE -q; echo "again=$?"
                cp disk/d.csv.results.csv d.csv.results.csv
                """,
                to: sandbox,
                mounting: true
            )
            #expect(done.output.contains("full=74\nolder\nd.csv.results.csv\nfiller\n"), "\(done.output)")
            #expect(done.errors.contains("Make room on that disk"))
            #expect(done.output.contains("again=0"))
            #expect(try place.results("d.csv").outcomes == ["applied": 600])
            #expect(try sandbox.audit.updates().count == 20)
        }
    }
}
