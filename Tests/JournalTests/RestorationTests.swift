import Foundation
import Testing

@testable import Journal

@Suite("A backup in the journal's place")
struct RestorationTests {
    let directory = FileManager.default.temporaryDirectory.appending(path: "usher-restore-\(UUID().uuidString)")
    let now = Date(timeIntervalSince1970: 1_800_000_000)
    private var path: String { directory.appending(path: "journal.db").path }
    private var backup: String { directory.appending(path: "backup.db").path }

    /// A backup of one job, and a journal with a second one since.
    private func prepare() async throws {
        let journal = try Journal(path: path)
        try await add(2, to: journal)
        try JournalReader(path: path).backup(to: backup)
        try await add(3, to: journal)
    }

    private func add(_ rows: Int, to journal: Journal) async throws {
        _ = try await journal.addTestJob(
            name: "list.csv",
            rows: rows,
            target: JournalHarness.meeting,
            action: .approve,
            batchSize: 30,
            copies: 0,
            at: now
        )
    }

    private func rows(_ path: String) throws -> Int { try JournalReader(path: path).census().rows }

    private func clean() { try? FileManager.default.removeItem(at: directory) }

    @Test("is what runs go on with, and the journal that was there is kept whole, with what was only in its log")
    func restored() async throws {
        defer { clean() }
        try await prepare()
        let kept = try #require(try JournalRestoration.restore(backup, to: path, at: now))
        #expect(try rows(path) == 2 && rows(kept) == 5 && rows(backup) == 2)
        #expect(try JournalReader(path: kept).check().isEmpty && JournalReader(path: path).check().isEmpty)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let journal = try Journal(path: path)
        #expect(try await journal.openBatches().count == 1)
        let left = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
        #expect(!left.contains { $0.contains(".tmp") || $0.contains("restored-") }, "\(left)")
    }

    @Test("replaces a journal that a killed run left with a log, and does not take that log for its own")
    func afterKill() async throws {
        defer { clean() }
        let bench = try JournalHarness()
        _ = try await bench.addJob(2)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try bench.reader().backup(to: backup)
        _ = try await bench.addJob(40)
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: bench.path + suffix, toPath: path + suffix)
        }
        #expect(JournalFile.size(of: path + "-wal") > 0)
        let kept = try #require(try JournalRestoration.restore(backup, to: path, at: now))
        #expect(try rows(path) == 2 && rows(kept) == 42)
    }

    @Test("replaces a journal that is past reading, and keeps it byte for byte with its log")
    func ruined() async throws {
        defer { clean() }
        try await prepare()
        let ruin = Data("nothing that SQLite could read".utf8)
        for suffix in ["", "-wal"] { try ruin.write(to: URL(filePath: path + suffix)) }
        let kept = try #require(try JournalRestoration.restore(backup, to: path, at: now))
        #expect(try rows(path) == 2)
        #expect(
            try Data(contentsOf: URL(filePath: kept)) == ruin && Data(contentsOf: URL(filePath: kept + "-wal")) == ruin
        )
    }

    @Test("makes a journal where there is none")
    func none() async throws {
        defer { clean() }
        try await prepare()
        let elsewhere = directory.appending(path: "new/journal.db").path
        #expect(try JournalRestoration.restore(backup, to: elsewhere, at: now) == nil)
        #expect(try rows(elsewhere) == 2)
    }

    @Test(
        "by root leaves the journal and its lock to the directory's owner",
        .enabled(if: geteuid() == 0, "needs root")
    )
    func owner() async throws {
        defer { clean() }
        try await prepare()
        let home = directory.appending(path: "new")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: false)
        try FileManager.default.setAttributes([.ownerAccountID: 65_534], ofItemAtPath: home.path)
        let elsewhere = home.appending(path: "journal.db").path
        #expect(try JournalRestoration.restore(backup, to: elsewhere, at: now) == nil)
        for file in [elsewhere, elsewhere + ".lock"] {
            let owner = try FileManager.default.attributesOfItem(atPath: file)[.ownerAccountID] as? Int
            #expect(owner == 65_534, "\(file)")
        }
    }

    @Test("waits for nobody: while a run holds the journal, nothing is changed")
    func locked() async throws {
        defer { clean() }
        try await prepare()
        let run = try Journal(path: path)
        let error = try #require(throws: JournalError.self) {
            try JournalRestoration.restore(backup, to: path, at: now)
        }
        guard case .locked = error else {
            Issue.record("\(error)")
            return
        }
        #expect(try rows(path) == 5)
        _ = try await run.openJobs()
    }

    @Test("is refused where it is damaged, no journal, missing, or the journal itself")
    func refused() async throws {
        defer { clean() }
        try await prepare()
        let empty = directory.appending(path: "empty.db").path
        try Data().write(to: URL(filePath: empty))
        let tampered = directory.appending(path: "tampered.db").path
        try FileManager.default.copyItem(atPath: backup, toPath: tampered)
        do {
            let journal = try Journal(path: tampered)
            try await journal.execute("update decision set batch = 7 where id = 2")
        }
        for file in [empty, tampered, directory.appending(path: "nowhere.db").path, path] {
            #expect(throws: JournalError.self, "\(file)") { try JournalRestoration.restore(file, to: path, at: now) }
        }
        #expect(try rows(path) == 5)
        let left = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        #expect(!left.contains { $0.contains("restored-") || $0.contains("replaced-") }, "\(left)")
    }
}
