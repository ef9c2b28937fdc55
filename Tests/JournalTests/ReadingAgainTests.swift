import Decisions
import Foundation
import SQLite
import Spreadsheet
import Testing

@testable import Journal

/// What a spreadsheet means for those that were read before it. Rows are `id/email/action`, of one meeting unless they name
/// an occurrence behind that.
@Suite("Reading spreadsheets one after another")
struct ReadingAgainTests {
    private let bench: JournalHarness

    init() throws { bench = try JournalHarness() }

    @discardableResult
    private func read(
        _ name: String?,
        _ rows: String...,
        policy: SheetOptions.ConflictPolicy = .reject,
        reapply: Bool = false
    ) async throws -> IngestReport {
        try await read(name, rows, policy: policy, reapply: reapply, into: bench.journal)
    }

    @discardableResult
    private func read(
        _ name: String?,
        _ rows: [String],
        policy: SheetOptions.ConflictPolicy = .reject,
        reapply: Bool = false,
        into journal: Journal
    ) async throws -> IngestReport {
        let lines = rows.map { row in
            let cells = (row + "/").split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            return "\(JournalHarness.meeting.id),\(cells[3]),\(cells[0]),\(cells[1]),\(cells[2])\n"
        }
        let text = "Meeting,Occurrence,Registrant ID,Email,Action\n" + lines.joined()
        let file = bench.directory.appending(path: name ?? "input")
        try Data(text.utf8).write(to: file)
        let input = name == nil ? try FileHandle(forReadingFrom: file) : nil
        let source =
            try input.map { try SpreadsheetSource(standardInput: $0.fileDescriptor) }
            ?? SpreadsheetSource(path: file.path)
        let options = IngestOptions(sheet: SheetOptions(onConflict: policy), reapply: reapply)
        return try await journal.ingest(source, options: options, at: bench.now)
    }

    /// Zoom does all that is open. Returns what that was, as `action: names`.
    @discardableResult
    private func send(_ jobs: JobID...) async throws -> [String] {
        var sent: [String] = []
        for batch in try await bench.journal.openBatches(of: jobs.isEmpty ? nil : jobs) {
            for shipment in try await bench.journal.begin([batch.id], at: bench.now) {
                let names = shipment.registrants.map { "\($0.id ?? "")/\($0.email ?? "")" }
                sent.append("\(shipment.action): \(names.joined(separator: " "))")
                _ = try await bench.journal.settle(shipment.batch, .applied, after: bench.attempt(), at: bench.now)
            }
        }
        return sent
    }

    private func outcomes(_ job: JobID) throws -> [Outcome] { try bench.results(job).map(\.0) }

    @Test("a file that is changed to what another one once held is decided anew, and so is one that is changed back")
    func contents() async throws {
        try await read("b.csv", "/p@x.org/deny")
        #expect(try await send() == ["deny: /p@x.org"])
        try await read("a.csv", "/p@x.org/approve")
        #expect(try await send() == ["approve: /p@x.org"])
        try await read("a.csv", "/p@x.org/deny")
        #expect(try await send() == ["deny: /p@x.org"])
        try await read("a.csv", "/p@x.org/approve")
        #expect(try await send() == ["approve: /p@x.org"])
        // Neither of them was touched since.
        for name in ["a.csv", "b.csv"] {
            #expect(try await read(name, name == "a.csv" ? "/p@x.org/approve" : "/p@x.org/deny").isNew == false)
        }
        #expect(try await send() == [])
    }

    @Test(
        "a known content in a new place, or from standard input, is decided anew only if it was overruled",
        arguments: ["c.csv", nil]
    )
    func newPlace(_ place: String?) async throws {
        let first = try await read("a.csv", "/p@x.org/approve")
        try await send()
        let copy = try await read(place, "/p@x.org/approve")
        #expect(copy == IngestReport(job: first.job, isNew: false))
        try await read("b.csv", "/p@x.org/deny")
        try await send()
        #expect(try await read(place == nil ? nil : "d.csv", "/p@x.org/approve").isNew)
        #expect(try await send() == ["approve: /p@x.org"])
    }

