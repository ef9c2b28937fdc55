import Foundation
import SQLite
import Spreadsheet
import Testing

@testable import Journal

@Suite("Keeping a journal")
struct MaintenanceTests {
    let bench: JournalHarness

    init() throws { bench = try JournalHarness() }

    private func apply(_ job: JobID) async throws {
        for batch in try await bench.journal.openBatches(of: [job]) {
            _ = try await bench.journal.begin([batch.id], at: bench.now)
            _ = try await bench.journal.settle(batch.id, .applied, after: bench.attempt(), at: bench.now)
        }
    }

    @Test("a sound journal has no faults")
    func sound() async throws {
        let job = try await bench.addJob(65)
        try await apply(job)
        _ = try await bench.addJob(3)
        #expect(try bench.reader().check().isEmpty)
    }

    @Test("a decision moved behind the journal's back is found")
    func findsFaults() async throws {
        _ = try await bench.addJob(3)
        try await bench.journal.execute("update decision set batch = 7 where id = 2")
        #expect(try bench.reader().check().contains { $0.contains("decision 2") })
    }

    @Test("the schema refuses counts that do not add up")
    func schemaRefuses() async throws {
        _ = try await bench.addJob(3)
        await #expect(throws: (any Error).self) { try await bench.journal.execute("update job set applied = 1") }
    }

    @Test("a backup taken while a run is writing is whole, private, and never replaces a file")
    func backup() async throws {
        let job = try await bench.addJob(65)
        let copy = bench.directory.appending(path: "copy.db").path
        try bench.reader().backup(to: copy)
        let reader = try JournalReader(path: copy)
        #expect(try reader.check().isEmpty)
        #expect(try reader.job(job).counts[.pending] == 65)
        let mode = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(throws: JournalError.self) { try bench.reader().backup(to: copy) }
        let beside = try FileManager.default.contentsOfDirectory(atPath: bench.directory.path)
        #expect(beside.filter { $0.hasPrefix("copy") && $0.hasSuffix("tmp") }.isEmpty)
        // A copy is a journal: it can be put in the other's place and worked on.
        let restored = try Journal(path: copy)
        #expect(try await restored.openBatches().count == 3)
    }

    @Test("pruning forgets rows and requests of old finished jobs, and keeps their counts and decisions")
    func prune() async throws {
        let old = try await bench.addJob(65)
        try await apply(old)
        let open = try await bench.addJob(3)
        #expect(try await bench.journal.prune(finishedBefore: bench.now.addingTimeInterval(1)) == 1)
        #expect(try bench.counts(old)[.applied] == 65)
        #expect(try bench.results(open).count == 3)
        #expect(throws: JournalError.pruned(old)) { try bench.results(old) }
        #expect(try bench.reader().check().isEmpty)
        #expect(try await bench.journal.prune(finishedBefore: bench.now.addingTimeInterval(1)) == 0)
    }

    @Test("a spreadsheet that comes again after it was pruned is a new job, and can be pruned again")
    func pruneTwice() async throws {
        for round in 1...3 {
            let job = try await bench.journal.addTestJob(
                name: "same.csv",
                rows: 3,
                target: JournalHarness.meeting,
                action: .approve,
                batchSize: 30,
                copies: 0,
                at: bench.now,
                digest: [0xC3, 0, 0xFF, 7]
            )
            try await apply(job)
            let limit = bench.now.addingTimeInterval(1)
            #expect(try bench.reader().prunable(finishedBefore: limit).map(\.id) == [job])
            #expect(try await bench.journal.prune(finishedBefore: limit) == 1)
            #expect(try bench.reader().prunable(finishedBefore: limit).isEmpty)
            #expect(job == JobID(rawValue: Int64(round)))
        }
        #expect(try bench.reader().check().isEmpty)
    }

