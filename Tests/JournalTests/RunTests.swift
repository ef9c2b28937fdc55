import Foundation
import SQLite
import Testing

@testable import Journal

@Suite("Noting runs")
struct RunTests {
    let bench: JournalHarness

    init() throws { bench = try JournalHarness() }

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
                batch.id,
                isRefused ? .pending(reason: "too fast") : .applied,
                after: bench.attempt(isRefused ? 429 : 204),
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

    @Test("who holds the journal is known at every look, though other locks come and go")
    func holder() throws {
        let reader = try bench.reader()
        for number in 0..<500 {
            let other = try JournalLock(besideJournal: bench.directory.appending(path: "other\(number % 7).db").path)
            #expect(reader.holder == getpid())
            withExtendedLifetime(other) {}
        }
    }

    @Test("a journal that nobody writes to has no holder, whatever its lock file says")
    func nobody() async throws {
        let path = bench.directory.appending(path: "left.db").path
        do { _ = try Journal(path: path) }
        try await Journal.closes(path)
        #expect(try String(contentsOfFile: path + ".lock", encoding: .utf8) == "\(getpid())\n")
        #expect(try JournalReader(path: path).holder == nil)
    }

    @Test("asking who holds a journal turns nobody away")
    func asking() throws {
        let path = bench.directory.appending(path: "asked.lock").path
        let first = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        let second = open(path, O_RDWR | O_CLOEXEC)
        defer { [first, second].forEach { close($0) } }
        #expect(FileLock.isHeldElsewhere(second) == false)
        #expect(FileLock.take(first) == 0)
        #expect(FileLock.isHeldElsewhere(second) == true)
        #expect(FileLock.take(second) == EAGAIN)
        FileLock.release(first)
        #expect(FileLock.take(second) == 0)
    }

    @Test("a run that was killed has its own requests, not those of the runs after it")
    func killed() async throws {
        for number in 1...2 {
            _ = try await bench.journal.beginRun(allowedRate: nil, at: bench.now + Double(number))
            let batch = try await bench.journal.openBatches(of: [bench.addJob(1)])[0].id
            _ = try await bench.journal.begin([batch], at: bench.now)
            _ = try await bench.journal.settle(batch, .applied, after: bench.attempt(429), at: bench.now)
        }
        #expect(try bench.reader().runs(since: bench.now).map(\.requests) == [1, 1])
        #expect(try bench.reader().runs(since: bench.now).map(\.refusals) == [1, 1])
    }

    @Test("a journal has one writer by whichever of its names (hard links), and the second one learns who")
    func hardLinks() async throws {
        let (path, other) = (
            bench.directory.appending(path: "one.db").path, bench.directory.appending(path: "two.db").path
        )
        do {
            let journal = try Journal(path: path)
            try FileManager.default.linkItem(atPath: path, toPath: other)
            #expect(throws: JournalError.locked(path: other, pid: getpid())) { try Journal(path: other) }
            // As an Usher left it that knew one lock only.
            try Data().write(to: URL(filePath: other + ".lock"))
            #expect(throws: JournalError.locked(path: other, pid: getpid())) { try Journal(path: other) }
            #expect(try JournalReader(path: path).holder == getpid())
            withExtendedLifetime(journal) {}
        }
        try await Journal.closes(path)
        try FileManager.default.removeItem(atPath: other + ".lock")
        // What is in the log of the one name would not be seen under the other.
        let error = #expect(throws: JournalError.self) { try Journal(path: other) }
        #expect(error?.description.contains("2 names (hard links)") == true)
        #expect(throws: JournalError.self) { try JournalReader(path: other) }
        #expect(!FileManager.default.fileExists(atPath: other + ".lock"))
        _ = try Journal(path: path)
    }

    @Test("a journal has one lock, by whichever link it is named; a link that leads nowhere is refused")
    func links() throws {
        let link = bench.directory.appending(path: "link.db").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: bench.path)
        #expect(throws: JournalError.locked(path: bench.path, pid: getpid())) { try Journal(path: link) }
        #expect(try JournalReader(path: link).holder == getpid())
        let nowhere = bench.directory.appending(path: "nowhere.db").path
        try FileManager.default.createSymbolicLink(atPath: nowhere, withDestinationPath: bench.path + ".gone")
        let error = #expect(throws: JournalError.self) { try Journal(path: nowhere) }
        #expect(error?.description.contains("leads nowhere") == true)
    }

    @Test("a draft is seen by nobody before it is kept, and nothing of it may be sent")
    func draft() async throws {
        _ = try await bench.addJob(1)
        try await bench.journal.beginDraft()
        let job = try await bench.addJob(65)
        #expect(try await bench.journal.read { try $0.job(job).counts[.pending] } == 65)
        #expect(try bench.reader().jobs().count == 1)
        let killed = try bench.copy(to: "killed")
        #expect(try JournalReader(path: killed).jobs().count == 1)
        try await bench.journal.keepDraft()
        #expect(try bench.reader().jobs().map(\.counts.rows) == [1, 65])
        let batches = try await bench.journal.openBatches(of: [job])
        #expect(try await bench.journal.begin([batches[0].id], at: bench.now).count == 1)
    }

    @Test("no intent is noted in a draft: it would not be on disk when the request leaves")
    func noIntent() async throws {
        try await bench.journal.beginDraft()
        let job = try await bench.addJob(1)
        let batches = try await bench.journal.openBatches(of: [job])
        await #expect(throws: JournalError.self) { _ = try await bench.journal.begin([batches[0].id], at: bench.now) }
    }

    @Test("a draft that is dropped leaves nothing, and the journal goes on")
    func dropped() async throws {
        try await bench.journal.beginDraft()
        _ = try await bench.addJob(65)
        _ = try await bench.journal.beginRun(allowedRate: nil, at: bench.now)
        #expect(await bench.journal.dropDraft())
        #expect(await !bench.journal.dropDraft())
        #expect(try bench.reader().jobs().isEmpty && bench.reader().lastRun() == nil)
        _ = try await bench.addJob(2)
        #expect(try bench.reader().jobs().map(\.counts.rows) == [2])
    }
}
