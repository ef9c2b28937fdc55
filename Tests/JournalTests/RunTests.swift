import Foundation
import SQLite
import Testing

@testable import Journal

@Suite("Noting runs")
struct RunTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test("a run is noted from its beginning, and its requests are counted")
    func counted() async throws {
        let job = try await bench.addJob(65)
        #expect(try bench.reader().lastRun() == nil)
        let start = try await bench.journal.beginRun(allowedRate: 2.5, at: bench.now)
        let batches = try await bench.journal.openBatches(of: [job])
        for (number, batch) in batches.enumerated() {
            _ = try await bench.journal.begin([batch.id], at: bench.now)
            let isRefused = number == 0
            _ = try await bench.journal.settle(
                Settlement(
                    batch: batch.id,
                    attempt: bench.attempt(isRefused ? 429 : 204),
                    verdict: isRefused ? .pending(reason: "too fast") : .applied
                ),
                at: bench.now
            )
        }
        let live = try #require(try bench.reader().lastRun())
        #expect(live.endedAt == nil && live.exitCode == nil)
        #expect(live.requests == 3 && live.refusals == 1)
        try await bench.journal.endRun(start, exitCode: 75, at: bench.now + 60)
        let ended = try #require(try bench.reader().lastRun())
        #expect(ended.seconds == 60 && ended.exitCode == 75 && ended.allowedRate == 2.5)
        #expect(ended.requests == 3 && ended.refusals == 1)
        #expect(ended.applied == 35 && ended.open == 30 && ended.failed == 0)
        #expect(try bench.reader().lastFinishedRun() == nil)
        let second = try await bench.journal.beginRun(allowedRate: nil, at: bench.now + 70)
        try await bench.journal.endRun(second, exitCode: 1, at: bench.now + 71)
        #expect(try bench.reader().runs(since: bench.now + 1).map(\.requests) == [0])
        #expect(try bench.reader().lastFinishedRun() == bench.now + 71)
    }

    @Test("a journal from before runs were noted can be read as it is, and gets its table from the next run")
    func older() async throws {
        let path = bench.directory.appending(path: "older.db").path
        do { try Connection(path: path).migrate([.first]) }
        #expect(try JournalReader(path: path).lastRun() == nil)
        #expect(try JournalReader(path: path).runs(since: bench.now).isEmpty)
        _ = try await Journal(path: path).beginRun(allowedRate: nil, at: bench.now)
        #expect(try JournalReader(path: path).lastRun()?.startedAt == bench.now)
    }

    @Test("who holds the lock is found in the kernel's list, by process and file")
    func holder() {
        let locks = """
            1: FLOCK  ADVISORY  WRITE 4711 08:01:5678 0 EOF
            2: POSIX  ADVISORY  WRITE 4712 08:01:5679 0 EOF
            2: -> FLOCK  ADVISORY  WRITE 4713 08:01:5678 0 EOF
            """
        #expect(JournalReader.isLocked(inode: 5_678, by: 4_711, in: locks))
        #expect(!JournalReader.isLocked(inode: 5_678, by: 4_712, in: locks))
        #expect(!JournalReader.isLocked(inode: 5_679, by: 4_712, in: locks))
        #expect(!JournalReader.isLocked(inode: 5_678, by: 4_713, in: locks))
        #expect(!JournalReader.isLocked(inode: 678, by: 4_711, in: locks))
    }
}