    @Test(
        "what was changed behind the journal's back is found",
        arguments: [
            "update decision set batch = 2 where id = 2",
            "update batch set rows = rows + 1 where id = 1",
            "update batch set state = 'deferred' where id = 1",
            "delete from source",
            "update source set records = x'ff00'",
            "delete from decision where id = 65",
            "update decision set standing = 'rejected' where id = 3",
            "insert into decision (id, batch) values (66, 3)",
            "pragma foreign_keys = off; delete from target",
        ]
    )
    func tampered(sql: String) async throws {
        _ = try await bench.addJob(65)
        try await bench.journal.execute(sql)
        #expect(try !bench.reader().check().isEmpty)
    }

    @Test(
        "a journal of the version before is taken over: its rows come back, it takes more, and refuses what no batch is"
    )
    func takenOver() async throws {
        let path = bench.directory.appending(path: "old.db").path
        // Length, fields, line and row of each.
        let kept = [0, 7, 1, 2, 2] + Array("p@x.org".utf8) + [7, 1, 3, 3] + Array("q@x.org".utf8)
        do {
            let old = try Connection(path: path)
            try old.migrate(Array(Schema.migrations.prefix(6)))
            try old.execute(
                """
                insert into target (id, account, kind, number, occurrence)
                values (1, '', 'meeting', '\(JournalHarness.meeting.id)', '');
                insert into job (
                    id, digest, reading, name, created_at, delimiter, header, header_fields, width, first_decision, rows, pending
                ) values (1, x'01', '', 'old.csv', 1, 44, x'61', 1, 1, 1, 2, 2);
                insert into batch (id, job, target, action, state, size, rows, members)
                values (1, 1, 1, 'approve', 'pending', 2, 2, x'0101');
                insert into decision (id, batch, email) values (1, 1, 'p@x.org'), (2, 1, 'q@x.org');
                """
            )
            try old.statement("insert into source values (1, :records)").run(["records": kept])
        }
        let journal = try Journal(path: path)
        let new = try await journal.addTestJob(
            name: "new.csv",
            rows: 65,
            target: JournalHarness.meeting,
            action: .approve,
            batchSize: 30,
            copies: 0,
            at: bench.now
        )
        for state in ["sent", ""] {
            await #expect(throws: (any Error).self) { try await journal.execute("update batch set state = '\(state)'") }
        }
        await #expect(throws: (any Error).self) { try await journal.execute("update batch set action = 'admit'") }
        try await journal.execute("update batch set state = 'in_flight' where id = 1")
        try await journal.execute("update batch set state = 'pending' where id = 1")
        let reader = try JournalReader(path: path)
        #expect(try reader.check().isEmpty)
        var rows: [String] = []
        for job in [JobID(rawValue: 1), new] {
            try reader.forEachRow(of: reader.job(job)) { row in
                rows.append("\(row.place): \(String(decoding: row.record, as: UTF8.self))")
            }
        }
        #expect(
            rows.prefix(3) == [
                "row 2: p@x.org", "row 3: q@x.org", "row 2: \(JournalHarness.meeting.id),guest1@example.org,approve",
            ]
        )
        #expect(rows.count == 67)
    }

    @Test("a damaged page is found wherever it is", arguments: 1...12)
    func damagedPage(page: Int) async throws {
        let path = bench.directory.appending(path: "damaged.db").path
        do {
            let journal = try Journal(path: path)
            _ = try await journal.addTestJob(
                name: "a.csv",
                rows: 3_000,
                target: JournalHarness.meeting,
                action: .approve,
                batchSize: 30,
                copies: 0,
                at: bench.now
            )
        }
        try await Journal.closes(path)
        let file = try FileHandle(forUpdating: URL(filePath: path))
        try file.seek(toOffset: UInt64(page) * 4_096)
        try file.write(contentsOf: Data(repeating: 0x5A, count: 4_096))
        try file.close()
        do {
            #expect(try !JournalReader(path: path).check().isEmpty)
        } catch {
            #expect(error.description.contains("damaged"))
        }
    }

    @Test("a journal of a newer Usher is refused and left untouched")
    func newer() async throws {
        let path = bench.directory.appending(path: "newer.db").path
        do {
            let journal = try Journal(path: path)
            try await journal.execute("pragma user_version = 99")
        }
        try await Journal.closes(path)
        let before = try Data(contentsOf: URL(filePath: path))
        #expect(throws: JournalError.newer(path: path, found: 99, known: Schema.migrations.count)) {
            try Journal(path: path)
        }
        #expect(throws: JournalError.newer(path: path, found: 99, known: Schema.migrations.count)) {
            try JournalReader(path: path)
        }
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }

    @Test("a file that is no journal is refused and left untouched")
    func notAJournal() throws {
        let path = bench.directory.appending(path: "letter.txt").path
        try Data(String(repeating: "Dear guests, ", count: 100).utf8).write(to: URL(filePath: path))
        let before = try Data(contentsOf: URL(filePath: path))
        let error = #expect(throws: JournalError.self) { try Journal(path: path) }
        #expect(error?.description.contains("is not an Usher journal") == true)
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }

    @Test("the journal and its directory can be read by nobody else")
    func modes() throws {
        let path = bench.directory.appending(path: "deep/er/journal.db").path
        let journal = try Journal(path: path)
        let manager = FileManager.default
        for suffix in ["", "-wal", "-shm", ".lock"] {
            #expect(try manager.attributesOfItem(atPath: journal.path + suffix)[.posixPermissions] as? Int == 0o600)
        }
        for directory in ["deep", "deep/er"] {
            let path = bench.directory.appending(path: directory).path
            #expect(try manager.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o700)
        }
    }
}

