import FaultyDisk
import Foundation
import SQLite
import Testing

@testable import Journal

@Suite("A file that is no usable journal is refused, untouched, with a sentence to act on")
struct UnusableFileTests {
    let bench: JournalHarness

    init() throws { bench = try JournalHarness() }

    /// A journal that nobody has open, of a job of so many rows.
    private func closedJournal(_ name: String, rows: Int = 3) async throws -> URL {
        let file = bench.directory.appending(path: name)
        do {
            let journal = try Journal(path: file.path)
            _ = try await journal.addTestJob(
                name: "a.csv",
                rows: rows,
                target: JournalHarness.meeting,
                action: .approve,
                batchSize: 30,
                copies: 0,
                at: bench.now
            )
        }
        try await Journal.closes(file.path)
        return file
    }

    private func refusal(_ path: String, vfs: String? = nil) -> String {
        let error = #expect(throws: JournalError.self) { try Journal(path: path, vfs: vfs) }
        return error?.description ?? ""
    }

    @Test("cut off at any length", arguments: [0.9, 0.5, 0.1, 0.001])
    func truncated(part: Double) async throws {
        let file = try await closedJournal("cut.db", rows: 2_000)
        let whole = try Data(contentsOf: file)
        let rest = whole.prefix(Int(Double(whole.count) * part))
        try rest.write(to: file)
        #expect(refusal(file.path).contains("damaged"))
        #expect(throws: JournalError.self) { try JournalReader(path: file.path) }
        #expect(try Data(contentsOf: file) == rest)
    }

    @Test("emptied, while its log is still there")
    func emptied() async throws {
        let file = try await closedJournal("emptied.db")
        try Data(contentsOf: URL(filePath: bench.path + "-wal")).write(to: URL(filePath: file.path + "-wal"))
        let log = try Data(contentsOf: URL(filePath: file.path + "-wal"))
        try Data().write(to: file)
        #expect(!log.isEmpty)
        #expect(refusal(file.path).contains("restore the latest backup"))
        #expect(try Data(contentsOf: URL(filePath: file.path + "-wal")) == log)
    }

    @Test("another program's database", arguments: [0, 1, 7])
    func foreign(version: Int) throws {
        let file = bench.directory.appending(path: "places.sqlite")
        do {
            let other = try Connection(path: file.path)
            try other.execute("create table bookmark (id integer primary key) strict; pragma user_version = \(version)")
        }
        let before = try Data(contentsOf: file)
        let sentence = refusal(file.path)
        #expect(sentence.contains("another program's database") || sentence.contains("newer Usher"))
        #expect(throws: JournalError.self) { try JournalReader(path: file.path) }
        #expect(try Data(contentsOf: file) == before)
    }

    @Test("one that was made and never filled is no journal yet")
    func unfilled() throws {
        let file = bench.directory.appending(path: "unfilled.db")
        try Data().write(to: file)
        #expect(throws: JournalError.missing(path: file.path)) { try JournalReader(path: file.path) }
    }

    @Test("a pipe, in its own place or its log's, which is not waited for", .timeLimit(.minutes(1)))
    func pipe() async throws {
        let pipe = bench.directory.appending(path: "pipe.db").path
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(refusal(pipe).contains("not a file"))
        let error = #expect(throws: JournalError.self) { try JournalReader(path: pipe) }
        #expect(error?.description.contains("not a file") == true)
        for suffix in ["-journal", "-wal", "-shm", ".lock"] {
            let file = try await closedJournal("beside\(suffix).db").path
            try? FileManager.default.removeItem(atPath: file + suffix)
            #expect(mkfifo(file + suffix, 0o600) == 0)
            #expect(throws: JournalError.self) { try JournalReader(path: file) }
            #expect(refusal(file).contains("Find out who put it there"))
        }
    }

    @Test("on a file system whose locks do not work")
    func noLocks() throws {
        let disk = FaultyVFS(name: "unlockable-\(UUID().uuidString)")
        disk.setRefusesLocks(true)
        #expect(refusal(bench.directory.appending(path: "a.db").path, vfs: disk.name).contains("local disk"))
        let plain = FaultyVFS(name: "plain-\(UUID().uuidString)", hasSharedMemory: false)
        #expect(refusal(bench.directory.appending(path: "b.db").path, vfs: plain.name).contains("local disk"))
        let error = #expect(throws: JournalError.self) {
            _ = try JournalLock(besideJournal: bench.directory.appending(path: "c.db").path) { _ in ENOLCK }
        }
        #expect(error?.description.contains("local disk") == true)
    }

    @Test("in a directory that everybody may write to")
    func openDirectory() throws {
        let directory = bench.directory.appending(path: "common")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: 0o1777], ofItemAtPath: directory.path)
        #expect(refusal(directory.appending(path: "journal.db").path).contains("everybody may write"))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0 == "journal.db" }.isEmpty
        )
    }

    @Test("with somebody else's link where its log belongs")
    func plantedLog() async throws {
        let file = try await closedJournal("planted.db")
        let victim = bench.directory.appending(path: "victim")
        try Data("precious".utf8).write(to: victim)
        try FileManager.default.createSymbolicLink(atPath: file.path + "-wal", withDestinationPath: victim.path)
        #expect(refusal(file.path).contains("Find out who put it there"))
        #expect(try Data(contentsOf: victim) == Data("precious".utf8))
    }
}
