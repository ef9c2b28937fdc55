import FaultyDisk
import Foundation
import Testing

@testable import Journal

@Suite("The journal's log")
struct LogTests {
    let bench: JournalHarness

    init() throws { bench = try JournalHarness() }

    private func logSize(_ path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int ?? 0
    }

    @Test("stays small over thousands of commits, and is cut back after a large spreadsheet and a long read")
    func bounded() async throws {
        let disk = FaultyVFS(name: "fast-\(UUID().uuidString)")
        disk.setFlushesForReal(false)
        let path = bench.directory.appending(path: "long/journal.db").path
        let journal = try Journal(path: path, vfs: disk.name)
        let now = bench.now
        let job = try await journal.addTestJob(
            name: "a.csv",
            rows: 170_000,
            target: JournalHarness.meeting,
            action: .approve,
            batchSize: 30,
            copies: 0,
            at: now
        )
        var largest = try logSize(path)
        #expect(largest > JournalFile.logLimit / 2)
        let batches = try await journal.openBatches(of: [job]).map(\.id)
        // A reader that stays at one moment keeps the log from being used anew; it must not keep it large for ever.
        var reader: JournalReader? = try JournalReader(path: path)
        try reader?.connection.execute("begin; select count(*) from job;")
        for (number, batch) in batches.enumerated() {
            _ = try await journal.begin([batch], at: now)
            _ = try await journal.settle(batch, .applied, after: bench.attempt(), at: now)
            if number == 500 { reader = nil }
            if number > 2_000 { largest = max(number == 2_001 ? 0 : largest, try logSize(path)) }
        }
        #expect(reader == nil)
        #expect(largest <= JournalFile.logLimit)
        #expect(disk.flushes > batches.count * 2)
    }

    @Test("of a killed run is read first by `usher status`, and then taken up by the next run")
    func hotForReader() async throws {
        let job = try await bench.addJob(65)
        let open = try await bench.journal.openBatches()
        _ = try await bench.journal.begin([open[0].id], at: bench.now)
        let home = bench.directory.appending(path: "killed")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        let path = home.appending(path: "journal.db").path
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: bench.path + suffix, toPath: path + suffix)
        }
        let reader = try JournalReader(path: path)
        #expect(try reader.job(job).counts[.pending] == 65)
        #expect(try reader.check().isEmpty)
        let journal = try Journal(path: path)
        #expect(try await journal.recover() == 1)
        #expect(try await journal.openBatches().count == 3)
        #expect(try reader.check().isEmpty)
    }

    @Test("may lie beside a journal under any name")
    func oddNames() async throws {
        for name in ["Gäste 100% #1?.db", "a b&c=d.db", "it's.db"] {
            let path = bench.directory.appending(path: name).path
            do {
                let journal = try Journal(path: path)
                _ = try await journal.openJobs()
            }
            let copy = path + ".copy"
            try JournalReader(path: path).backup(to: copy)
            #expect(try JournalFile.openForReading(copy).userVersion() == Schema.migrations.count)
        }
    }
}