extension Journal {
    func execute(_ sql: String) throws { try connection.execute(sql) }
}

@Suite("The rows that a journal keeps")
struct SourceChunkTests {
    @Test("come back with their place in the spreadsheet, and those of an older journal with their line alone")
    func places() throws {
        let record = Array("84512093377,a@b.org,approve".utf8)
        var chunk = SourceChunk()
        for place in [RowPlace(row: 2, line: 2), RowPlace(row: 300, line: 70_000), RowPlace(row: nil, line: 70_001)] {
            append(String(decoding: record, as: UTF8.self), to: &chunk, place: place)
        }
        #expect(
            rows(chunk.bytes) == [
                "row 2, row 2: 84512093377,a@b.org,approve",
                "row 300, row 300 (line 70000 of the file): 84512093377,a@b.org,approve",
                "line 70001, line 70001: 84512093377,a@b.org,approve",
            ]
        )
        // Length, fields, line, row.
        let older: [UInt8] = [0, 27, 3, 2, 2] + record + [27, 3, 54, 33] + record
        #expect(
            rows(older) == [
                "row 2, row 2: 84512093377,a@b.org,approve",
                "row 33, row 33 (line 54 of the file): 84512093377,a@b.org,approve",
            ]
        )
        // Length, fields, line.
        let oldest: [UInt8] = [27, 3, 2] + record + [27, 3, 54] + record
        #expect(
            rows(oldest) == [
                "line 2, line 2: 84512093377,a@b.org,approve", "line 54, line 54: 84512093377,a@b.org,approve",
            ]
        )
        #expect(rows(oldest + [1]) == nil && rows([0, 27, 3, 2] + record) == nil)
    }

    @Test("do not hold what their decision holds, whatever else is in them, and come back as they were")
    func cuts() {
        let kept = [
            ("1,feo2KzAsjgCVaklSo9T0dA,a@b.org,approve", "feo2KzAsjgCVaklSo9T0dA", "a@b.org"),
            ("1,M83szM6AgDKfH9vuf1h0yw,b@b.org,approve", "M83szM6AgDKfH9vuf1h0yw", "b@b.org"),
            ("1,M83szM6AgDKfH9vuf1h0yw,b@b.org,approve", "M83szM6AgDKfH9vuf1h0yw", "b@b.org"),
            ("1,,b@b.org,deny", "", "b@b.org"),
            ("11,feo2KzAsjgCVaklSo9T0dA,,deny", "feo2KzAsjgCVaklSo9T0dA", ""),
            ("a@b.org,feo2KzAsjgCVaklSo9T0dA", "feo2KzAsjgCVaklSo9T0dA", "a@b.org"),
            ("b@b.org,,M83szM6AgDKfH9vuf1h0yw", "M83szM6AgDKfH9vuf1h0yw", "b@b.org"),
            ("a@b.org", "", "a@b.org"), ("nothing", "", ""), ("a@b.org", "a@b.org", "a@b.org"),
            ("aaa,aaa,aaa", "aaa", ""), ("aa,aaa,aaaa,aaa", "", "aaaa"), ("ä,ä@ö.org,\"x\ny\"", "", "ä@ö.org"),
        ]
        var chunk = SourceChunk()
        for (number, row) in kept.enumerated() {
            let place = RowPlace(row: number + 2, line: number + 2)
            append(row.0, to: &chunk, place: place, id: row.1, email: row.2)
        }
        #expect(
            rows(chunk.bytes, cells: kept.map { ($0.1, $0.2) })?.map { $0.drop { $0 != ":" }.dropFirst(2) }
                == kept.map { $0.0[...] }
        )
        // A decision that lost them is found.
        #expect(rows(chunk.bytes) == nil)
        let text = String(decoding: chunk.bytes, as: UTF8.self)
        #expect(!text.contains("M83szM6AgDKfH9vuf1h0yw") && !text.contains("a@b.org"))
    }

    @Test("are found damaged wherever their chunk breaks off, and no byte of it can be read beyond its end")
    func damage() {
        var chunk = SourceChunk()
        for number in 1...3 {
            append(
                "\(number * 7),a\(number)@b.org,x",
                to: &chunk,
                place: RowPlace(row: 1, line: 1),
                email: "a\(number)@b.org"
            )
        }
        let bytes = chunk.bytes
        let cells = Array(repeating: ("", "a@b.org"), count: 3)
        for count in 3..<bytes.count {
            #expect(rows(Array(bytes[..<count]), cells: cells).map { $0.count < 3 } ?? true)
        }
        for place in bytes.indices.dropFirst(2) {
            for value in UInt8.min...UInt8.max {
                var changed = bytes
                changed[place] = value
                _ = rows(changed, cells: cells)
            }
        }
    }

    /// Adds a row, which names its registrant by cells of its own.
    private func append(
        _ text: String,
        to chunk: inout SourceChunk,
        place: RowPlace,
        id: String = "",
        email: String = ""
    ) {
        let record = Array(text.utf8)
        func range(_ cell: String) -> Range<Int> {
            let cell = Array(cell.utf8)
            let start = record.indices.first { !cell.isEmpty && record[$0...].starts(with: cell) } ?? 0
            return start..<start + cell.count
        }
        record.withUnsafeBufferPointer { bytes in
            chunk.append(
                SourceRow(
                    record: UnsafeRawBufferPointer(bytes),
                    fields: 3,
                    place: place,
                    registrant: UnsafeBufferPointer(rebasing: bytes[range(id)]),
                    email: UnsafeBufferPointer(rebasing: bytes[range(email)])
                )
            )
        }
    }

    /// The rows of a chunk with the cells of their decisions; nil if it is damaged, or they lack a cell.
    private func rows(_ bytes: [UInt8], cells: [(id: String, email: String)] = []) -> [String]? {
        var read: [String] = []
        var record: [UInt8] = []
        var rows = KeptRows(bytes)
        var isWhole = true
        while rows.advance() {
            let own = read.count < cells.count ? cells[read.count] : ("", "")
            Array(own.0.utf8).withUnsafeBytes { id in
                Array(own.1.utf8).withUnsafeBytes { email in
                    isWhole = rows.row.write(id: id, email: email, to: &record) && isWhole
                }
            }
            read.append("\(rows.row.place), \(rows.row.place.inFile): \(String(decoding: record, as: UTF8.self))")
        }
        return rows.isDamaged || !isWhole ? nil : read
    }
}