    @Test("the same file read in another way, and in the first way again, is decided anew")
    func reading() async throws {
        for policy in [SheetOptions.ConflictPolicy.last, .first, .last] {
            try await read("a.csv", "/p@x.org/approve", "/p@x.org/deny", policy: policy)
            #expect(try await send() == [policy == .last ? "deny: /p@x.org" : "approve: /p@x.org"])
        }
    }

    @Test(
        "what a file no longer decides is not sent any more",
        arguments: [
            ["/p@x.org/", "/q@x.org/deny"], ["/p@x.org/approve", "/p@x.org/deny", "/q@x.org/deny"],
            ["/p@x.org/perhaps", "/q@x.org/deny"], ["/q@x.org/deny"],
        ]
    )
    func dropped(_ rows: [String]) async throws {
        let old = try await read("a.csv", "/p@x.org/approve", "/q@x.org/deny").job
        let new =
            rows.count == 1
            ? try await read("a.csv", rows[0])
            : rows.count == 2
                ? try await read("a.csv", rows[0], rows[1]) : try await read("a.csv", rows[0], rows[1], rows[2])
        #expect(new.withdrawn == 1)
        #expect(try outcomes(old) == [.skipped, .skipped])
        #expect(try await send() == ["deny: /q@x.org"])
        #expect(try bench.reader().job(old).finishedAt != nil)
    }

