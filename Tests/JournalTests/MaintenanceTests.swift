import Foundation
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
        record.withUnsafeBytes { record in
            for place in [RowPlace(row: 2, line: 2), RowPlace(row: 300, line: 70_000)] {
                chunk.append(SourceRow(record: record, fields: 3, place: place))
            }
        }
        #expect(
            rows(chunk.bytes) == [
                "row 2, row 2: 84512093377,a@b.org,approve",
                "row 300, row 300 (line 70000 of the file): 84512093377,a@b.org,approve",
            ]
        )
        // Length, fields, line.
        let old: [UInt8] = [27, 3, 2] + record + [27, 3, 54] + record
        #expect(
            rows(old) == [
                "line 2, line 2: 84512093377,a@b.org,approve", "line 54, line 54: 84512093377,a@b.org,approve",
            ]
        )
        #expect(rows(old + [1]) == nil && rows([0, 27, 3, 2] + record) == nil)
    }

    private func rows(_ bytes: [UInt8]) -> [String]? {
        bytes.withUnsafeBytes { bytes in
            var rows: [String] = []
            let isWhole = SourceChunk.forEachRow(in: bytes) { row in
                rows.append("\(row.place), \(row.place.inFile): \(String(decoding: row.record, as: UTF8.self))")
            }
            return isWhole ? rows : nil
        }
    }
}