    @Test(
        "what was wrong with a file needs nobody once a newer version was read, which says itself what is still wrong",
        arguments: [
            ["/p@x.org/approve", "/wrong/approve"], ["A/p@x.org/approve", "A/q@x.org/approve", "/r@x.org/deny"],
            ["/only-one/approve"],
        ]
    )
    func outdated(_ rows: [String]) async throws {
        let old = try await read("a.csv", rows, into: bench.journal).job
        let wrong = try bench.reader().job(old).counts[.rejected]
        #expect(wrong > 0)
        try await send()
        let new = try await read(
            "a.csv",
            rows.map { $0.contains("@") ? $0 : "/p2@x.org/approve" } + ["/x/deny"],
            into: bench.journal
        ).job
        #expect(try bench.reader().job(old).counts.needingPerson == 0)
        #expect(try bench.reader().job(new).counts[.rejected] == (rows.count == 3 ? wrong : 0) + 1)
        #expect(
            try bench.results(old).contains { outcome, reason, _ in
                outcome == .skipped
                    && reason?.hasPrefix("a newer version of the spreadsheet was read as job \(new); rejected before: ")
                        == true
            }
        )
        #expect(try bench.reader().check().isEmpty)
    }

    @Test("a row of an older version that gave one id two emails still tells nothing about who is who")
    func outdatedMixUp() async throws {
        try await read("a.csv", "A/p@x.org/approve", "A/q@x.org/approve", "/r@x.org/deny")
        try await read("a.csv", "/r@x.org/deny")
        try await send()
        try await read("b.csv", "A//approve", "/p@x.org/deny")
        #expect(try await send() == ["approve: A/", "deny: /p@x.org"])
    }

    @Test("another list under an old name takes nothing back, nor does a change to one of two files that hold the same")
    func kept() async throws {
        let old = try await read("a.csv", "/p@x.org/approve").job
        #expect(try await read("a.csv", "/other@x.org/approve").withdrawn == 0)
        #expect(try outcomes(old) == [.pending])
        try await read("b.csv", "/r@x.org/deny", "/s@x.org/deny")
        try await read("c.csv", "/r@x.org/deny", "/s@x.org/deny")
        #expect(try await read("b.csv", "/r@x.org/deny").withdrawn == 0)
        #expect(try await read("c.csv", "/r@x.org/deny", "/s@x.org/cancel").withdrawn == 0)
        #expect(
            try await send().sorted()
                == ["approve: /other@x.org", "approve: /p@x.org", "cancel: /s@x.org", "deny: /r@x.org"]
        )
    }

    @Test("one who is named by id here and by email there is one registrant, as soon as any row named both")
    func linked() async throws {
        try await read("1.csv", "A/p@x.org/approve")
        try await send()
        try await read("2.csv", "/p@x.org/deny")
        try await send()
        try await read("3.csv", "A//approve")
        #expect(try await send() == ["approve: A/"])
        // The first row is overruled by now, and still says who is who.
        let open = try await read("4.csv", "/p@x.org/deny").job
        try await read("5.csv", "A//cancel")
        #expect(try outcomes(open) == [.skipped])
        #expect(try await send() == ["cancel: A/"])
    }

    @Test("who is who is known before a row is compared, whichever row and occurrence of the sheet says so")
    func linkedWithin() async throws {
        let one = "1731006000000"
        let job = try await read("0.csv", "A//approve/\(one)", "/p@x.org/deny/\(one)", "A/p@x.org/approve").job
        #expect(try outcomes(job) == [.rejected, .rejected, .pending])
        try await read("1.csv", "/q@x.org/deny")
        try await send()
        try await read("2.csv", "B//approve")
        try await send()
        let linking = try await read("3.csv", "/q@x.org/deny", "B/q@x.org/deny").job
        #expect(try outcomes(linking) == [.pending, .pending])
    }

    @Test("a row for one occurrence that says who is who brings the whole meeting in line, also what was settled")
    func linkedElsewhere() async throws {
        try await read("1.csv", "A//cancel")
        try await send()
        try await read("2.csv", "/p@x.org/deny")
        try await send()
        // By the id alone this is so already.
        try await read("3.csv", "A//cancel", "B//approve")
        #expect(try await send() == ["approve: B/"])
        try await read("4.csv", "A/p@x.org/approve/1731006000000")
        #expect(try await send().sorted() == ["approve: A/p@x.org", "cancel: A/"])
    }

    @Test("what was refused under one name is not asked again once it is known to be so under another")
    func linkedRefused() async throws {
        try await read("1.csv", "/p@x.org/approve")
        try await send()
        let refused = try await read("2.csv", "A//approve").job
        for batch in try await bench.journal.openBatches(of: [refused]) {
            _ = try await bench.journal.begin([batch.id], at: bench.now)
            _ = try await bench.journal.settle(
                batch.id,
                .failed(reason: "no"),
                after: bench.attempt(404),
                at: bench.now
            )
        }
        try await read("3.csv", "A/p@x.org/")
        #expect(try outcomes(refused) == [.skipped])
        #expect(try await bench.journal.reopenFailed(refused, looksFirst: false) == 0)
    }

    @Test("what was decided later by an id is not undone by an older decision that learns this id")
    func learned() async throws {
        let old = try await read("1.csv", "/p@x.org/approve").job
        let new = try await read("2.csv", "A//deny").job
        #expect(try await send(new) == ["deny: A/"])
        let open = try await bench.journal.openDecisions(for: JournalHarness.meeting, of: [old], at: bench.now)
        try await bench.journal.note([PreflightFinding(open[0].id, .learned(id: "A"))], at: bench.now)
        #expect(try await send() == [])
        #expect(try outcomes(old) == [.skipped])
    }

    @Test("two ids are two registrants, though they share an email")
    func twoIDs() async throws {
        try await read("1.csv", "A/p@x.org/approve")
        try await read("2.csv", "B/p@x.org/deny")
        #expect(try await send().sorted() == ["approve: A/p@x.org", "deny: B/p@x.org"])
        #expect(try await read("3.csv", "A//approve", "B//deny").isNew)
        #expect(try await send() == [])
    }

    @Test(
        "what was applied for an occurrence is sent again after its whole series was decided otherwise, and the other way round"
    )
    func series() async throws {
        for (name, row) in [
            ("1.csv", "A//deny/1731006000000"), ("2.csv", "A//approve"), ("3.csv", "A//deny/1731006000000"),
        ] {
            try await read(name, row, "B//approve")
            let sent = try await send()
            #expect(
                sent.contains(name == "2.csv" ? "approve: A/ B/" : "deny: A/") || sent.contains("approve: A/"),
                "\(name): \(sent)"
            )
        }
        try await read("4.csv", "A//approve")
        #expect(try await send() == ["approve: A/"])
        try await read("5.csv", "A//approve", "C//deny")
        #expect(try await send() == ["deny: C/"])
    }

    @Test("of an address that a class shares, ids tell people apart: each has only the changes of their own")
    func sharedAddress() async throws {
        let ids = (1...40).map { "id\($0)" }
        try await read("a.csv", ids.map { "\($0)/class@x.org/approve" }, into: bench.journal)
        try await send()
        let journal = try Journal(path: bench.copy(to: "next"))
        try await read("b.csv", ids.map { "\($0)/class@x.org/approve" } + ["/other@x.org/deny"], into: journal)
        #expect(try await journal.openBatches().map(\.size) == [1])
        try await read("c.csv", ids.map { "\($0)/class@x.org/deny" }, into: journal)
        let changes = try await journal.begin(try await journal.openBatches().map(\.id), at: bench.now).flatMap(
            \.changesToday
        )
        #expect(changes == [0] + ids.map { _ in 1 })
    }

    @Test("a row that gives only an address that several ids share may be about any of them, and proves nothing of one")
    func sharedAddressAlone() async throws {
        try await read("1.csv", "A/p@x.org/approve", "B/p@x.org/approve")
        try await send()
        try await read("2.csv", "/p@x.org/deny")
        #expect(try await send() == ["deny: /p@x.org"])
        try await read("3.csv", "A//approve")
        #expect(try await send() == ["approve: A/"])
        try await read("4.csv", "B//deny")
        #expect(try await send() == ["deny: B/"])
    }

    @Test("a list that is read anew each night leaves no more in the index of registrants each night")
    func nightly() async throws {
        var sizes: Set<Int> = []
        for night in 1...6 {
            try await read(
                "a.csv",
                "A/p@x.org/approve",
                "B//deny",
                "/q@x.org/cancel",
                "C/r@x.org/",
                "/n\(night)@x.org/"
            )
            try await send()
            let size = try bench.reader().connection.statement("select count(*) as count from registrant_key")
                .first { $0.int("count") }
            if night > 1, let size { sizes.insert(size) }
        }
        // What was applied on the first night, and what the latest list says of it.
        #expect(sizes == [10])
        try await read("b.csv", "A//deny")
        #expect(try await send() == ["deny: A/"])
    }

    @Test("of people in thousands of occurrences the whole series is asked, and not each of them again")
    func occurrences() async throws {
        let occurrences = (1...60).map { "17310060000\($0 + 10)" }
        for action in ["approve", "deny"] {
            try await read("a.csv", occurrences.map { "A/p@x.org/\(action)/\($0)" }, into: bench.journal)
            #expect(try await send().count == 60)
        }
        try await read("b.csv", "/p@x.org/approve/\(occurrences[7])")
        #expect(try await send() == ["approve: /p@x.org"])
    }

    @Test("a journal from before the rule keeps what it knew: who is who, what was applied, and which lists stand")
    func migrated() async throws {
        let path = bench.directory.appending(path: "old.db").path
        do {
            let old = try Connection(path: path)
            try old.migrate([.first, .runs, .sightings])
            let base = RegistrantKey.target(JournalHarness.meeting)
            let keys = [
                RegistrantKey(.id, "A", of: base), RegistrantKey(.email, "p@x.org", of: base),
            ].map { Int64(bitPattern: $0.low) }
            try old.execute(
                """
                insert into target (id, account, kind, number, occurrence)
                values (1, '', 'meeting', '\(JournalHarness.meeting.id)', '');
                insert into job (
                    id, digest, reading, name, path, created_at, finished_at, delimiter, header, header_fields, width,
                    first_decision, rows, applied, rejected
                ) values
                    (1, x'01', '', 'old.csv', '/nowhere/old.csv', 1, 2, 44, x'61', 1, 1, 1, 2, 1, 1),
                    (2, x'02', '', 'old.csv', '/nowhere/old.csv', 3, 4, 44, x'61', 1, 1, 3, 1, 1, 0);
                insert into batch (id, job, target, action, state, size, rows, members, settled_at, attempts)
                values (1, 1, 1, 'approve', 'applied', 1, 1, x'01', 2, 1), (2, 2, 1, 'deny', 'applied', 1, 1, x'03', 4, 1);
                insert into decision (id, batch, registrant, email) values (1, 1, 'A', 'p@x.org'), (3, 2, null, 'p@x.org');
                insert into decision (id, email, standing, reason) values (2, 'q', 'rejected', 'wrong');
                insert into registrant_key values (\(keys[0]), 1), (\(keys[1]), 1), (\(keys[1]), 3);
                insert into sighting values ('/nowhere/old.csv', x'02', '');
                """
            )
        }
        let journal = try Journal(path: path)
        let known = try await read("1.csv", ["A//deny"], into: journal)
        #expect(try JournalReader(path: path).job(known.job).counts[.skipped] == 1)
        let open = try await read("2.csv", ["A//approve"], into: journal)
        #expect(try JournalReader(path: path).job(open.job).counts[.pending] == 1)
        let old = try JournalReader(path: path).job(JobID(rawValue: 1))
        #expect(old.counts.needingPerson == 0 && old.counts[.skipped] == 1)
    }

    @Test("an edited file sends what is new, and skips what its earlier job applied, naming that")
    func edited() async throws {
        let first = try await read("a.csv", "A//approve", "B//approve").job
        try await send()
        let second = try await read("a.csv", "A//approve", "B//deny", "C//approve").job
        #expect(try await send().sorted() == ["approve: C/", "deny: B/"])
        #expect(try outcomes(second) == [.skipped, .applied, .applied])
        #expect(try bench.results(second)[0].1?.contains("job \(first)") == true)
    }

    @Test("a file that is changed back is decided anew also where a copy of it was read meanwhile, and the copy not")
    func changedBackBesideCopy() async throws {
        for (name, action) in [("a.csv", "approve"), ("copy.csv", "approve"), ("a.csv", "deny"), ("a.csv", "approve")] {
            try await read(name, "A//\(action)")
            let sent = try await send()
            #expect(sent == (name == "copy.csv" ? [] : ["\(action): A/"]))
        }
        try await read("copy.csv", "A//approve")
        #expect(try await send() == [])
    }

    @Test("two files that contradict each other do not take turns night by night")
    func noTurns() async throws {
        try await read("one.csv", "A//approve")
        #expect(try await send() == ["approve: A/"])
        for night in 1...2 {
            try await read("one.csv", "A//approve")
            try await read("other.csv", "A//deny")
            #expect(try await send() == (night == 1 ? ["deny: A/"] : []))
        }
    }

    @Test("what was applied is sent again where that is asked for: in the same file, an edited one, and a second file")
    func reapply() async throws {
        try await read("a.csv", "A//approve", "B//approve")
        try await send()
        try await read("b.csv", "A//approve", "C//approve")
        #expect(try await send() == ["approve: C/"])
        try await read("b.csv", "A//approve", "C//approve", reapply: true)
        #expect(try await send() == ["approve: A/ C/"])
        let last = try await read("a.csv", "A//approve", "B//approve", "D//deny", reapply: true)
        #expect(try await send().sorted() == ["approve: A/ B/", "deny: D/"])
        // A renamed copy is that latest job.
        let copy = try await read("copy.csv", "A//approve", "B//approve", "D//deny")
        #expect(copy == IngestReport(job: last.job, isNew: false))
        #expect(try outcomes(last.job) == [.applied, .applied, .applied])
    }

    @Test("names of columns that are remembered for other spreadsheets make no new job of one that has the usual ones")
    func rememberedNames() async throws {
        let first = try await read("a.csv", "/p@x.org/approve").job
        var options = IngestOptions()
        options.sheet.remembered = [.meeting: "Sitzung", .action: "Entscheidung"]
        let source = try SpreadsheetSource(path: bench.directory.appending(path: "a.csv").path)
        let again = try await bench.journal.ingest(source, options: options, at: bench.now)
        #expect(again == IngestReport(job: first, isNew: false))
    }

    @Test("what was done for one of Zoom's ids is not taken as done for another id with the same address")
    func otherID() async throws {
        for id in ["before", "after"] {
            try await read("\(id).csv", "\(id)/p@x.org/approve")
            #expect(try await send() == ["approve: \(id)/p@x.org"])
        }
    }
}
